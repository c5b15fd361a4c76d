"""Files of addresses going in, files of results coming out.

Reading: `spool` brings the bytes here once, `encoding` makes them text, `detect` and `dialect` tell what the text is,
one module for each format makes rows of it, and `addresses` makes addresses of the rows. Writing: `target` says where
results may go, `layout` how they are to look, `writers` write them.
"""
