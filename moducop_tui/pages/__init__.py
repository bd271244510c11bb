"""Pages: pure functions from readings and a view to lines of text. Used by the screens and by `moducop-tui status`."""
