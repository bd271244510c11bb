"""An adversary's run: everything that comes from outside, as somebody who means harm would make it."""
