"""The pytest plugin that other people's tests use."""
