"""Who speaks in the simulated journal when nothing special happens, what they say and how often."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING, NOTICE, INFO, DEBUG = 3, 4, 5, 6, 7


@dataclass(frozen=True, slots=True)
class Voice:
    """One who writes into the journal."""

    origin: str
    unit: str | None
    pid: int | None
    container: str | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """What a voice says again and again, about once every `pace` seconds; one phrase at a time.

    In a phrase `{count}` grows by one each time; `{number}`, `{small}`, `{tenth}`, `{port}`, `{client}` and `{hex}` are
    filled in afresh.
    """

    voice: Voice
    priority: int
    pace: float
    phrases: tuple[str, ...]


def container_voice(name: str) -> Voice:
    """A container, as Docker's journald driver lets it speak."""
    return Voice(name, "docker.service", 641, name)


def systemd_about(unit: str) -> Voice:
    """systemd, when it speaks of a unit: its entry then belongs to that unit's log."""
    return Voice("systemd", unit, 1)


KERNEL = Voice("kernel", None, None)
SYSTEMD = Voice("systemd", "init.scope", 1)
DOCKER = Voice("dockerd", "docker.service", 641)
NETWORK = Voice("NetworkManager", "NetworkManager.service", 512)
MODEM = Voice("ModemManager", "ModemManager.service", 538)
MENDER = Voice("mender-update", "mender-updated.service", 702)
CORE_API = Voice("core-api-server", "core-api-server.service", 688)
DBUS = Voice("dbus-daemon", "dbus.service", 498)
CHRONY = Voice("chronyd", "chronyd.service", 566)
JOURNAL = Voice("systemd-journald", "systemd-journald.service", 231)
SERIAL = Voice("ttynvt-runner", "ttynvt-runner.service", 655)
SSH = Voice("sshd", "sshd.service", 2212)
WIFI = Voice("wpa_supplicant", "wpa_supplicant.service", 571)

LOGGER = container_voice("gpx-logger-logger-1")
EXPORTER = container_voice("gpx-logger-exporter-1")
TRACK_CACHE = container_voice("gpx-logger-cache-1")
PROBE = container_voice("line-probe")
WEB = container_voice("nginx-demo-web-1")
DATABASE = container_voice("nginx-demo-db-1")
BROKER = container_voice("trackdiag-broker-1")
CACHE = container_voice("trackdiag-cache-1")
INGEST = container_voice("trackdiag-ingest-1")
RULES = container_voice("trackdiag-rules-1")
UI = container_voice("trackdiag-ui-1")
UPLINK = container_voice("trackdiag-uplink-1")

