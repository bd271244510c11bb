"""What systemd says of an engine's units, and what to do about an engine that does not answer."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.runner import CommandError, run

SYSTEMD_RUNS = "/run/systemd/system"
"""There while systemd is the machine's first process (sd_booted(3))."""
_ANSWER_LIMIT = 2.0
_NOTHING = "/dev/null"
_OVERRIDES = ("etc/systemd/system", "run/systemd/system")
"""Where a unit that leads to nothing is masked (systemctl(1), mask), also for a root prefix, below its root."""


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit's LoadState and ActiveState as systemd has them; None where it can't be asked."""

    load: str | None
    active: str | None

    @property
    def masked(self) -> bool:
        """It can't be started, by nobody, before it is unmasked."""
        return self.load == "masked"

    @property
    def missing(self) -> bool:
        """There is no such unit."""
        return self.load == "not-found"


def states_of(host: Host, *units: str) -> tuple[UnitState, ...]:
    """The states of these units, in this order."""
    if host.is_this_machine and host.exists(SYSTEMD_RUNS):
        try:
            asked = run(("systemctl", "show", "--no-pager", "--property=LoadState,ActiveState", *units), _ANSWER_LIMIT)
        except CommandError:
            return tuple(UnitState(None, None) for _ in units)
        return _parsed(asked.out, len(units))
    return tuple(UnitState("masked" if _leads_to_nothing(host, unit) else None, None) for unit in units)


def _parsed(text: str, count: int) -> tuple[UnitState, ...]:
    """A block a unit, in the order asked, with an empty line between; unknown where the answer is another."""
    blocks = [dict(row.split("=", 1) for row in part.splitlines() if "=" in row) for part in text.split("\n\n")]
    blocks = [block for block in blocks if block]
    if len(blocks) != count:
        return (UnitState(None, None),) * count
    return tuple(UnitState(_word(block, "LoadState"), _word(block, "ActiveState")) for block in blocks)


def _word(block: dict[str, str], name: str) -> str | None:
    return clean(block.get(name, ""), 40) or None


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
