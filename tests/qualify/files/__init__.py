"""Files of addresses and of results."""