THEMES = (
    Theme(
        WEB,
        INFO,
        9,
        (
            '{client} - - "GET /api/passenger-info HTTP/1.1" 200 {number}',
            '{client} - - "GET / HTTP/1.1" 200 1482',
            '{client} - - "GET /api/position HTTP/1.1" 200 {small}',
            '{client} - - "GET /static/app.js HTTP/1.1" 304 0',
        ),
    ),
    Theme(WEB, WARNING, 1900, ("[warn] 31#31: *{number} upstream response is buffered to a temporary file",)),
    Theme(DATABASE, INFO, 290, ("LOG:  checkpoint starting: time", "LOG:  checkpoint complete: wrote {small} buffers")),
    Theme(
        INGEST,
        INFO,
        4.5,
        (
            "frame {count} from axle-box 3: 2048 samples, peak {tenth} g",
            "frame {count} from axle-box 1: 2048 samples, peak {tenth} g",
            "frame {count} from bogie 2: 4096 samples, peak {tenth} g",
        ),
    ),
    Theme(INGEST, DEBUG, 11, ("queue depth {small}, oldest 0.{small} s", "clock offset to unit 3: 0.{small} ms")),
    Theme(INGEST, WARNING, 1300, ("axle-box 1: frame {count} came {small} ms late",)),
    Theme(RULES, INFO, 21, ("evaluated {small} rules in {tenth} ms: none fired", "wheel flat index 0.{small}: normal")),
    Theme(RULES, NOTICE, 420, ("rule 17 (door cycle time) fired: coach 2, door 4, {tenth} s",)),
    Theme(UPLINK, INFO, 16, ("sent batch {count}, {small} records, {tenth} kB, 200 OK", "acknowledged up to {count}")),
    Theme(UPLINK, WARNING, 1100, ("batch {count} not acknowledged after 5 s: sending again",)),
    Theme(BROKER, INFO, 47, ("New client connected from {client}:{port} as panel-{small} (p2, c1, k60).",)),
    Theme(
        CACHE,
        INFO,
        130,
        ("1:M * 100 changes in 300 seconds. Saving...", "1:M * Background saving terminated with success"),
    ),
    Theme(UI, INFO, 35, ("GET /live 200 {small} ms", "session {hex} renewed")),
    Theme(
        LOGGER,
        INFO,
        12,
        ("fix 3D, {small} satellites, hdop 0.{small}, {tenth} km/h", "wrote {small} points to /tracks"),
    ),
    Theme(EXPORTER, INFO, 55, ("buffered {small} tracks in /buffer, waiting for an uplink window",)),
    Theme(TRACK_CACHE, INFO, 240, ("1:M * 10 changes in 600 seconds. Saving...",)),
    Theme(PROBE, INFO, 33, ("probe {count}: line impedance {tenth} ohm, within limits",)),
    Theme(DOCKER, DEBUG, 61, ('level=debug msg="garbage collected" d={tenth}ms',)),
    Theme(
        CORE_API, DEBUG, 22, ("GET /api/v1/core-os 200 {tenth} ms", "GET /api/v1/application/nginx-demo 200 {tenth} ms")
    ),
    Theme(CORE_API, INFO, 310, ("fleet server: heartbeat acknowledged",)),
    Theme(MENDER, INFO, 300, ("No update available, next poll in 300 s",)),
    Theme(
        NETWORK,
        INFO,
        170,
        (
            "<info>  dhcp4 (end0): state changed bound -> extended, address=10.0.4.17",
            "<info>  connectivity: check for uri succeeded",
            "<info>  device (wwu1u1i5): signal quality {small} %",
        ),
    ),
    Theme(NETWORK, WARNING, 2400, ("<warn>  dhcp4 (end0): request took {tenth} s",)),
    Theme(
        MODEM, INFO, 95, ("[modem0] signal quality updated ({small})", "[modem0] cell changed: LTE band 20, cell {hex}")
    ),
    Theme(
        WIFI,
        INFO,
        380,
        ("mlan0: CTRL-EVENT-SCAN-STARTED", "mlan0: CTRL-EVENT-REGDOM-CHANGE init=BEACON_HINT type=UNKNOWN"),
    ),
    Theme(CHRONY, INFO, 870, ("Selected source 10.0.4.1", "System clock wrong by 0.000{small} seconds")),
    Theme(DBUS, NOTICE, 410, ("[system] Successfully activated service 'org.freedesktop.nm_dispatcher'",)),
    Theme(
        SYSTEMD,
        INFO,
        200,
        ("Starting Network Manager Script Dispatcher Service...", "logrotate.service: Deactivated successfully."),
    ),
    Theme(SERIAL, INFO, 150, ("CPU01UC-com: {number} bytes in, {small} bytes out",)),
    Theme(SSH, INFO, 2700, ("Connection closed by {client} port {port} [preauth]",)),
    Theme(SSH, WARNING, 5200, ("error: kex_exchange_identification: Connection closed by remote host",)),
    Theme(KERNEL, INFO, 260, ("audit: type=1334 audit({number}.{small}:{small}): prog-id={small} op=LOAD",)),
    Theme(
        KERNEL, WARNING, 3100, ("mmc1: tuning execution failed: -5, trying again", "i2c i2c-3: bus busy, {small} ms")
    ),
    Theme(JOURNAL, INFO, 3600, ("System Journal (/var/log/journal/{hex}) is 41.{small}M, max 100.0M.",)),
)
