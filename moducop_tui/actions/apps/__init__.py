"""Plans for containers and apps: restart, stop, start, and back to the version before."""
