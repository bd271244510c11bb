"""One boot of the machine: from the chosen slot to a system that is up, in systemd-nspawn."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import inside, leftovers
from .freezing import freeze
from .places import BENCH
from .tree import HOST_NAME

if TYPE_CHECKING:
    from .loop import Disk

UNBOOTABLE: Final = 90
"""Exit code of ``boot.sh`` when the slot holds no system."""

_CMDLINE: Final = "root=/dev/mmcblk0p{slot} ro rootfstype=ext4 rootwait init=/sbin/preinit console=ttymxc0,115200"


class Boot:
    """A running machine from power-up to its end."""

    def __init__(self, run: Path, disk: Disk, slot: int, count: int, binds: list[tuple[Path, str]]) -> None:
        self.leader = 0
        self._state = "not answering"
        self._run = run
        self._console = run / f"console.{count}.log"
        self._notices = _listen(run / "notify")
        joins = leftovers.join_groups(run.name)
        _keep_from_other_disks(joins, disk)
        numbers = " ".join(disk.numbers())
        cmdline = _CMDLINE.format(slot=slot)
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "RUN": str(run),
            "JOIN": " ".join(joins),
            "MODUCOP_DISK": numbers,
            "SLOT": str(slot),
            "NOTIFY_SOCKET": str(run / "notify"),
        }
        with self._console.open("wb") as console:
            self._process = subprocess.Popen(
                [
                    *("unshare", "--mount", "--propagation", "private", "--", BENCH / "boot.sh"),
                    *_container(run, numbers, cmdline, binds),
                ],
                env=environment, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
            )  # fmt: skip

    @property
    def unbootable(self) -> bool:
        """Whether the boot loader found nothing to start."""
        return self._process.poll() == UNBOOTABLE

    def wait_ready(self, deadline: float) -> bool:
        """Wait until everything is up; ``deadline`` on the monotonic clock. False when it ended or was too slow."""
        ready = False
        while not ready and time.monotonic() < deadline:
            with suppress(TimeoutError):
                notice = self._notices.recv(4096).decode(errors="replace").splitlines()
                for line in notice:
                    if line.startswith("X_NSPAWN_LEADER_PID="):
                        self.leader = int(line.partition("=")[2])
                ready = "READY=1" in notice
            if self._process.poll() is not None:
                return False
        return ready and self._settled(deadline)

    def _settled(self, deadline: float) -> bool:
        """Whether systemd has run all jobs of the boot, which include Docker and the applications."""
        with suppress(subprocess.TimeoutExpired):
            left = max(deadline - time.monotonic(), 0.1)
            told = inside.run(self.leader, ["systemctl", "is-system-running", "--wait"], timeout=left)
            self._state = told.out or told.stderr.strip()
            return self._state in {"running", "degraded"}
        return False

    def wait(self, timeout: float) -> int:
        """Wait for the machine's own end; its exit code.

        A machine that takes its time to go down says so again and again, and waits until that was heard. It stops all
        its processes for a moment to end them; who entered it from outside must go on to see that.
        """
        deadline = time.monotonic() + timeout
        while (code := self._process.poll()) is None:
            leftovers.let_go_on(self._run.name, "nsenter")
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self._process.args, timeout)
            with suppress(TimeoutError):
                self._notices.recv(4096)
        self._tidy()
        return code

    def kill(self) -> None:
        """End it at once; returns when no process and no mount of it is left."""
        with suppress(ProcessLookupError):
            if self.leader:
                os.kill(self.leader, signal.SIGKILL)  # takes all processes of the machine with it
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._tidy()

    def _tidy(self) -> None:
        """Close what belongs to this boot alone; the next one makes its control groups anew."""
        self._notices.close()
        leftovers.clear_groups(self._run.name)

    def freeze(self) -> None:
        """Stop every process of the machine where it stands, also those that tests started in it."""
        freeze(self.leader)

    def console_tail(self) -> str:
        """What is known of a boot that failed, for an error message."""
        lines = self._console.read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"systemd: {self._state}; container: {self._process.poll()}", *lines])


def _container(run: Path, numbers: str, cmdline: str, binds: list[tuple[Path, str]]) -> list[str]:
    """The command line of the container that plays the board."""
    return [
        *("systemd-nspawn", "--quiet", f"--directory={run / 'root'}", f"--machine={run.name}", "--register=no"),
        # Nobody outside manages scopes or machines; --read-only is the mount itself, as on the device.
        *("--keep-unit", f"--hostname={HOST_NAME}", "--private-network", "--notify-ready=yes", "--console=pipe"),
        # Docker needs the rest of it; the disk it may reach is bounded by the devices control group.
        *("--capability=all", f"--drop-capability={','.join(f'CAP_{name.upper()}' for name in inside.HOSTS_OWN)}"),
        "--system-call-filter=add_key keyctl bpf @keyring",
        *("--kill-signal=SIGRTMIN+3", "--resolv-conf=off", "--timezone=off", "--link-journal=no"),
        *(f"--setenv=MODUCOP_DISK={numbers}", f"--setenv=MODUCOP_CMDLINE={cmdline}"),
        *(f"--bind-ro={outside}:{there}" for outside, there in binds),
        "/sbin/preinit",
    ]


def _listen(path: Path) -> socket.socket:
    """The socket on which the container says that it is up, and under which process number."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(path))
    listener.settimeout(0.2)
    return listener


def _keep_from_other_disks(joins: list[str], disk: Disk) -> None:
    """Where the devices controller of version 1 is there: no block device of the host but the bench's own disk."""
    for procs in joins:
        group = Path(procs).parent
        if not (group / "devices.deny").exists():
            continue
        (group / "devices.deny").write_text("a")
        for rule in ("c *:* rwm", "b *:* m", *(f"b {number} rwm" for number in disk.numbers())):
            (group / "devices.allow").write_text(rule)
