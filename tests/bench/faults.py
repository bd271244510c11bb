"""Bad days as functions: each brings one about in a running machine with real means, and most can take it back."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .partitions import ENV_OFFSETS, PARTITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .machine import Machine
    from .technician import Device

HOSTILE_LABELS: Final = {
    "com.docker.compose.project": "evil\x1b[2J\x1b]0;owned\x07\r\nproject",
    "com.docker.compose.service": "\u202egnp.exe\u2066",
    "software-version": "9" * 5000,
    "vendor": "\x9b31mred\x7f",
}
"""Labels with a cleared screen, a window title, line ends, direction overrides, C1 codes, and far too much text."""

HOSTILE_LINES: Final = (
    b"\x1b[2J\x1b[H\x1b]0;owned\x07cleared",
    b"\x1b[?1049l\x1bc\x1b[31;5mreset",
    b"\x9b2J C1 control",
    b"invalid \xff\xfe\xc3( utf-8",
    "turned \u202ecod.exe\u202c, zero\u200bwidth, wide \U0001f4a5".encode(),
    b"carriage\rreturn and\x08back\x7fspace and \x0e shift",
    b"[bold red]markup[/] [@click=app.quit]x[/]",
    b"x" * 10_000,
)
"""Log lines that a careless screen would hand on to the terminal."""


# -- disk ------------------------------------------------------------------------------------------------------


@contextmanager
def filled(device: Device, directory: str, leave: int = 0) -> Iterator[None]:
    """A file system with only ``leave`` bytes left, for the length of the ``with`` block."""
    plug = f"{directory}/.bench-plug"
    script = (
        'free=$(df --output=avail -B1 "$1" | tail -n1); size=$((free - $2))\n'
        # What allocation rounds up is taken by writing until the very end.
        'fallocate -l "$size" "$3" 2>/dev/null || :; [ "$2" -gt 0 ] || cat /dev/zero >>"$3" 2>/dev/null || :'
    )
    device.run(["sh", "-c", script, "sh", directory, str(leave), plug], timeout=120).check()
    try:
        yield
    finally:
        device.run(["rm", "-f", plug]).check()


def data_turns_read_only(machine: Machine) -> None:
    """The kernel finds an error on /data and refuses to write from then on, as after a worn-out block.

    Only a reboot heals it. Kernels since 6.15 show it in the mount's options as ``emergency_ro`` beside ``rw``,
    older ones, as on the device, as ``ro``.
    """
    machine.run(["mount", "-o", "remount,errors=remount-ro", "/data"]).check()
    trigger = Path("/sys/fs/ext4") / f"{machine.disk.device.name}p4" / "trigger_fs_error"
    trigger.write_text("bench\n")


def blank_slot(machine: Machine, slot: int) -> None:
    """Wipe the beginning of a slot's partition (2 or 3): no file system is found there any more."""
    partition = PARTITIONS[slot - 1]
    machine.run(
        ["dd", "if=/dev/zero", f"of=/dev/mmcblk0p{partition.number}", "bs=64k", "count=16", "conv=fsync"]
    ).check()


def unkernel_slot(machine: Machine, slot: int) -> None:
    """Take the kernel out of the slot that is not running: U-Boot finds nothing to load there."""
    script = f"mkdir -p /run/bench-slot && mount /dev/mmcblk0p{slot} /run/bench-slot && rm /run/bench-slot/boot/Image"
    machine.sh(f"{script}; umount /run/bench-slot").check()


# -- boot environment ------------------------------------------------------------------------------------------


def corrupt_environment(machine: Machine, copies: Sequence[int] = (0, 1)) -> None:
    """Flip bits in the named copies (0 and 1) of the boot environment, so that their check sums are wrong."""
    for copy in copies:
        place = ENV_OFFSETS[copy] + 64
        block = machine.disk.read(place, 8)
        machine.disk.write(place, bytes(byte ^ 0xFF for byte in block))


def remove_environment_config(machine: Machine) -> None:
    """Let /etc/fw_env.config dangle, as after a factory reset that did not spare it."""
    machine.run(["rm", "-f", "/data/u-boot/fw_env.config"]).check()


def arm(machine: Machine, slot: int) -> None:
    """Put a slot (2 or 3) on trial for the next boot, with the write an update makes."""
    lines = f"mender_boot_part={slot}\nmender_boot_part_hex={slot}\nupgrade_available=1\nbootcount=0\n"
    machine.run(["fw_setenv", "-s", "-"], stdin=lines).check()


