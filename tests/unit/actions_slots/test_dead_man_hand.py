"""Setting the dead-man timer and taking it away; what is there after a cut at any moment; what it says of itself."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.actions.hands.dead_man import arm_dead_man, disarm_dead_man
from moducop_tui.model.acts import ArmDeadMan, DisarmDeadMan
from moducop_tui.model.dead_man_rules import why_no_timer
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.storage import Storage, UpperHome
from moducop_tui.model.work import DeadMan, Fired
from moducop_tui.sources.dead_man import read_dead_man, read_fired
from tests.unit.actions_slots.slot_kits import Device
from tests.unit.core.well_device import STORAGE
from tests.unit.slots.environment_recordings import FACTORY
from tests.unit.slots.verdict_cases import B

ARM = ArmDeadMan(B, 600)
UNIT = "etc/systemd/system/moducop-tui-dead-man.service"
LINK = "etc/systemd/system/sysinit.target.wants/moducop-tui-dead-man.service"
HERE = "data/moducop_tui/dead-man"


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


def files(device: Device) -> set[str]:
    return {str(path.relative_to(device.root)) for path in device.root.rglob("*dead-man*") if not path.is_dir()} | {
        f"{HERE}/{path.name}" for path in (device.root / HERE).glob("*")
    }


def test_everything_that_the_other_slot_needs_lies_where_both_slots_see_it(device: Device) -> None:
    result = arm_dead_man(ARM, device.kit())
    assert result.good, result.sentence
    assert files(device) == {UNIT, LINK, f"{HERE}/run.sh", f"{HERE}/armed"}
    assert str((device.root / LINK).readlink()) == "../moducop-tui-dead-man.service"
    unit = (device.root / UNIT).read_text()
    assert "ExecStart=/bin/sh /data/moducop_tui/dead-man/run.sh 3 600 B\n" in unit
    assert "@" not in unit.replace("@.service", "")
    assert read_dead_man(device.host) == DeadMan(B, 600, None)


def test_arming_twice_leaves_the_later_one(device: Device) -> None:
    (device.root / "run/moducop_tui").mkdir()
    (device.root / "run/moducop_tui/dead-man").write_text("12\n")
    arm_dead_man(ARM, device.kit())
    (device.root / HERE / "fired").write_text('{"slot": "B"}')
    assert arm_dead_man(ArmDeadMan(B, 90), device.kit()).good
    assert read_dead_man(device.host) == DeadMan(B, 90, None)
    assert read_fired(device.host) is None
    assert " 3 90 B\n" in (device.root / UNIT).read_text()


def test_the_seconds_that_are_left_are_those_of_the_running_script(device: Device) -> None:
    arm_dead_man(ARM, device.kit())
    (device.root / "run/moducop_tui").mkdir()
    (device.root / "run/moducop_tui/dead-man").write_text("612\n")
    (device.root / "proc/uptime").write_text("100.25 390.10\n")
    assert read_dead_man(device.host) == DeadMan(B, 600, 511.75)
    (device.root / "proc/uptime").write_text("700.00 390.10\n")
    assert read_dead_man(device.host) == DeadMan(B, 600, 0.0)


class CutError(Exception):
    """The power."""


def test_a_cut_at_any_moment_of_arming_leaves_it_armed_or_not_and_nothing_between(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Armed means: the record, the script and a link that leads to the unit are all there."""
    real = os.fsync
    for steps in range(40):
        left = [steps]

        def fsync(descriptor: int, left: list[int] = left) -> None:
            if left[0] == 0:
                raise CutError
            left[0] -= 1
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        try:
            arm_dead_man(ARM, device.kit())
        except CutError:
            pass
        else:
            monkeypatch.undo()
            assert steps > 6
            break
        monkeypatch.undo()
        armed = read_dead_man(device.host)
        if (device.root / HERE / "armed").exists():
            assert armed == DeadMan(B, 600)
            assert (device.root / LINK).exists()
            assert (device.root / HERE / "run.sh").exists()
        else:
            assert armed is None
        assert disarm_dead_man(DisarmDeadMan(), device.kit()).good
        assert files(device) == set()


def test_disarming_leaves_nothing_and_finds_nothing_the_second_time(device: Device) -> None:
    arm_dead_man(ARM, device.kit())
    assert disarm_dead_man(DisarmDeadMan(), device.kit()).sentence == "The dead-man timer is gone."
    assert files(device) == set()
    again = disarm_dead_man(DisarmDeadMan(), device.kit())
    assert (again.good, again.sentence) == (True, "No dead-man timer was set.")


def test_a_plan_that_failed_takes_its_timer_away_but_never_that_of_a_trial(device: Device) -> None:
    arm_dead_man(ARM, device.kit())
    device.write(FACTORY | {"upgrade_available": "1"})
    kept = disarm_dead_man(DisarmDeadMan(unless_on_trial=True), device.kit())
    assert (kept.good, kept.sentence) == (True, "The dead-man timer stays: a slot is on trial.")
    assert read_dead_man(device.host) is not None
    device.write(FACTORY)
    assert disarm_dead_man(DisarmDeadMan(unless_on_trial=True), device.kit()).sentence == "The dead-man timer is gone."


@pytest.mark.parametrize(
    ("storage", "words"),
    [
        (replace(STORAGE, overlays=()), "/etc is no overlay"),
        (
            replace(STORAGE, overlays=(replace(STORAGE.overlays[0], upper_home=UpperHome.OTHER),)),
            "elsewhere than on /data",
        ),
        (replace(STORAGE, overlays=(replace(STORAGE.overlays[0], upper_home=UpperHome.UNKNOWN),)), "can't be told"),
        (replace(STORAGE, file_systems=tuple(replace(fs, read_only=True) for fs in STORAGE.file_systems)), "read-only"),
        (Unavailable("No."), "the mounts can't be read"),
    ],
)
def test_where_the_other_slot_would_not_have_it_none_is_set(device: Device, storage: Any, words: str) -> None:
    device.storage = storage
    result = arm_dead_man(ARM, device.kit())
    assert not result.good
    assert result.sentence.startswith("No dead-man timer was set: ")
    assert words in result.sentence
    assert files(device) == set()
    assert words in (why_no_timer(storage if isinstance(storage, Storage) else None) or "")


def test_without_a_partition_number_none_is_set(device: Device) -> None:
    device.slots = Unavailable("No.")
    assert "the partition of slot B is not known" in arm_dead_man(ARM, device.kit()).sentence


def test_a_place_that_can_not_be_written_is_said(device: Device) -> None:
    (device.root / "data/moducop_tui").write_text("in the way")
    result = arm_dead_man(ARM, device.kit())
    assert not result.good
    assert "No dead-man timer was set:" in result.sentence


def test_damaged_records_are_no_timer(device: Device) -> None:
    arm_dead_man(ARM, device.kit())
    armed = device.root / HERE / "armed"
    for damaged in (b"", b"{", b'{"slot": "C", "seconds": 1}', b'{"slot": "B"}', b"\xff"):
        armed.write_bytes(damaged)
        assert read_dead_man(device.host) is None


def test_what_it_did_is_told(device: Device) -> None:
    place = device.root / HERE
    place.mkdir(parents=True)
    (place / "fired").write_text(json.dumps({"slot": "B", "at": 1770000000, "boot_id": "x"}))
    assert read_fired(device.host) == Fired(B, 1770000000.0, "x")
