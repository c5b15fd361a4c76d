"""The commands `aex orders`."""
