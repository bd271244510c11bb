"""The virtual ModuCop: its disk, its boot loader, and systemd with Docker and Mender on top, in a container."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.patience import PATIENCE

from . import boots, inside
from .image import copy_sparse, disk_image
from .loop import Disk
from .packages import python_site, run
from .places import PRODUCT, BenchError, new_run
from .stand_in.fit import GONE, Client, Personality, fit
from .uboot import BootLoader, Choice
from .watcher import start_watcher

if TYPE_CHECKING:
    from types import TracebackType

REBOOT: Final = 133
"""Exit code of systemd-nspawn when the machine asked for a reboot."""


class Machine(inside.Inhabited):
    """One virtual ModuCop with a disk of its own. Use as a context manager, or call ``close`` at the end.

    ``client`` is the Mender client in both slots; ``app_module`` the file of ``stand_in/modules`` that is its `app`.

    However the owner ends, even by SIGKILL, a watcher outside takes everything away.
    """

    def __init__(self, image: Path | None = None, *, client: Client = "go", app_module: str = "app-1") -> None:
        self.client: Client = client
        self.run_dir = new_run()
        self._watcher = start_watcher(self.run_dir)
        self._boot: boots.Boot | None = None
        self.choices: list[Choice] = []
        """What the boot loader decided at each power-up, oldest first."""
        try:
            self._copy = self.run_dir / "disk.img"
            copy_sparse(image or disk_image(), self._copy)
            self.disk = Disk(self._copy)
            if client != "go":
                self._change_client(client, app_module)
            self.loader = BootLoader(self.disk.device, self.run_dir)
        except BaseException:
            self._watcher.end()
            raise

    def _change_client(self, client: Personality, app_module: str) -> None:
        """Put the stand-in for the C++ client into both slots, in the place of Debian's client."""
        fitting = self.run_dir / "fit"
        fit(fitting, client, app_module=app_module)
        script = 'mount "$1" /mnt && cp -a "$2/." /mnt && cd /mnt && shift 2 && rm -f "$@" && cd / && umount /mnt'
        for slot in (2, 3):
            run("unshare", "--mount", "sh", "-ec", script, "sh", f"{self.disk.device}p{slot}", fitting, *GONE)

    @property
    def mender(self) -> str:
        """The name of its client's program."""
        return "mender" if self.client == "go" else "mender-update"

    # -- power -------------------------------------------------------------------------------------------------

    def power_on(self, timeout: float = 60.0) -> Machine:
        """Boot as a cold start does, and wait until systemd, Docker and the applications are up; seconds."""
        if self._boot is not None:
            raise BenchError("the machine is running already")
        deadline = time.monotonic() + timeout
        while True:
            choice = self.loader.choose()
            self.choices.append(choice)
            boot = boots.Boot(self.run_dir, self.disk, choice.slot, len(self.choices), product_binds())
            if boot.wait_ready(deadline):
                self._boot = boot
                return self
            boot.kill()
            # A slot that cannot be loaded: on trial the loader resets and so counts up; else it stands there.
            if not (boot.unbootable and choice.on_trial):
                raise BenchError(f"slot p{choice.slot} did not come up:\n{boot.console_tail()}")

    def reboot(self, timeout: float = 60.0) -> Choice:
        """Ask for a reboot inside, and come up again in whatever slot the boot loader takes."""
        self.run(["systemctl", "reboot", "--no-block"], timeout=PATIENCE)
        return self.await_reboot(timeout)

    def await_reboot(self, timeout: float = 60.0) -> Choice:
        """Come up again after something inside (the console under test) asked for a reboot."""
        code = self._running().wait(timeout)
        self._boot = None
        if code != REBOOT:
            raise BenchError(f"the machine ended with {code} instead of a reboot")
        self.power_on(timeout)
        return self.choices[-1]

    def power_off(self, timeout: float = 30.0) -> None:
        """Shut down in order."""
        self.run(["systemctl", "poweroff", "--no-block"], timeout=PATIENCE)
        code = self._running().wait(timeout)
        self._boot = None
        if code != 0:
            raise BenchError(f"the machine ended with {code} instead of a power-off")

    def kill(self) -> None:
        """End all processes at once. Not a power cut: what was written, however late, is on the disk afterwards."""
        if self._boot is not None:
            self._boot.kill()
            self._boot = None

    def power_cut(self) -> None:
        """Cut the power: what had not reached the disk yet is lost.

        All processes are stopped, the disk's file is copied as it is (programs' unwritten pages lie in memory
        above it), and the copy is the disk from now on. A torn sector, as a real eMMC may leave, does not occur.
        """
        boot = self._running()
        boot.freeze()
        copy = self.run_dir / f"cut-{secrets.token_hex(3)}.img"
        while True:
            before = self._copy.stat().st_mtime_ns
            copy_sparse(self._copy, copy)
            if self._copy.stat().st_mtime_ns == before:  # else the kernel wrote back meanwhile: cut a little later
                break
        self.kill()
        self.disk.close()
        self._copy.unlink()
        self._copy = copy
        self.disk = Disk(copy)
        self.loader = BootLoader(self.disk.device, self.run_dir)

    def close(self) -> None:
        """Take everything away."""
        self.kill()
        self.disk.close()
        self._watcher.end()

    def __enter__(self) -> Machine:
        if self._boot is None:
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

    def _running(self) -> boots.Boot:
        if self._boot is None:
            raise BenchError("the machine is off")
        return self._boot

    @property
    def leader(self) -> int:
        """The number, outside, of the machine's first process."""
        return self._running().leader

    @property
    def slot(self) -> int:
        """The partition number that was booted: 2 is A, 3 is B."""
        return self.choices[-1].slot

    def read_text(self, path: str) -> str:
        """The content of a file inside."""
        return self.run(["cat", path]).check().stdout

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file inside; its directory is made."""
        script = 'mkdir -p "$(dirname "$1")" && cat >"$1"'
        self.run(["sh", "-c", script, "sh", path], stdin=content).check()

    def console_log(self) -> str:
        """What the machine's console has shown since it was switched on last."""
        return (self.run_dir / f"console.{len(self.choices)}.log").read_text(errors="replace")


def product_binds() -> list[tuple[Path, str]]:
    """What the machine sees of the host, read-only: the product under test and what it imports."""
    binds = [(python_site(), "/opt/moducop_tui/site")]
    if PRODUCT.is_dir():
        binds.append((PRODUCT, "/opt/moducop_tui/source/moducop_tui"))
    return binds
