"""Takes away what a run of the bench leaves in the system, whether it ended well or was killed.

Started as a program it is the watcher of one run: it waits for its standard input to close, which happens
however the owner ends, and then clears. It needs nothing but the standard library.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "moducop-bench-"
"""How run directories and control groups of the bench begin."""

_PATIENCE_S = 10.0


def _hierarchies() -> list[tuple[Path, set[str]]]:
    """Where control group hierarchies are mounted, and what names each one (nothing: version 2)."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split()
        if kind in {"cgroup", "cgroup2"}:
            found.append((Path(before.split()[4]), set(options.split(",")) if kind == "cgroup" else set()))
    return found


def control_group_mounts() -> list[Path]:
    """Where control group hierarchies are mounted, version 1 and 2."""
    return [mount for mount, _ in _hierarchies()]


def beside(pid: int) -> list[str]:
    """The files that take a process into the control groups where another one, such as a machine's first, is; none
    when that has ended."""
    mounted = _hierarchies()
    files = []
    try:
        groups = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return []
    for line in groups:
        _, controllers, group = line.split(":", 2)
        for mount, names in mounted:
            if (controllers == "" and not names) or set(controllers.split(",")) & names:
                files.append(f"{mount}{group.removesuffix('/init.scope')}/cgroup.procs")
                break
    return files


def join_groups(name: str) -> list[str]:
    """Make a control group of that name everywhere and say which files take a process into it."""
    files = []
    for mount in control_group_mounts():
        group = mount / name
        with suppress(OSError):
            group.mkdir(exist_ok=True)
            for setting in ("cpuset.cpus", "cpuset.mems"):  # version 1 starts them empty and then takes no process
                if (mount / setting).exists():
                    (group / setting).write_text((mount / setting).read_text())
            files.append(str(group / "cgroup.procs"))
    return files


def _groups(name: str) -> list[Path]:
    """All control groups of a run, the innermost first."""
    found: list[Path] = []
    for mount in control_group_mounts():
        top = mount / name
        if top.is_dir():
            found += [Path(path) for path, _, _ in os.walk(top, topdown=False)]
    return found


def allow_device(name: str, number: str) -> None:
    """Let the processes of a run use one more block device, ``MAJOR:MINOR``; only version 1 denies any."""
    for group in reversed(_groups(name)):  # a group can never allow more than the one above it
        if (group / "devices.allow").exists():
            (group / "devices.allow").write_text(f"b {number} rwm")


def let_go_on(name: str, program: str) -> None:
    """Have those processes of a run that are this program go on, where somebody stopped them.

    nsenter(1) stops itself when the process does that it started, and then never learns that this one has ended: its
    namespaces would wait for it for ever.
    """
    for group in _groups(name):
        with suppress(OSError):
            for pid in (group / "cgroup.procs").read_text().split():
                with suppress(OSError):
                    if Path(f"/proc/{pid}/comm").read_text().strip() == program:
                        os.kill(int(pid), signal.SIGCONT)


def clear_groups(name: str) -> None:
    """Kill what still runs in the control groups of a run, and remove them."""
    deadline = time.monotonic() + _PATIENCE_S
    while groups := _groups(name):
        for group in groups:
            with suppress(OSError):
                for pid in (group / "cgroup.procs").read_text().split():
                    with suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)
            with suppress(OSError):
                group.rmdir()
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)


def clear(run: Path) -> None:
    """Take away all that a run left: processes, control groups, its directory."""
    clear_groups(run.name)
    shutil.rmtree(run, ignore_errors=True)


def _started(pid: int) -> str | None:
    """The start time of a process in clock ticks: with the number it names one process for ever."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def mark(run: Path) -> None:
    """Write into a run's directory whom it belongs to."""
    (run / "owner").write_text(f"{os.getpid()} {_started(os.getpid())}\n")


def sweep(place: Path) -> None:
    """Clear the runs in a directory whose owners are gone."""
    for run in place.glob(f"{PREFIX}*"):
        try:
            pid, started = (run / "owner").read_text().split()
        except (OSError, ValueError):
            # Just being made, unless it has been so for long.
            if run.exists() and time.time() - run.stat().st_mtime > 3600:
                clear(run)
            continue
        if _started(int(pid)) != started:
            clear(run)


def main() -> None:
    """Wait for the owner's end and clear its run."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # what stops the owner must not stop the one who cleans up
    sys.stdin.buffer.read()
    clear(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
