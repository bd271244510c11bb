"""Builds the bundle that a customer installs: the console with a Python of its own, for one architecture, in a file."""
