"""What happens on the simulated device, and when: one table of scenes. Everything else follows from it.

Times are seconds since the demo began; what lies before it has a negative time. After the opening the same lap comes
again and again, so that whoever passes by sees something happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """The things that happen."""

    SERIAL_LOST = "serial lost"
    """The unit that makes the GNSS receiver's serial port has failed: gpx-logger's logger can't start."""
    STICK = "stick"
    """A USB stick is plugged in."""
    MODEM_LOST = "modem lost"
    """The cellular connection is down."""
    LINK_DOWN = "link down"
    """The cable of end0 has no carrier."""
    RULES_UNHEALTHY = "rules unhealthy"
    """trackdiag's rules service fails its health check."""
    UPLINK_KILLED = "uplink killed"
    """trackdiag's uplink took more memory than it may; Docker starts it again when the scene ends."""
    BROKER_PAUSED = "broker paused"
    """trackdiag's broker is paused while its files are copied."""
    PROBE_DONE = "probe done"
    """The line probe has ended its round and waits for the next, exit code 0."""
    ENGINE_AWAY = "engine away"
    """Docker's daemon restarts; the containers go on without it (live-restore)."""
    COMMIT = "commit"
    """The fleet server has the trial boot committed."""
    APP_UPDATE = "app update"
    """The fleet server has nginx-demo updated. In its last seconds no container of the app exists."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing happening from `begin` up to `end`."""

    begin: float
    end: float
    what: What

    def covers(self, moment: float) -> bool:
        """Whether it is happening then."""
        return self.begin <= moment < self.end


MINUTE = 60.0
HOUR = 3600.0

BOOTED = -11.6 * HOUR
"""The trial boot of slot B began then: the update came in the depot, the evening before."""

OPENING_END = 20 * MINUTE
LAP = 30 * MINUTE

OPENING = (
    #     begin         end              what
    Scene(-40 * MINUTE, 5 * MINUTE, What.SERIAL_LOST),
    Scene(-25 * MINUTE, -24 * MINUTE, What.RULES_UNHEALTHY),
    Scene(-11 * MINUTE, -11 * MINUTE + 40, What.MODEM_LOST),
    Scene(-130, -127.6, What.LINK_DOWN),
    Scene(1 * MINUTE, 4 * MINUTE, What.STICK),
    Scene(85, 150, What.MODEM_LOST),
    Scene(160, 230, What.RULES_UNHEALTHY),
    Scene(8 * MINUTE, 8 * MINUTE + 6, What.COMMIT),
    Scene(10 * MINUTE, 10 * MINUTE + 8, What.UPLINK_KILLED),
    Scene(11 * MINUTE, 12 * MINUTE, What.PROBE_DONE),
    Scene(13 * MINUTE, 14 * MINUTE, What.APP_UPDATE),
    Scene(16 * MINUTE, 16 * MINUTE + 20, What.BROKER_PAUSED),
    Scene(18 * MINUTE, 18 * MINUTE + 3, What.LINK_DOWN),
)

EACH_LAP = (
    #     begin        end               what       (in seconds since the lap began)
    Scene(60, 270, What.STICK),
    Scene(150, 225, What.MODEM_LOST),
    Scene(300, 390, What.RULES_UNHEALTHY),
    Scene(450, 458, What.UPLINK_KILLED),
    Scene(600, 602.5, What.LINK_DOWN),
    Scene(700, 1180, What.SERIAL_LOST),
    Scene(1260, 1280, What.BROKER_PAUSED),
    Scene(1400, 1409, What.ENGINE_AWAY),
    Scene(1500, 1590, What.PROBE_DONE),
    Scene(1640, 1660, What.MODEM_LOST),
)

COMMITTED = next(scene.end for scene in OPENING if scene.what is What.COMMIT)
APP_UPDATED = next(scene.end for scene in OPENING if scene.what is What.APP_UPDATE)
FIRST_FLUSH = 380.0
"""gpx-logger's exporter can send its buffer in /var/volatile for the first time, a little after the logger's return."""
BETWEEN_FLUSHES = 11 * HOUR
LONGEST = max(scene.end - scene.begin for scene in OPENING + EACH_LAP)


def scenes(since: float, until: float) -> Iterator[Scene]:
    """All scenes that begin in (since, until], in the order of their beginning."""
    yield from (scene for scene in OPENING if since < scene.begin <= until)
    first_lap = max(0, int((since - OPENING_END) // LAP))
    last_lap = int((until - OPENING_END) // LAP)
    for lap in range(first_lap, last_lap + 1):
        start = OPENING_END + lap * LAP
        for scene in EACH_LAP:
            if since < start + scene.begin <= until:
                yield Scene(start + scene.begin, start + scene.end, scene.what)


def current(what: What, moment: float) -> Scene | None:
    """The scene of that kind that is happening then."""
    scene = latest(what, moment)
    return scene if scene is not None and scene.covers(moment) else None


def latest(what: What, moment: float) -> Scene | None:
    """The scene of that kind that began last before that moment, or at it, whether or not it has ended."""
    found = None
    for scene in scenes(moment - LAP - 1, moment):
        if scene.what is what:
            found = scene
    if found is None:
        found = next((scene for scene in reversed(OPENING) if scene.what is what and scene.begin <= moment), None)
    return found


def count_before(what: What, moment: float) -> int:
    """How many scenes of that kind had begun before that moment."""
    done = sum(scene.what is what and scene.begin < moment for scene in OPENING)
    laps, into = divmod(moment - OPENING_END, LAP)
    if laps < 0:
        return done
    each = sum(scene.what is what for scene in EACH_LAP)
    return done + int(laps) * each + sum(scene.what is what and scene.begin < into for scene in EACH_LAP)


def latest_flush(moment: float) -> float | None:
    """When the exporter last emptied its buffer; None before it ever did."""
    if moment < FIRST_FLUSH:
        return None
    return FIRST_FLUSH + (moment - FIRST_FLUSH) // BETWEEN_FLUSHES * BETWEEN_FLUSHES


def next_change(moment: float) -> float:
    """When the next scene begins or ends after that moment."""
    changes = (edge for scene in scenes(moment - LONGEST, moment + LAP) for edge in (scene.begin, scene.end))
    return min(edge for edge in changes if edge > moment)
