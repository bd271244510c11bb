"""What the journal says about a scene of the story, besides what the containers in it say themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from moducop_tui.demo import voices
from moducop_tui.demo.releases import RELEASES
from moducop_tui.demo.story import Scene, What
from moducop_tui.demo.voices import DEBUG, ERROR, INFO, NOTICE, WARNING, Voice
from moducop_tui.model.slots import SlotName


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal at a moment of the story."""

    at: float
    voice: Voice
    priority: int
    text: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A line of a script: seconds after the begin of its scene, or after its end."""

    after: float
    voice: Voice
    priority: int
    text: str
    of_end: bool = False

    def line(self, begin: float, end: float) -> Line:
        """The line when the scene is played."""
        return Line((end if self.of_end else begin) + self.after, self.voice, self.priority, self.text)


LONGEST_TAIL = 40.0
"""A cue comes at most that many seconds after the end of its scene."""

_ABOUT_DOCKER = voices.systemd_about("docker.service")
_ABOUT_SERIAL = voices.systemd_about("ttynvt-runner.service")
_ARTIFACT = RELEASES[SlotName.B].artifact

SCRIPTS: dict[What, tuple[Cue, ...]] = {
    What.SERIAL_LOST: (
        Cue(-1.2, voices.SERIAL, WARNING, "CPU01UC-com: no answer on 10.0.4.61:10001, giving up"),
        Cue(-0.7, _ABOUT_SERIAL, NOTICE, "ttynvt-runner.service: Main process exited, code=exited, status=1/FAILURE"),
        Cue(-0.6, _ABOUT_SERIAL, WARNING, "ttynvt-runner.service: Failed with result 'exit-code'."),
        Cue(-0.3, voices.LOGGER, ERROR, "lost /dev/ttyS101-CPU01UC-com: Input/output error"),
        Cue(0, voices.CORE_API, INFO, "fleet server: restart of ttynvt-runner.service requested", of_end=True),
        Cue(0.2, _ABOUT_SERIAL, INFO, "Started Serial ports of IO modules over the network.", of_end=True),
        Cue(0.9, voices.SERIAL, INFO, "CPU01UC-com: connected, /dev/ttyS101-CPU01UC-com is there", of_end=True),
    ),
    What.STICK: (
        Cue(-2.3, voices.KERNEL, INFO, "usb 1-1.2: new high-speed USB device number 7 using ci_hdrc"),
        Cue(-2.2, voices.KERNEL, INFO, "usb 1-1.2: Product: Ultra Fit, Manufacturer: SanDisk"),
        Cue(-1.1, voices.KERNEL, NOTICE, "scsi 0:0:0:0: Direct-Access     SanDisk  Ultra Fit        1.00"),
        Cue(-0.5, voices.KERNEL, NOTICE, "sd 0:0:0:0: [sda] 60062500 512-byte logical blocks: (30.8 GB/28.6 GiB)"),
        Cue(-0.1, voices.KERNEL, INFO, " sda: sda1"),
        Cue(0.2, voices.KERNEL, INFO, "usb 1-1.2: USB disconnect, device number 7", of_end=True),
    ),
    What.MODEM_LOST: (
        Cue(0, voices.MODEM, WARNING, "[modem0] lost registration in network 26201"),
        Cue(0.3, voices.NETWORK, WARNING, "<warn>  device (wwu1u1i5): connection lost"),
        Cue(0.5, voices.NETWORK, INFO, "<info>  device (wwu1u1i5): state change: activated -> disconnected"),
        Cue(4.1, voices.UPLINK, WARNING, "no route over cellular: keeping records, 0 lost"),
        Cue(-3.0, voices.MODEM, INFO, "[modem0] registered in network 26201, LTE", of_end=True),
        Cue(
            0, voices.NETWORK, INFO, "<info>  device (wwu1u1i5): Activation: successful, device activated.", of_end=True
        ),
        Cue(2.4, voices.UPLINK, INFO, "cellular is back: sending what was kept", of_end=True),
    ),
    What.LINK_DOWN: (
        Cue(0, voices.KERNEL, WARNING, "fec 30be0000.ethernet end0: Link is Down"),
        Cue(0.1, voices.NETWORK, WARNING, "<warn>  device (end0): link is down, connection kept for 5 s"),
        Cue(
            *(0, voices.KERNEL, INFO, "fec 30be0000.ethernet end0: Link is Up - 1Gbps/Full - flow control rx/tx"),
            of_end=True,
        ),
    ),
    What.RULES_UNHEALTHY: (
        Cue(-30, voices.RULES, WARNING, "rule store is locked by another writer, waiting"),
        Cue(-0.2, voices.RULES, ERROR, "health: rule store locked for 30 s"),
        Cue(0, voices.DOCKER, WARNING, 'level=warning msg="Health check failed 3 times" container=trackdiag-rules-1'),
        Cue(31, voices.RULES, ERROR, "health: rule store still locked"),
        Cue(-0.4, voices.RULES, NOTICE, "rule store is free, health: well", of_end=True),
    ),
    What.UPLINK_KILLED: (
        Cue(-9, voices.UPLINK, WARNING, "send queue takes 121 MB of 128 MB"),
        Cue(-0.05, voices.KERNEL, WARNING, "uplink invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0"),
        Cue(-0.02, voices.KERNEL, ERROR, "Memory cgroup out of memory: Killed process 4711 (uplink) anon-rss:129840kB"),
    ),
    What.PROBE_DONE: (Cue(-0.2, voices.PROBE, NOTICE, "round finished: 48 lines measured, 0 outside limits"),),
    What.BROKER_PAUSED: (
        Cue(-0.6, voices.CORE_API, INFO, "copy of volume trackdiag_broker: container is paused"),
        Cue(0.1, voices.CORE_API, INFO, "copy of volume trackdiag_broker: 2.1 MB done", of_end=True),
    ),
    What.ENGINE_AWAY: (
        Cue(0, _ABOUT_DOCKER, INFO, "Stopping Docker Application Container Engine..."),
        Cue(0.4, voices.DOCKER, NOTICE, "level=info msg=\"Processing signal 'terminated'\""),
        Cue(1.1, _ABOUT_DOCKER, INFO, "docker.service: Deactivated successfully."),
        Cue(1.3, _ABOUT_DOCKER, INFO, "Starting Docker Application Container Engine..."),
        Cue(-0.4, voices.DOCKER, INFO, 'level=info msg="Restoring containers: start" live-restore=true', of_end=True),
        Cue(0, _ABOUT_DOCKER, INFO, "Started Docker Application Container Engine.", of_end=True),
    ),
    What.COMMIT: (
        Cue(0, voices.CORE_API, NOTICE, "fleet server: all apps of the new image are well, commit requested"),
        Cue(0.2, voices.CORE_API, DEBUG, "state rebooting -> committing"),
        Cue(1.4, voices.MENDER, INFO, f"Committing {_ARTIFACT}"),
        Cue(3.1, voices.MENDER, DEBUG, "Update Module output (stderr): fw_setenv upgrade_available 0"),
        Cue(-0.6, voices.MENDER, NOTICE, "Committed.", of_end=True),
        Cue(0.3, voices.CORE_API, NOTICE, f"{_ARTIFACT} is committed, state idle", of_end=True),
    ),
    What.APP_UPDATE: (
        Cue(0, voices.CORE_API, NOTICE, "fleet server: application nginx-demo 3d51c07 requested"),
        Cue(1.0, voices.MENDER, INFO, "Installing artifact nginx-demo-3d51c07..."),
        Cue(24, voices.MENDER, INFO, "Update Module output (stdout): 2 images loaded"),
        Cue(49.5, voices.MENDER, INFO, "Update Module output (stdout): docker compose --project-name nginx-demo down"),
        Cue(54.2, voices.MENDER, INFO, "Update Module output (stdout): docker compose up -d --remove-orphans"),
        Cue(-0.5, voices.MENDER, NOTICE, "Installed and committed.", of_end=True),
        Cue(0.2, voices.CORE_API, NOTICE, "application nginx-demo 3d51c07 is installed, state idle", of_end=True),
    ),
}


def lines_of(scene: Scene) -> Iterator[Line]:
    """The script of a scene, played at its time."""
    for cue in SCRIPTS[scene.what]:
        yield cue.line(scene.begin, scene.end)
