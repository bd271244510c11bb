"""What an artifact's header says and what is installed already, as a plan shows it before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from moducop_tui.model.artifact import Artifact
from moducop_tui.model.ledger import Known, Ledger
from moducop_tui.model.mender import version_key
from moducop_tui.model.phases import ROOTFS_PAYLOADS
from moducop_tui.model.plan import Fact
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import Slot
from moducop_tui.model.witnesses import running_slot

_LISTED = 6
"""Values that a row names at most."""
_SHORT = 60
_MILLION = 1_000_000
_CHECKSUM = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


def artifact_facts(artifact: Artifact, readings: Readings) -> tuple[Fact, ...]:
    """The rows of the header."""
    return tuple(_facts(artifact, readings))


def _facts(artifact: Artifact, readings: Readings) -> Iterator[Fact]:
    types = _listed(artifact.device_types) or "no device type"
    yield Fact("artifact", f"{_short(artifact.name)}, for {types}; {artifact.signature.value}")
    yield Fact("payload", _payload(artifact))
    if artifact.scripts:
        yield Fact("scripts", f"{_listed(artifact.scripts)}: Mender's client runs them as root")
    depends = [f"{_short(key)} {' or '.join(_short(one) for one in accepted)}" for key, accepted in artifact.depends]
    yield Fact("depends on", _listed(depends) or "nothing")
    yield Fact("provides", _listed([f"{_short(key)} {_short(value)}" for key, value in artifact.provides]) or "nothing")
    yield Fact("there now", _there(artifact, readings))


def _payload(artifact: Artifact) -> str:
    if artifact.payload_type is None:
        return "none: it only changes what Mender believes"
    sizes = "" if artifact.size is None else f", {_bytes(artifact.size)} in all"
    if artifact.payload_size is not None:
        sizes += f", {_bytes(artifact.payload_size)} unpacked"
    packed = "not compressed" if artifact.compression == "none" else artifact.compression
    return f"{_short(artifact.payload_type)}, {packed}{sizes}"


def _there(artifact: Artifact, readings: Readings) -> str:
    """What is installed of the same kind, by the device itself and not by Mender's memory where that can be seen."""
    if artifact.payload_type in ROOTFS_PAYLOADS:
        slots = readings.slots.value
        running = None if slots is None else running_slot(slots)
        work = readings.work.value
        ledger = Ledger() if work is None else work.ledger
        told = [_held(slot, ledger, runs=slot.name is running) for slot in (slots.slots if slots else ())]
        return ", ".join(told) or "not known: the slots could not be read"
    if artifact.app is not None:
        return _app_there(artifact.app, readings)
    mender = readings.mender.value
    return f"{_short(mender.artifact_name or 'nothing')}, by Mender's memory" if mender else "not known"


def _held(slot: Slot, ledger: Ledger, *, runs: bool) -> str:
    if not runs and ledger.of(slot.name).known is Known.WRITING:
        return f"{slot.name} is not written to its end"
    image = slot.image
    version = None if image is None else image.version or image.artifact_name
    return f"{slot.name} {'runs' if runs else 'holds'} {_short(version or 'no version')}"


def _app_there(name: str, readings: Readings) -> str:
    apps, mender = readings.apps.value, readings.mender.value
    found = next((app for app in (apps.apps if apps else ()) if app.name == name), None)
    if found is not None:
        return f"{_short(name)} {_short(found.version or 'of unknown version')}"
    believed = None if mender is None else dict(mender.provides).get(version_key(name))
    return f"{_short(name)} {_short(believed)}, by Mender's memory" if believed else f"no {_short(name)}"


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(_short(value, 2 * _SHORT) for value in values[:_LISTED])
    return shown if len(values) <= _LISTED else f"{shown} and {len(values) - _LISTED} more"


def _short(text: str, limit: int = _SHORT) -> str:
    if _CHECKSUM.fullmatch(text):
        return f"{text[:12]}..."
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _bytes(count: int) -> str:
    """Whole megabytes, powers of 1000; kilobytes below one."""
    return f"{round(count / _MILLION)} MB" if count >= _MILLION else f"{max(1, round(count / 1000))} kB"
