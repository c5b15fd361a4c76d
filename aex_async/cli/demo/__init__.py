"""The command `aex demo`."""
