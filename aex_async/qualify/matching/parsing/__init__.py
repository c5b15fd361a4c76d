"""Addresses taken apart, each by the grammar of its country."""
