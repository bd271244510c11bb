"""Asks systemd for several services in one call, and finds their unit files where systemd can't be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.mender import Unit
from moducop_tui.sources.unit_states import SYSTEMD_RUNS, parse_states

_TIMEOUT = 3.0
_UNIT_PLACES = ("/etc/systemd/system", "/run/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system")


class Services:
    """The units of a fixed list of services, asked of systemd at most once in `distance` seconds."""

    def __init__(self, names: Sequence[str], host: Host, distance: float, clock: Callable[[], float]) -> None:
        self._names = tuple(names)
        self._host = host
        self._distance = distance
        self._clock = clock
        self._asked_at: float | None = None
        self._units: dict[str, Unit] = {}

    def units(self) -> Mapping[str, Unit]:
        """All units by name, at most `distance` seconds old."""
        now = self._clock()
        if self._asked_at is None or now - self._asked_at >= self._distance:
            self._units = self._ask()
            self._asked_at = now
        return self._units

    def _ask(self) -> dict[str, Unit]:
        if self._host.is_this_machine and self._host.exists(SYSTEMD_RUNS):
            argv = ["systemctl", "show", "--no-pager", "-p", "LoadState,ActiveState"]
            try:
                finished = runner.run([*argv, *(f"{name}.service" for name in self._names)], _TIMEOUT)
            except runner.CommandError:
                return self._by_files()
            found = parse_show(finished.out, self._names)
            if found is not None:
                return found
        return self._by_files()

    def _by_files(self) -> dict[str, Unit]:
        """Only whether they are installed: what they do is not known."""
        return {
            name: Unit(name, any(self._host.exists(f"{place}/{name}.service") for place in _UNIT_PLACES), None)
            for name in self._names
        }


def parse_show(text: str, names: Sequence[str]) -> dict[str, Unit] | None:
    """The units by their names, in the order asked. None where the answer is no answer to that."""
    states = parse_states(text, len(names))
    if states is None:
        return None
    return {
        name: Unit(name, state.load is not None and not state.missing, state.active)
        for name, state in zip(names, states, strict=True)
    }
