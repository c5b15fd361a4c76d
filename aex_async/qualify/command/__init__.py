"""The command `aex qualify`."""
