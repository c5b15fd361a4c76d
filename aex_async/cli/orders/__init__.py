"""The commands `aex order` and `aex orders`."""
