"""Plans for updates with Mender: install, commit, roll back, and the ways out of what was cut short."""
