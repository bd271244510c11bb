"""The device console of a Ci4Rail ModuCop. This file holds the version and imports nothing."""

__version__ = "0.1.0"
