"""What systemd says of an engine's units, and what to do about an engine that does not answer."""

from __future__ import annotations

from moducop_tui.host import Host
from moducop_tui.runner import CommandError, run
from moducop_tui.sources.unit_states import SYSTEMD_RUNS, UnitState, parse_states

_ANSWER_LIMIT = 2.0
_NOTHING = "/dev/null"
_OVERRIDES = ("etc/systemd/system", "run/systemd/system")
"""Where a unit that leads to nothing is masked (systemctl(1), mask), also for a root prefix, below its root."""


def states_of(host: Host, *units: str) -> tuple[UnitState, ...]:
    """The states of these units, in this order."""
    if host.is_this_machine and host.exists(SYSTEMD_RUNS):
        try:
            asked = run(("systemctl", "show", "--no-pager", "--property=LoadState,ActiveState", *units), _ANSWER_LIMIT)
        except CommandError:
            return (UnitState(None, None),) * len(units)
        return parse_states(asked.out, len(units)) or (UnitState(None, None),) * len(units)
    return tuple(UnitState("masked" if _leads_to_nothing(host, unit) else None, None) for unit in units)


def _leads_to_nothing(host: Host, unit: str) -> bool:
    for place in _OVERRIDES:
        file = host.root / place / unit
        try:
            if file.is_symlink() and str(file.readlink()) == _NOTHING:
                return True
        except OSError:
            continue
    return False


def remedy(host: Host, name: str) -> str:
    """What to do about an engine, `Docker` or `Podman`, that does not run: a sentence, or two."""
    unit = name.lower()
    service, socket = states_of(host, f"{unit}.service", f"{unit}.socket")
    if service.masked:
        masked = " ".join(
            f"{unit}.{kind}" for kind, state in (("service", service), ("socket", socket)) if state.masked
        )
        return (
            f"{unit}.service is masked, nothing can start it: systemctl unmask {masked}; then: systemctl start {unit}."
        )
    if service.missing:
        return f"There is no {unit}.service: {name} is not installed, or started in another way."
    return f"Start it: systemctl start {unit}."
