"""What the emulated device has to show and CI has no time for: whole updates, many cuts of the power."""
