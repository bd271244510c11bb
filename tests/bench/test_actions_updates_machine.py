"""An update in the whole virtual ModuCop, with Debian's Mender client, systemd, Docker and its applications."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from . import slots_asked
from .artifacts import rootfs_artifact
from .conftest import require_bench
from .image import disk_image
from .keyboard import Keyboard
from .machine import Machine
from .packages import run
from .partitions import PARTITIONS
from .technician import REFUSED, Technician
from .tree import SLOT_A, SLOT_B
from .witness import Witness

if TYPE_CHECKING:
    from pathlib import Path

MEBIBYTES = 16
PATH = "/data/update.mender"


@pytest.fixture
def payload(fresh_machine: Machine) -> bytes:
    """An artifact on the data partition, named as the whole system that slot B gets from the factory; its payload."""
    place: Path = fresh_machine.run_dir
    artifact = rootfs_artifact(place, name=SLOT_B.artifact, files={"etc/issue": "x\n"}, mebibytes=MEBIBYTES)
    fresh_machine.write(PATH, artifact.read_bytes())
    run("tar", "-C", place, "-xf", artifact, "data/0000.tar.gz")
    return _only_file(place / "data/0000.tar.gz")


def _only_file(packed: Path) -> bytes:
    import tarfile

    with tarfile.open(packed) as archive:
        (member,) = archive.getmembers()
        stream = archive.extractfile(member)
        assert stream is not None
        return stream.read()


def make_slot_b_whole(machine: Machine) -> None:
    """Put the factory's system back where the payload was written: as if the artifact had held all of that."""
    start = PARTITIONS[2].start
    with disk_image().open("rb") as pristine:
        pristine.seek(start)
        machine.disk.write(start, pristine.read(MEBIBYTES << 20))


def judged(machine: Machine) -> dict[str, Any]:
    """The verdict after an update, judged inside from all readings."""
    told: dict[str, Any] = slots_asked.ask(
        machine,
        """
import time
from moducop_tui.device import real_device
from moducop_tui.model.reading import Topic
from moducop_tui.model.update_verdict import judge_update
from moducop_tui.read_once import read_once
readings = read_once(real_device(config).sources, frozenset(Topic), 30)
verdict = judge_update(readings, readings.work.value.before, time.time())
tell(None if verdict is None else {
    "standing": verdict.standing.value, "sentence": verdict.sentence, "worse": verdict.worse, "why": verdict.why,
    "same": verdict.same, "seconds_left": verdict.seconds_left,
    "compared": {one.what: [one.now, one.before] for one in verdict.comparisons},
})
""",
    )
    return told


def install(machine: Machine, payload: bytes) -> Technician:
    """Order it at the command line; the slot then holds the payload, byte for byte."""
    technician = Technician(machine)
    record = technician.do("install", PATH)
    assert record["sentence"].startswith(f"Slot B holds the artifact's {len(payload)} bytes")
    digest = machine.sh(f"head -c {len(payload)} /dev/mmcblk0p3 | sha256sum").check().stdout.split()[0]
    assert digest == hashlib.sha256(payload).hexdigest()
    assert technician.phase() == "installed"
    make_slot_b_whole(machine)
    return technician


def test_an_update_is_tried_judged_and_committed(
    fresh_machine: Machine, fresh_witness: Witness, payload: bytes
) -> None:
    technician = install(fresh_machine, payload)
    assert fresh_machine.reboot().on_trial
    verdict = judged(fresh_machine)
    assert verdict["standing"] == "booted, waiting for your word"
    assert verdict["same"] is True
    assert 0 < verdict["seconds_left"] <= 600
    assert verdict["compared"]["apps"] == ["2 of 2 well", "2 of 2"], verdict
    assert verdict["compared"]["units"][1] is not None
    committed = technician.do("commit")
    assert committed["sentence"].startswith(f"{SLOT_B.artifact} is committed.")
    assert fresh_witness.artifact() == SLOT_B.artifact
    assert fresh_witness.environment("upgrade_available", "mender_boot_part") == {
        "upgrade_available": "0", "mender_boot_part": "3"
    }  # fmt: skip
    assert judged(fresh_machine) is None
    fresh_machine.power_cut()
    fresh_machine.power_on()
    assert (fresh_machine.slot, technician.phase()) == (3, "idle")


def test_a_power_cut_on_trial_brings_the_old_slot_back_and_that_is_explained(
    fresh_machine: Machine, payload: bytes
) -> None:
    technician = install(fresh_machine, payload)
    assert fresh_machine.reboot().on_trial
    fresh_machine.power_cut()
    fresh_machine.power_on()
    assert fresh_machine.slot == 2
    verdict = judged(fresh_machine)
    assert verdict["standing"] == "came back"
    assert verdict["sentence"] == f"The device is in A: {SLOT_B.artifact} was not kept."
    assert "U-Boot counted 2 boots, its limit is 1: it tried B and fell back." in verdict["why"]
    technician.do("rollback")
    assert (technician.phase(), technician.pending()) == ("idle", None)
    assert SLOT_A.artifact != SLOT_B.artifact


def test_a_line_that_drops_in_the_middle_of_an_install_is_one_console_less() -> None:
    """It goes on, the next console finds it, nothing is started beside it, and the slot holds all of it in the end."""
    require_bench()
    with Machine(client="5.1") as machine:
        artifact = rootfs_artifact(
            machine.run_dir, name=SLOT_B.artifact, files={"etc/issue": "x\n"}, mebibytes=MEBIBYTES
        )
        machine.write(PATH, artifact.read_bytes())
        machine.sh("echo 1500000 >/run/mender-stand-in-pace").check()
        with Keyboard(machine) as dropped:
            dropped.unlock()
            dropped.choose("i", PATH)
            dropped.run_until(lambda: machine.sh("pgrep -f '^[^ ]*python3? .*mender-update install'").rc == 0)
            dropped.console.wait_for("do not cut")
            dropped.console.hang_up()
        with Keyboard(machine) as found:
            assert "Install " in found.console.wait_for(re.compile(r"--Install .* at work"))
            assert "DO NOT CUT" in found.console.text().upper()
            refused = machine.run(["moducop-tui", "reboot", "--yes", "--reason", "bench"])
            assert refused.rc == REFUSED
            assert "install " in refused.stderr
            machine.sh("rm /run/mender-stand-in-pace").check()
            found.console.wait_for(re.compile(r"--Install .* done"), 60)
        technician = Technician(machine)
        newest = technician.history()[0]
        assert newest["outcome"] == "done"
        assert any(str(step["sentence"]).startswith("Slot B holds the artifact's") for step in newest["steps"])
        assert (technician.phase(), technician.chosen()) == ("installed", ("3", "3", "1"))
