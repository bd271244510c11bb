"""What the journal says about containers that change their state, an emptied buffer, and boots that begin or end."""

from __future__ import annotations

import math
from collections.abc import Iterator

from moducop_tui.demo import story, voices
from moducop_tui.demo.boots import PastBoot
from moducop_tui.demo.cast import ROLES, SERIAL_PORT, Role
from moducop_tui.demo.chance import Chance
from moducop_tui.demo.lives import CRASH_RUN, Spell, first_start
from moducop_tui.demo.releases import RELEASES
from moducop_tui.demo.scripts import Line
from moducop_tui.demo.voices import ERROR, INFO, NOTICE, WARNING, container_voice
from moducop_tui.model.apps import ContainerState, Health
from moducop_tui.model.slots import SlotName

BRIDGE = "br-5d1c0a7be2f4"
_LIVE = (ContainerState.RUNNING, ContainerState.PAUSED)


def container_lines(role: Role, chance: Chance, told: Iterator[Spell]) -> Iterator[Line]:
    """What is said when the container passes from one spell into the next."""
    before: Spell | None = None
    for spell in told:
        if before is not None:
            yield from _change(role, chance, before, spell)
        before = spell


def _change(role: Role, chance: Chance, before: Spell, after: Spell) -> Iterator[Line]:
    moment = after.begin
    # One link from its start to its end, another for the next start.
    link = f"veth{chance.derive(f'{role.name} {math.floor(after.started_at)}').digits(7)}"
    voice = container_voice(role.name)
    if before.state in _LIVE and after.state not in _LIVE:
        if after.exit_code == 1 and moment - before.started_at < 2 * CRASH_RUN:
            yield Line(moment - 0.4, voice, ERROR, f"cannot open {SERIAL_PORT}: No such file or directory")
            yield Line(moment - 0.3, voice, INFO, "gpx-logger ends, exit code 1")
        yield Line(moment + 0.1, voices.KERNEL, INFO, f"{BRIDGE}: port {_port(role)}({link}) entered disabled state")
        yield Line(
            moment + 0.2,
            voices.DOCKER,
            INFO,
            f'level=info msg="ignoring event" container={role.name} topic=/tasks/delete',
        )
        if after.exit_code:
            text = f'level=warning msg="container {role.name} has ended, exit code {after.exit_code}: restarting"'
            yield Line(moment + 0.3, voices.DOCKER, WARNING, text)
    elif before.state not in _LIVE and after.state is ContainerState.RUNNING:
        yield Line(moment - 0.2, voices.KERNEL, INFO, f"{BRIDGE}: port {_port(role)}({link}) entered blocking state")
        yield Line(moment - 0.1, voices.KERNEL, INFO, f"{BRIDGE}: port {_port(role)}({link}) entered forwarding state")
        yield Line(moment + 0.3, voice, INFO, f"{role.image} starts")
        if after.exit_code == 1:
            yield Line(moment + 1.1, voice, NOTICE, f"waiting for {SERIAL_PORT}")
    elif before.health is Health.STARTING and after.health is Health.HEALTHY:
        yield Line(moment, voices.DOCKER, INFO, f'level=info msg="container {role.name} is healthy"')


def _port(role: Role) -> int:
    return ROLES.index(role) + 1


def flush_lines(moment: float) -> Iterator[Line]:
    """The exporter has found its uplink window."""
    yield Line(moment - 6.0, voices.EXPORTER, NOTICE, "uplink window: sending /buffer")
    yield Line(moment, voices.EXPORTER, INFO, "sent 211 tracks, /buffer is empty")
    yield Line(moment + 1.5, voices.EXPORTER, INFO, "4 tracks verified by the server")


def boot_lines(boot: PastBoot) -> Iterator[Line]:
    """The first seconds of a boot, and the last ones where it ended in order."""
    release = boot.release
    root = "/dev/mmcblk0p2" if boot.slot is SlotName.A else "/dev/mmcblk0p3"
    for after, voice, priority, text in (
        (0.0, voices.KERNEL, NOTICE, "Linux version 6.6.54-7.1.0 (oe-user@oe-host) #1 SMP PREEMPT"),
        (0.01, voices.KERNEL, NOTICE, f"Kernel command line: root={root} ro rootwait console=ttymxc0,115200"),
        (1.1, voices.KERNEL, INFO, "mmcblk0: mmc0:0001 DG4016 14.7 GiB"),
        (1.2, voices.KERNEL, INFO, " mmcblk0: p1 p2 p3 p4"),
        (
            2.8,
            voices.KERNEL,
            INFO,
            f"EXT4-fs ({root.removeprefix('/dev/')}): mounted filesystem ro with ordered data mode.",
        ),
        (4.2, voices.SYSTEMD, INFO, f"Hostname set to <MEC01-4711>, image {release.image}."),
        (6.9, voices.SYSTEMD, INFO, "Mounted /data."),
        (9.4, voices.NETWORK, INFO, "<info>  manager: startup complete"),
        (11.8, voices.NETWORK, WARNING, "<warn>  device (enp5s0): no carrier"),
        (14.1, voices.CHRONY, INFO, "Selected source 10.0.4.1"),
        (19.6, voices.systemd_about("docker.service"), INFO, "Started Docker Application Container Engine."),
        (20.2, voices.MENDER, INFO, "Running Mender client 5.1.0"),
        (33.5, voices.SYSTEMD, INFO, "Reached target Multi-User System."),
    ):
        yield Line(boot.begin + after, voice, priority, text)
    if boot.after_power_cut:
        yield Line(boot.begin + 5.3, voices.KERNEL, INFO, "EXT4-fs (mmcblk0p4): recovery complete")
        yield Line(
            boot.begin + 6.1, voices.JOURNAL, NOTICE, "File system.journal corrupted or uncleanly shut down, renaming"
        )
    if boot.begin == story.BOOTED:
        for role in ROLES:
            yield Line(first_start(role) + 0.3, container_voice(role.name), INFO, f"{role.image} starts")
    if boot.end is not None and boot.orderly:
        yield from _shutdown_lines(boot.end, updated=boot.update_before)


def _shutdown_lines(end: float, *, updated: bool) -> Iterator[Line]:
    if updated:
        artifact = RELEASES[SlotName.B].artifact
        yield Line(end - 214, voices.CORE_API, NOTICE, f"fleet server: core-os {artifact} requested")
        yield Line(end - 213, voices.MENDER, INFO, "Installing artifact...")
        yield Line(end - 11, voices.MENDER, NOTICE, "Installed, but not committed.")
    yield Line(end - 9.0, voices.CORE_API, NOTICE, "reboot requested")
    yield Line(
        end - 8.4, voices.systemd_about("docker.service"), INFO, "Stopping Docker Application Container Engine..."
    )
    yield Line(end - 1.9, voices.SYSTEMD, INFO, "Reached target System Reboot.")
    yield Line(end - 0.4, voices.JOURNAL, INFO, "Journal stopped")
