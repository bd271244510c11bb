"""Temperatures: the kernel's thermal zones, and of the hardware monitors those that are not thermal zones again.

Values are in thousandths of a degree Celsius (Documentation/ABI/testing/sysfs-class-thermal and -hwmon). Limits are
what drivers and firmware make of registers that nobody has set: a limit of 0 or of 65 261 degrees is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.system import Temperature
from moducop_tui.sources.small_files import names_in, number_of, text_of

_ZONES = "/sys/class/thermal"
_MONITORS = "/sys/class/hwmon"
_COLDEST, _HOTTEST = -60.0, 150.0
"""Beyond these it is no temperature: drivers give such values for sensors that are not connected."""
_END_OF_SCALE = (127.0, 128.0)
"""What a sensor of 8 to 12 bits gives when its diode is open."""
_LOWEST_LIMIT = 40.0
"""A device for trains works in air of up to 70 degrees: what calls less than this critical was never set."""


@dataclass(frozen=True, slots=True)
class _Sensor:
    """A sensor with what tells it from another one of the same name."""

    name: str
    celsius: float | None
    critical: float | None
    place: str


def read_temperatures(host: Host) -> tuple[Temperature, ...]:
    """All sensors that give a value or are marked faulty, zones first."""
    zones = list(_zones(host))
    known = {_plain(zone.name) for zone in zones}
    return tuple(_told_apart([*zones, *_monitors(host, known)]))


def _told_apart(sensors: Sequence[_Sensor]) -> Iterator[Temperature]:
    """Each with a name of its own: of several equal ones each says where it is."""
    times = Counter(sensor.name for sensor in sensors)
    for sensor in sensors:
        name = sensor.name if times[sensor.name] == 1 else f"{sensor.name} {sensor.place}"
        yield Temperature(name, sensor.celsius, sensor.critical)


def _zones(host: Host) -> Iterator[_Sensor]:
    for name in names_in(host, _ZONES):
        if not name.startswith("thermal_zone"):
            continue
        place = f"{_ZONES}/{name}"
        celsius = _celsius(host, f"{place}/temp")
        if celsius is not None:
            label = clean_or_none(text_of(host, f"{place}/type"), 40) or name
            yield _Sensor(label, celsius, _critical_trip(host, place), name)


def _critical_trip(host: Host, place: str) -> float | None:
    """The lowest critical point; `hot` is one at which the kernel only tells others."""
    kinds = (name for name in names_in(host, place) if name.startswith("trip_point_") and name.endswith("_type"))
    critical = (kind.removesuffix("_type") for kind in kinds if text_of(host, f"{place}/{kind}") == "critical")
    limits = (_limit(host, f"{place}/{kind}_temp") for kind in critical)
    return min((limit for limit in limits if limit is not None), default=None)


def _monitors(host: Host, zones: set[str]) -> Iterator[_Sensor]:
    for monitor in names_in(host, _MONITORS):
        place = f"{_MONITORS}/{monitor}"
        chip = clean_or_none(text_of(host, f"{place}/name"), 40) or monitor
        if _plain(chip) in zones or _is_zone(host, place):
            continue
        files = names_in(host, place)
        channels = [
            name.removesuffix("_input") for name in files if name.startswith("temp") and name.endswith("_input")
        ]
        for channel in channels:
            sensor = _channel(host, place, channel, frozenset(files))
            if sensor is None:
                continue
            label = clean_or_none(text_of(host, f"{place}/{channel}_label"), 40)
            label = label or (channel if len(channels) > 1 else None)
            celsius, critical = sensor
            yield _Sensor(f"{chip} {label}" if label else chip, celsius, critical, _device(host, place) or monitor)


def _channel(host: Host, place: str, channel: str, files: frozenset[str]) -> tuple[float | None, float | None] | None:
    """Value and limit of a channel; no value where its driver marks it faulty; None where it measures nothing."""

    def number(kind: str) -> int | None:
        name = f"{channel}_{kind}"
        return number_of(host, f"{place}/{name}") if name in files else None

    if number("enable") == 0:
        return None
    critical = _limit(host, f"{place}/{channel}_crit") if f"{channel}_crit" in files else None
    if number("fault") == 1:
        return None, critical
    celsius = _celsius(host, f"{place}/{channel}_input")
    return None if celsius is None else (celsius, critical)


def _is_zone(host: Host, place: str) -> bool:
    """Whether the kernel made this monitor of a thermal zone, whose name it may have cut."""
    try:
        return "/thermal_zone" in host.resolved(place)
    except OSError:
        return False


def _device(host: Host, place: str) -> str | None:
    """The device of a chip, such as `nvme0` or `1-0048`."""
    try:
        return clean_or_none(host.resolved(f"{place}/device").rsplit("/", 1)[-1], 40)
    except OSError:
        return None


def _celsius(host: Host, path: str) -> float | None:
    thousandths = number_of(host, path)
    if thousandths is None:
        return None
    celsius = thousandths / 1000
    if _END_OF_SCALE[0] <= celsius <= _END_OF_SCALE[1]:
        return None
    return celsius if _COLDEST <= celsius <= _HOTTEST else None


def _limit(host: Host, path: str) -> float | None:
    thousandths = number_of(host, path)
    limit = None if thousandths is None else thousandths / 1000
    return limit if limit is not None and _LOWEST_LIMIT <= limit <= _HOTTEST else None


def _plain(name: str) -> str:
    """The kernel writes a zone's name with underscores when it makes a hardware monitor of it."""
    return name.replace("-", "_").lower()
