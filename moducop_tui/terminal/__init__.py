"""What a slow line needs of a terminal. Knows nothing of ModuCops."""
