"""What works without a screen: one file a command."""