# -- Docker ----------------------------------------------------------------------------------------------------


@contextmanager
def docker_stopped(machine: Machine) -> Iterator[None]:
    """No Docker, for the length of the ``with`` block; its socket is gone too."""
    machine.run(["systemctl", "stop", "docker.socket", "docker.service"], timeout=60).check()
    try:
        yield
    finally:
        machine.run(["systemctl", "start", "docker.socket", "docker.service"], timeout=60).check()


@contextmanager
def docker_hanging(machine: Machine) -> Iterator[None]:
    """A Docker that takes connections and answers nothing, for the length of the ``with`` block."""
    machine.sh("kill -STOP $(pidof dockerd)").check()
    try:
        yield
    finally:
        machine.sh("kill -CONT $(pidof dockerd)").check()


def remove_container(machine: Machine, name: str) -> None:
    """Take a container away, whatever its state."""
    machine.run(["docker", "rm", "--force", "--volumes", name]).check()


@contextmanager
def crash_loop(machine: Machine, name: str = "crasher") -> Iterator[str]:
    """A container that ends with code 3 half a second after each start, and is started again for ever."""
    script = 'echo "cannot open /dev/ttyS101: no such device" >&2; sleep 0.5; exit 3'
    options = ["--detach", "--name", name, "--restart", "always", "--network", "none"]
    machine.run(["docker", "run", *options, "nginx-demo/web:1.27.4", "sh", "-c", script]).check()
    try:
        yield name
    finally:
        remove_container(machine, name)


@contextmanager
def hostile_container(machine: Machine, name: str = "hostile-" + "n" * 180) -> Iterator[str]:
    """A container whose name, labels and log lines try to break the screen; it prints its lines once, then waits."""
    machine.write("/data/bench/hostile", b"\n".join(HOSTILE_LINES) + b"\n")
    labels = [word for label, text in HOSTILE_LABELS.items() for word in ("--label", f"{label}={text}")]
    options = ["--detach", "--name", name, "--network", "none", "--volume", "/data/bench/hostile:/hostile:ro", *labels]
    machine.run(
        ["docker", "run", *options, "nginx-demo/web:1.27.4", "sh", "-c", "cat /hostile; exec service x"]
    ).check()
    try:
        yield name
    finally:
        remove_container(machine, name)


@contextmanager
def flood(machine: Machine, name: str = "flood") -> Iterator[str]:
    """A container that prints as fast as Docker and journald can take it."""
    options = ["--detach", "--name", name, "--network", "none", "--stop-timeout", "1"]
    script = 'n=0; while :; do n=$((n+1)); echo "flood $n of water over the dam"; done'
    machine.run(["docker", "run", *options, "nginx-demo/web:1.27.4", "sh", "-c", script]).check()
    try:
        yield name
    finally:
        remove_container(machine, name)


# -- hardware --------------------------------------------------------------------------------------------------


@contextmanager
def faked_directory(machine: Machine, directory: str, files: Mapping[str, str]) -> Iterator[None]:
    """Other files in a directory of /sys or /proc, for the length of the ``with`` block.

    Nothing that was there is seen meanwhile. For what no virtual board has: the wear of an eMMC
    (``/sys/block`` with ``mmcblk0/device/life_time``), temperatures (``/sys/class/thermal``).
    """
    machine.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", directory]).check()
    try:
        for name, text in files.items():
            machine.write(f"{directory}/{name}", text)
        yield
    finally:
        machine.run(["umount", directory]).check()


# -- journal and network ---------------------------------------------------------------------------------------


def rotate_journal(machine: Machine) -> None:
    """The journal goes on in a new file, under the eyes of whoever follows it."""
    machine.run(["journalctl", "--rotate"]).check()


def vacuum_journal(machine: Machine) -> None:
    """All entries up to now are deleted."""
    machine.run(["journalctl", "--rotate", "--vacuum-time=1us"]).check()


@contextmanager
def cable_pulled(machine: Machine, port: str = "end0") -> Iterator[None]:
    """No link on an Ethernet port, for the length of the ``with`` block."""
    machine.run(["ip", "-n", "cable", "link", "set", f"{port}-far", "down"]).check()
    try:
        yield
    finally:
        machine.run(["ip", "-n", "cable", "link", "set", f"{port}-far", "up"]).check()
