"""CPU and memory of containers from the kernel's control groups, versions 1 and 2, without asking the engine.

Kernel documents Documentation/admin-guide/cgroup-v1 (cpuacct, memory) and cgroup-v2.rst. Memory is counted as
`docker stats` does it: without file pages that the kernel can drop at any time (`inactive_file`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.apps import Container

UNIFIED = ""
"""The name under which version 2's one hierarchy goes here, as in /proc/PID/cgroup."""
_SHORTEST_INTERVAL = 0.2
"""Seconds between two readings below which a share would be noise."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted hierarchy: its controllers (UNIFIED for version 2), where it is, which group its top shows."""

    controllers: frozenset[str]
    mount_point: str
    top: str


@dataclass(frozen=True, slots=True)
class GroupFiles:
    """The files that count one container. None where the kernel does not count that."""

    cpu: Path | None
    memory: Path | None
    memory_detail: Path | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a container uses: share of one CPU since the reading before, memory in bytes; None where unknown."""

    cpu_share: float | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class _Sample:
    pid: int
    files: GroupFiles
    at: float
    cpu_seconds: float | None
    share: float | None


class UsageMeter:
    """Reads the usage of containers again and again; keeps the readings before, which shares are made of."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._mounts: tuple[Mount, ...] | None = None
        self._samples: dict[str, _Sample] = {}

    def measure(self, containers: Iterable[Container], now: float) -> dict[str, Usage]:
        """The usage of each running container by its id. `now` is of the monotonic clock."""
        samples = {}
        usages = {}
        for container in containers:
            if container.pid is None:
                continue
            sample = self._sample(container.id, container.pid, now)
            samples[container.id] = sample
            usages[container.id] = Usage(sample.share, read_memory(sample.files))
        self._samples = samples
        return usages

    def _sample(self, container_id: str, pid: int, now: float) -> _Sample:
        before = self._samples.get(container_id)
        if before is None or before.pid != pid:
            files = self._find(container_id, pid)
            return _Sample(pid, files, now, read_cpu_seconds(files), None)
        if now - before.at < _SHORTEST_INTERVAL:
            return before
        cpu = read_cpu_seconds(before.files)
        share = None
        if cpu is not None and before.cpu_seconds is not None:
            share = max(0.0, cpu - before.cpu_seconds) / (now - before.at)
        return _Sample(pid, before.files, now, cpu, share)

    def _find(self, container_id: str, pid: int) -> GroupFiles:
        try:
            if self._mounts is None:
                own = "self" if self._host.is_this_machine else "1"
                self._mounts = parse_mounts(self._host.read_text(f"/proc/{own}/mountinfo", 1 << 20))
            groups = parse_membership(self._host.read_text(f"/proc/{pid}/cgroup"))
        except OSError:
            return GroupFiles(None, None, None)
        return self._files({name: whole_group(group, container_id) for name, group in groups.items()})

    def _files(self, groups: dict[str, str]) -> GroupFiles:
        """Version 1 where it has the controller (also beside version 2), else version 2."""
        cpu = self._first(groups, ("cpuacct", "cpuacct.usage"), (UNIFIED, "cpu.stat"))
        memory = self._first(groups, ("memory", "memory.usage_in_bytes"), (UNIFIED, "memory.current"))
        return GroupFiles(cpu, memory, memory.with_name("memory.stat") if memory else None)

    def _first(self, groups: dict[str, str], *choices: tuple[str, str]) -> Path | None:
        for controller, file_name in choices:
            for mount in self._mounts or ():
                if controller in mount.controllers and controller in groups:
                    below = below_top(groups[controller], mount.top)
                    file = None if below is None else self._existing(f"{mount.mount_point}{below}/{file_name}")
                    if file is not None:
                        return file
        return None

    def _existing(self, device_path: str) -> Path | None:
        try:
            file = self._host.path(device_path)
            return file if file.exists() else None
        except OSError:
            return None


def parse_mounts(mountinfo: str) -> tuple[Mount, ...]:
    """The control group hierarchies of a mount table (proc(5), /proc/PID/mountinfo)."""
    mounts = []
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        fields, kind = left.split(), right.split()
        if len(fields) < 5 or len(kind) < 3:
            continue
        if kind[0] == "cgroup2":
            mounts.append(Mount(frozenset({UNIFIED}), _unescaped(fields[4]), _unescaped(fields[3])))
        elif kind[0] == "cgroup":
            mounts.append(Mount(frozenset(kind[2].split(",")), _unescaped(fields[4]), _unescaped(fields[3])))
    return tuple(mounts)


def parse_membership(text: str) -> dict[str, str]:
    """The group of a process by controller, from /proc/PID/cgroup (cgroups(7)): `4:memory:/docker/...`."""
    groups = {}
    for line in text.splitlines():
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        for controller in controllers.split(","):
            groups[controller] = group
    return groups


def whole_group(group: str, container_id: str) -> str:
    """The container's own group, where its first process sits deeper.

    crun puts it into `.../libpod-ID.scope/container`, a container that runs systemd into `.../init.scope`.
    """
    at = group.rfind(container_id)
    if not container_id or at < 0:
        return group
    end = group.find("/", at)
    return group if end < 0 else group[:end]


def below_top(group: str, top: str) -> str | None:
    """The group as a path below a mount that shows only the group `top` and what is in it; None if it shows it not."""
    if top == "/":
        return group.rstrip("/")
    if group == top or group.startswith(top + "/"):
        return group.removeprefix(top)
    return None


def read_cpu_seconds(files: GroupFiles) -> float | None:
    """CPU time that the group has used since it was made, in seconds."""
    if files.cpu is None:
        return None
    try:
        content = _read(files.cpu)
        if files.cpu.name == "cpuacct.usage":
            return int(content) / 1e9
        microseconds = _field(content, b"usage_usec")
    except (OSError, ValueError):
        return None
    return None if microseconds is None else microseconds / 1e6


def read_memory(files: GroupFiles) -> int | None:
    """Bytes that the group holds, without file pages that were not used lately."""
    if files.memory is None:
        return None
    try:
        used = int(_read(files.memory))
    except (OSError, ValueError):
        return None
    inactive = _inactive_file(files)
    return used - inactive if inactive is not None and inactive < used else used


def _inactive_file(files: GroupFiles) -> int | None:
    if files.memory_detail is None or files.memory is None:
        return None
    name = b"inactive_file" if files.memory.name == "memory.current" else b"total_inactive_file"
    try:
        return _field(_read(files.memory_detail), name)
    except (OSError, ValueError):
        return None


def _field(content: bytes, name: bytes) -> int | None:
    """The number on the line that begins with `name`."""
    for line in content.split(b"\n"):
        first, _, number = line.partition(b" ")
        if first == name and number.isdigit():
            return int(number)
    return None


def _read(file: Path) -> bytes:
    with file.open("rb", buffering=0) as handle:
        return handle.read(16384)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), text)
