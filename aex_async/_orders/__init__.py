"""One order, placed once."""
