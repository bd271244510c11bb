"""Screens: thin shells that hand keys to views and draw pages. They read the store, never a source."""
