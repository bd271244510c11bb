"""A device that boots in a tenth of a second: real partitions, environment and tools, no systemd, Docker on request.

For what needs hundreds of boots and power cuts, and to hold the stand-in against the transcripts. The root is a slot's
own small ext4; programs come from the bench's image; the first steps are those of the image's own preinit.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import inside, leftovers
from .freezing import freeze, thaw
from .image import copy_sparse
from .lab_engine import start_engine
from .lab_stock import SLOT_SIZE, Stock
from .loop import Disk
from .machine import product_binds
from .partitions import PARTITIONS
from .places import BENCH, BenchError, new_run
from .tree import HOST_NAME
from .uboot import BootLoader, Choice
from .watcher import start_watcher

if TYPE_CHECKING:
    from types import TracebackType

    from .stand_in.fit import Client

_CMDLINE: Final = "root=/dev/mmcblk0p{slot} ro rootfstype=ext4 rootwait init=/sbin/preinit console=ttymxc0,115200"
_PATIENCE_S: Final = 20.0


class StuckError(BenchError):
    """U-Boot stands at its prompt: the slot can't be loaded, and it is not on trial."""


class Lab(inside.Inhabited):
    """One such device. Use as a context manager, or call ``close`` at the end.

    ``image`` is the disk that it starts from, one that ``keep`` has kept, else the factory's. With ``engine`` Docker
    runs in it.
    """

    PATIENCE = 60.0
    leader = 0

    def __init__(
        self,
        stock: Stock,
        client: Client,
        *,
        app_module: str = "app-1",
        fitting: Path | None = None,
        image: Path | None = None,
        engine: bool = False,
    ) -> None:
        self.stock = stock
        self.client = client
        self._engine = engine
        self.run_dir = new_run()
        self._watcher = start_watcher(self.run_dir)
        self._fitting = fitting or stock.fitting(client, app_module)
        self._process: subprocess.Popen[bytes] | None = None
        self.choices: list[Choice] = []
        """What the boot loader decided at each power-up, oldest first."""
        self._image = self.run_dir / "disk.img"
        copy_sparse(image or stock.disk(), self._image)
        self._attach()

    def _attach(self) -> None:
        self.disk = Disk(self._image)
        self.loader = BootLoader(self.disk.device, self.run_dir)

    # -- power -------------------------------------------------------------------------------------------------

    def power_on(self) -> Lab:
        """Boot as a cold start does. Raises StuckError where U-Boot would not get any further."""
        if self._process is not None:
            raise BenchError("the lab is running already")
        while True:
            choice = self.loader.choose()
            self.choices.append(choice)
            if self._boot(choice.slot):
                return self
            if not choice.on_trial:
                raise StuckError(f"load from {choice.slot} failed and upgrade_available=0")

    def _boot(self, slot: int) -> bool:
        """Whether the slot came up."""
        (self.run_dir / "boot_id").write_text(f"{uuid.uuid4()}\n")
        numbers = " ".join(self.disk.numbers())
        environment = {
            "PATH": inside.ENVIRONMENT["PATH"],
            "RUN": str(self.run_dir),
            "NODES": numbers,
            "SLOT": str(slot),
            "USERLAND": str(self.stock.userland),
            "USERLAND_OFFSET": str(PARTITIONS[1].start),
            "FIT": str(self._fitting),
            "SHOWN": str(self.stock.artifacts),
            "BINDS": " ".join(f"{outside}={there}" for outside, there in product_binds()),
            "LAB_NAME": HOST_NAME,
            "MODUCOP_CMDLINE": _CMDLINE.format(slot=slot),
        }
        if self._engine:
            environment |= {"ENGINE": "yes", "JOIN": " ".join(leftovers.join_groups(self.run_dir.name))}
        kinds = ("--mount", "--pid", "--uts", "--ipc", "--net", "--propagation", "private")
        with (self.run_dir / f"console.{len(self.choices)}.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*inside.BOUNDED, "unshare", *kinds, "--fork", "--kill-child", "--", BENCH / "lab.sh"],
                env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip
        said = b""
        assert self._process.stdout is not None
        while (line := self._process.stdout.readline()) not in {b"up\n", b"unbootable\n", b""}:
            said += line
        if line == b"up\n":
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
            self.leader = int(children.read_text().split()[0])
            if self._engine:
                start_engine(self)
            return True
        self.kill()
        if line == b"unbootable\n":
            return False
        log_text = (self.run_dir / f"console.{len(self.choices)}.log").read_text(errors="replace")
        raise BenchError(f"slot p{slot} did not come up:\n{said.decode(errors='replace')}{log_text}")

    def reboot(self) -> Choice:
        """Shut down in order, and come up in whatever slot the boot loader takes."""
        self.run(["sync"]).check()
        self.kill()
        self.power_on()
        return self.choices[-1]

    def is_down(self, timeout: float = 0.0) -> bool:
        """Whether it has gone down by itself, or does so within ``timeout`` seconds."""
        if self._process is None:
            return False
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)
        return self._process.returncode is not None

    def keep(self, image: Path) -> None:
        """Switch it off in order, and keep its disk as it stands then."""
        if not self.is_down():
            self.run(["sync"]).check()
        self.kill()
        copy_sparse(self._image, image)

    def await_reboot(self, timeout: float = _PATIENCE_S) -> Choice:
        """Come up again after something inside (the console under test) asked for a reboot."""
        if self._process is None:
            raise BenchError("the lab is off")
        self._process.wait(timeout)
        self.kill()
        self.power_on()
        return self.choices[-1]

    def kill(self) -> None:
        """End all processes at once; what was written, however late, is on the disk afterwards."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # unshare takes the first process with it, and that one all others
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        if self._engine:
            leftovers.clear_groups(self.run_dir.name)
        self._await_release()

    def _await_release(self) -> None:
        """The file systems go with the last process; only then the disk is as it stays."""
        deadline = time.monotonic() + _PATIENCE_S
        name = self.disk.device.name
        holders = [Path("/sys/fs/ext4") / f"{name}p{number}" for number in (2, 3, 4)]
        while any(holder.exists() for holder in holders):
            if time.monotonic() > deadline:
                raise BenchError(f"{name} is still mounted")
            time.sleep(0.005)

    def power_cut(self) -> None:
        """Cut the power: what had not reached the disk yet is lost (as ``Machine.power_cut``)."""
        if self._process is None:
            raise BenchError("the lab is off")
        freeze(self.leader)
        copy = self.run_dir / f"cut-{secrets.token_hex(3)}.img"
        self._copy_still(copy)
        self.kill()
        self.disk.close()
        self._image.unlink()
        self._image = copy
        self._attach()

    def copy_as_cut(self, image: Path) -> None:
        """Keep the disk as it would be had the power been cut now, and let everything go on."""
        stopped = freeze(self.leader)
        try:
            self._copy_still(image)
        finally:
            thaw(stopped)

    def _copy_still(self, image: Path) -> None:
        """Copy the disk; anew where the kernel wrote back meanwhile: then the cut is a little later."""
        while True:
            before = self._image.stat().st_mtime_ns
            copy_sparse(self._image, image)
            if self._image.stat().st_mtime_ns == before:
                return

    def close(self) -> None:
        """Take everything away."""
        self.kill()
        self.disk.close()
        self._watcher.end()

    def __enter__(self) -> Lab:
        if self._process is None:
            try:
                self.power_on()
            except BaseException:
                self.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- inside ------------------------------------------------------------------------------------------------

    @property
    def mender(self) -> str:
        """The name of its client's program."""
        return "mender" if self.client == "go" else "mender-update"

    @property
    def slot(self) -> int:
        """The partition number that was booted: 2 is A, 3 is B."""
        return self.choices[-1].slot

    def slot_device(self, slot: int) -> Path:
        """A slot's partition (2 or 3) outside, where the whole disk's own cache does not stand between."""
        return Path(f"{self.disk.device}p{slot}")

    def slot_content(self, slot: int, size: int) -> bytes:
        """The first bytes of a slot, as programs see them now."""
        with self.slot_device(slot).open("rb") as device:
            return device.read(size)

    def lay_into_slot(self, slot: int, content: Path | None) -> None:
        """Put a release into a slot that is not mounted, or blank it."""
        data = content.read_bytes() if content else b""
        with self.slot_device(slot).open("r+b") as device:
            device.write(data.ljust(SLOT_SIZE, b"\0"))
            device.flush()
            os.fsync(device.fileno())
