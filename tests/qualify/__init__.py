"""Qualifying addresses: each part, and the command."""
