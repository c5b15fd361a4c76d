"""The version, which the changelog's head repeats."""

__version__ = "0.1.0"
