"""Who else updates the device: Mender's client and its modules, its daemon, the vendor's API server."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.mender import Mender, Unit

_STOPPED = frozenset({"inactive", "failed"})


@dataclass(frozen=True, slots=True)
class Rival:
    """`words` name it. `process`: a program of it works just now, and so may be writing.

    `remedy` is what to do about one that has begun something and does not run, so that waiting is in vain; else None.
    """

    words: str
    process: bool = False
    remedy: str | None = None


def rival_of(mender: Mender) -> Rival | None:
    """Who is updating the device just now, or has begun to; None when nobody is seen."""
    if mender.processes:
        first = mender.processes[0]
        return Rival(f"{first.command} (process {first.pid})", process=True)
    if mender.deployment:
        return _begun("Mender's daemon is in a deployment", "Mender's daemon", mender.daemon)
    if mender.core_api is not None and mender.core_api.busy:
        words = f"the core API server ({mender.core_api.state or 'busy'})"
        return _begun(words, "the core API server", mender.core_api.unit)
    return None


def _begun(words: str, who: str, unit: Unit) -> Rival:
    if unit.active not in _STOPPED:
        return Rival(words)
    whole = f"{who[0].upper()}{who[1:]} has begun an update and does not run."
    return Rival(f"{who} has begun an update and does not run", remedy=f"{whole} systemctl start {unit.name} ends it.")
