"""What can be chosen on Logs: sources and boots, as lists."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.model.log import LogFilter
from moducop_tui.model.readings import Readings
from moducop_tui.pages.picker import Choice, PickerView
from moducop_tui.units import date_and_clock

ALL = "all"
_KERNEL = "kernel"
_DAY = slice(5, 16)
"""Month, day, hour and minute of a date: two of them fit into a line of the list."""
_CONTAINER = "container "
_UNIT = "unit "
_USUAL_UNITS = (
    "docker.service", "mender-updated.service", "core-api-server.service", "NetworkManager.service",
    "systemd-timesyncd.service", "ssh.service",
)  # fmt: skip
"""Units that a technician asks for first; failed ones come before them."""


def source_view(readings: Readings) -> PickerView:
    """All sources: everything, the kernel, each container, failed and usual units."""
    return PickerView("Log source", tuple(_sources(readings)))


def _sources(readings: Readings) -> Iterator[Choice]:
    yield Choice("all", ALL)
    yield Choice("kernel", _KERNEL)
    apps = readings.apps.value
    for app in apps.apps if apps else ():
        for container in app.containers:
            yield Choice(container.name, f"{_CONTAINER}{container.id} {container.name}")
    system = readings.system.value
    failed = (system.failed_units or ()) if system else ()
    for unit in failed:
        yield Choice(unit, f"{_UNIT}{unit}", "failed")
    for unit in _USUAL_UNITS:
        if unit not in failed:
            yield Choice(unit, f"{_UNIT}{unit}")


def filter_of(value: str) -> tuple[LogFilter, str]:
    """The filter that a chosen source means, and its name in the title."""
    if value == _KERNEL:
        return LogFilter(kernel=True), "kernel"
    if value.startswith(_CONTAINER):
        identity, _, name = value.removeprefix(_CONTAINER).partition(" ")
        return LogFilter(container_id=identity), name
    if value.startswith(_UNIT):
        name = value.removeprefix(_UNIT)
        return LogFilter(unit=name), name
    return LogFilter(), "all"


def boot_view(readings: Readings) -> PickerView:
    """The boots to choose from: the one that runs, the ones before, or all."""
    return PickerView("Boot", tuple(_boots(readings)))


def _boots(readings: Readings) -> Iterator[Choice]:
    yield Choice("this boot", "this this boot", "")
    log = readings.log.value
    for boot in sorted(log.boots if log else (), key=lambda one: -one.offset):
        if boot.offset < 0:
            span = f"{date_and_clock(boot.first)[_DAY]} to {date_and_clock(boot.last)[_DAY]}"
            yield Choice(f"boot {boot.offset}", f"{boot.boot_id} boot {boot.offset}", span)
    yield Choice("all boots", "all all boots", "")
