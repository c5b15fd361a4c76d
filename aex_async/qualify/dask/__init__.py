"""A qualification spread over a Dask cluster."""
