"""Files of addresses going in, files of results coming out.

Reading: `input_bytes` brings the bytes here once, `encoding` makes them text, `dialect` tells how a table is written,
one module for each format makes rows of it, and `addresses` tells which format it is, then makes addresses of the rows.
Writing: `destination` says where results may go, `result_cells` what they show, `results_file` writes them.
"""
