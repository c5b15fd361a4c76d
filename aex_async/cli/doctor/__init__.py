"""The command `aex doctor`."""
