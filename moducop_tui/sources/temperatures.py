"""Temperatures: the kernel's thermal zones, and of the hardware monitors those that are not thermal zones again.

Values are in thousandths of a degree Celsius (Documentation/ABI/testing/sysfs-class-thermal and -hwmon).
"""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.system import Temperature
from moducop_tui.sources.small_files import names_in, number_of, text_of

_ZONES = "/sys/class/thermal"
_MONITORS = "/sys/class/hwmon"
_COLDEST, _HOTTEST = -60.0, 250.0
"""Beyond these it is no temperature: drivers give such values for sensors that are not connected."""


def read_temperatures(host: Host) -> tuple[Temperature, ...]:
    """All sensors that give a value, zones first."""
    zones = tuple(_zones(host))
    known = {_plain(zone.name) for zone in zones}
    return zones + tuple(sensor for sensor in _monitors(host, known))


def _zones(host: Host) -> Iterator[Temperature]:
    for name in names_in(host, _ZONES):
        if not name.startswith("thermal_zone"):
            continue
        place = f"{_ZONES}/{name}"
        celsius = _celsius(host, f"{place}/temp")
        if celsius is not None:
            label = clean_or_none(text_of(host, f"{place}/type"), 40) or name
            yield Temperature(label, celsius, _critical_trip(host, place))


def _critical_trip(host: Host, place: str) -> float | None:
    kinds = (name for name in names_in(host, place) if name.startswith("trip_point_") and name.endswith("_type"))
    critical = next((kind for kind in kinds if text_of(host, f"{place}/{kind}") == "critical"), None)
    return _celsius(host, f"{place}/{critical.removesuffix('_type')}_temp") if critical else None


def _monitors(host: Host, zones: set[str]) -> Iterator[Temperature]:
    for monitor in names_in(host, _MONITORS):
        place = f"{_MONITORS}/{monitor}"
        chip = clean_or_none(text_of(host, f"{place}/name"), 40) or monitor
        if _plain(chip) in zones:
            continue
        for name in names_in(host, place):
            if not (name.startswith("temp") and name.endswith("_input")):
                continue
            sensor = name.removesuffix("_input")
            celsius = _celsius(host, f"{place}/{name}")
            if celsius is not None:
                label = clean_or_none(text_of(host, f"{place}/{sensor}_label"), 40)
                full = f"{chip} {label}" if label else chip
                yield Temperature(full, celsius, _celsius(host, f"{place}/{sensor}_crit"))


def _celsius(host: Host, path: str) -> float | None:
    thousandths = number_of(host, path)
    if thousandths is None:
        return None
    celsius = thousandths / 1000
    return celsius if _COLDEST <= celsius <= _HOTTEST else None


def _plain(name: str) -> str:
    """The kernel writes a zone's name with underscores when it makes a hardware monitor of it."""
    return name.replace("-", "_").lower()
