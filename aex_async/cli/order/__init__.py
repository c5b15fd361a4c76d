"""The command `aex order`."""
