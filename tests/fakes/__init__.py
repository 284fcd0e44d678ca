"""Faithful local servers of the platforms, each run as its own operating-system program."""
