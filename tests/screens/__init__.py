"""Text pictures of the screens, and the console driven by keys."""
