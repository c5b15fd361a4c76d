"""Measurements of aex_async against its peers and against what physics allows: `python -m benchmarks`."""
