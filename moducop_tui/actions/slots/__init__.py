"""Plans for slots: boot the other one once, keep it, take it back."""
