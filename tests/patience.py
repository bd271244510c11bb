"""How long tests wait for what must come: so long that a machine with much other work is never taken for a fault."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 60.0
"""Seconds for what takes a fraction of one on a machine at rest. Whoever waits goes on as soon as it has come."""
FOR_EVER: Final = 10 * PATIENCE
"""Seconds for a wait that something else has to end: one that lasts PATIENCE was not ended."""
