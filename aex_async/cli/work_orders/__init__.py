"""The command `aex work-orders`."""
