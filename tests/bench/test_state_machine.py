"""The console's state machine, row by row of the device facts' table 2.4, with all three clients.

Each state is brought about by others than the console; it must name it, offer what helps, and refuse what does harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import pytest

from .lab import Lab
from .lab_artifacts import Shelf
from .plans_asked import refusals
from .stand_in.player import played_fitting
from .technician import Technician

if TYPE_CHECKING:
    from .lab_stock import Stock
    from .stand_in.fit import Client

Act: TypeAlias = Callable[[Lab], None]

INSTALL: Final = "install /uboot/next.mender"
SAME: Final = "install /uboot/ok.mender"
"""Of the version that slot B has from the factory."""
ALL: Final = (INSTALL, "commit", "rollback", "resume", "keep", "switch A", "switch B", "confirm", "disarm", "reboot")
BOTH: Final = ("4.0", "5.1")
EACH: Final = ("go", *BOTH)
TRIAL_OF_B: Final = "mender_boot_part=3\\nmender_boot_part_hex=3\\nupgrade_available=1\\nbootcount=0\\n"


@dataclass(frozen=True)
class Row:
    """One state: how it comes about, what the console calls it, what may be done then; all else is refused."""

    name: str
    make: Act
    phase: str
    allowed: frozenset[str]
    clients: tuple[str, ...] = EACH
    needs_slot_b: bool = False


def _client(lab: Lab, command: str, *, rc: int = 0) -> None:
    program = "mender --no-syslog" if lab.client == "go" else "mender-update"
    done = lab.sh(f"{program} {command}")
    assert done.rc == rc, done


def installed(lab: Lab) -> None:
    _client(lab, INSTALL)


def on_trial(lab: Lab) -> None:
    installed(lab)
    assert lab.reboot().slot == 3


def fell_back(lab: Lab) -> None:
    on_trial(lab)
    assert lab.reboot().fell_back


def rolled_back(lab: Lab) -> None:
    on_trial(lab)
    _client(lab, "rollback")


def commit_noted_by_u_boot_only(lab: Lab) -> None:
    on_trial(lab)
    lab.sh("fw_setenv upgrade_available 0").check()


def staged(lab: Lab) -> None:
    _client(lab, "install --stop-before ArtifactInstall_Enter /uboot/next.mender")


def _cut(lab: Lab, point: str, command: str) -> None:
    lab.sh(f"echo {point} >/data/lab-kill").check()
    _client(lab, command, rc=137)


def install_cut(lab: Lab) -> None:
    _cut(lab, "before:ArtifactInstall", INSTALL)


def install_cut_on_trial(lab: Lab) -> None:
    _cut(lab, "after:ArtifactInstall", INSTALL)
    assert lab.reboot().slot == 3


def commit_cut(lab: Lab) -> None:
    on_trial(lab)
    _cut(lab, "after:ArtifactCommit", "commit")


def into_b(lab: Lab) -> None:
    """2.7.0 in slot B is what runs, for good."""
    lab.sh("printf 'mender_boot_part=3\\nmender_boot_part_hex=3\\n' | fw_setenv -s -").check()
    assert lab.reboot().slot == 3


def same_on_trial(lab: Lab) -> None:
    into_b(lab)
    _client(lab, SAME)
    assert lab.reboot().slot == 2


def same_fell_back(lab: Lab) -> None:
    same_on_trial(lab)
    assert lab.reboot().fell_back


def same_commit_cut(lab: Lab) -> None:
    same_on_trial(lab)
    _cut(lab, "after:ArtifactCommit", "commit")


def same_write_cut(lab: Lab) -> None:
    """Told from a cut commit by the module, which would have noted the slot that it came from: not by what cuts it."""
    into_b(lab)
    lab.sh("fw_setenv bootcount 1").check()  # as a commit of long ago leaves it
    lab.sh("echo 2000000 >/run/mender-stand-in-pace").check()
    _cut(lab, "mid:DownloadWithFileSizes", SAME)
    lab.reboot()
    lab.sh("mount --bind /usr/share/mender/lab/rootfs-image /usr/share/mender/modules/v3/rootfs-image").check()


def cleanup_cut(lab: Lab) -> None:
    on_trial(lab)
    _cut(lab, "before:Cleanup", "commit")


def stopped_before_leave(lab: Lab) -> None:
    on_trial(lab)
    _client(lab, "commit --stop-before ArtifactCommit_Leave")


def armed_by_hand(lab: Lab) -> None:
    lab.sh(f"printf '{TRIAL_OF_B}' | fw_setenv -s -").check()


def tried_by_hand(lab: Lab) -> None:
    armed_by_hand(lab)
    assert lab.reboot().slot == 3


def half_a_choice(lab: Lab) -> None:
    lab.sh("fw_setenv mender_boot_part 3").check()


def no_such_slot(lab: Lab) -> None:
    lab.sh("printf 'mender_boot_part=7\\nmender_boot_part_hex=7\\n' | fw_setenv -s -").check()


def no_canary(lab: Lab) -> None:
    lab.sh("fw_setenv mender_saveenv_canary").check()


def no_environment(lab: Lab) -> None:
    lab.sh("rm /data/u-boot/fw_env.config").check()


def deploying(lab: Lab) -> None:
    """What the daemon keeps while it deploys (facts 1.5)."""
    _client(lab, "show-artifact")
    write = (
        "import lmdb\n"
        "with lmdb.open('/data/mender/mender-store', subdir=False) as store, store.begin(write=True) as transaction:\n"
        "    transaction.put(b'state', b'{}')\n"
    )
    lab.run(["python3", "-c", write]).check()


def _set(*words: str) -> frozenset[str]:
    return frozenset(words)


ROWS: Final = (
    Row("idle", lambda _: None, "idle", _set(INSTALL, "switch B", "reboot")),
    Row("staged", staged, "staged", _set("resume", "rollback", "reboot"), ("5.1",)),
    Row("installed", installed, "installed", _set("rollback", "reboot")),
    Row("trial", on_trial, "trial", _set("commit", "rollback", "reboot")),
    Row("install cut", install_cut, "install cut", _set("rollback", "resume", "reboot"), ("5.1",)),
    Row("install cut, on trial", install_cut_on_trial, "install cut", _set("rollback", "resume", "reboot"), ("5.1",)),
    Row("fell back", fell_back, "fell back", _set("rollback", "reboot")),
    Row("commit cut", commit_cut, "commit cut", _set("keep", "reboot"), BOTH),
    Row("commit cut (Go)", commit_noted_by_u_boot_only, "commit cut", _set("keep", "reboot"), ("go",)),
    Row("commit cut in its cleanup", cleanup_cut, "commit cut", _set("resume", "reboot"), ("5.1",)),
    Row("commit cut in its cleanup", cleanup_cut, "commit cut", _set("keep", "reboot"), ("4.0",)),
    Row("commit stopped", stopped_before_leave, "commit cut", _set("resume", "reboot"), ("5.1",)),
    Row("same version fell back", same_fell_back, "fell back", _set("rollback", "reboot")),
    Row("same version's commit cut", same_commit_cut, "commit cut", _set("keep", "reboot"), BOTH),
    Row("same version's write cut", same_write_cut, "fell back", _set("rollback", "reboot"), ("4.0",)),
    Row("rolled back", rolled_back, "rolled back, waiting for reboot", _set("disarm", "reboot")),
    Row("switch tried", tried_by_hand, "manual trial", _set("confirm", "reboot")),
    Row("switch armed", armed_by_hand, "manual switch armed", _set("disarm", "reboot")),
    Row("half a choice", half_a_choice, "broken", _set("disarm")),
    Row("no such slot", no_such_slot, "broken", _set("disarm")),
    Row("no canary", no_canary, "broken", _set()),
    Row("no environment", no_environment, "broken", _set()),
    Row("daemon deploys", deploying, "update at work", _set(), BOTH),
)  # fmt: skip


def _cases() -> Iterator[object]:
    for row in ROWS:
        for client in row.clients:
            yield pytest.param(client, row, id=f"{client} {row.name}")


@pytest.mark.parametrize(("client", "row"), _cases())
def test_the_state_is_named_and_only_what_helps_is_offered(stock: Stock, client: Client, row: Row) -> None:
    shelf = Shelf(stock)
    for name in ("next.mender", "ok.mender"):
        shelf.get(name)
    fitting = None if client == "go" else played_fitting(stock, client)
    with Lab(stock, client, fitting=fitting) as lab:
        row.make(lab)
        verdict = Technician(lab).verdict()
        assert verdict["phase"] == row.phase, verdict
        refused = refusals(lab, *ALL)
        assert {words for words, why in refused.items() if why is None} == row.allowed, refused
        assert all(why for why in refused.values() if why is not None)
