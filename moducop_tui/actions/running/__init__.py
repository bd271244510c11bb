"""Carries confirmed plans out, outside of the console's session, with a lock and a trail."""
