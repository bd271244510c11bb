"""Writing boot variables with the real `fw_setenv` on plain files, and with tools that fail or lie."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.actions.hands.environment import set_environment
from moducop_tui.actions.kit import Result
from moducop_tui.host import Host
from moducop_tui.model.acts import SetEnvironment
from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy
from moducop_tui.model.reading import Topic
from tests.unit.actions_slots.slot_kits import Device, stand_in
from tests.unit.slots.environment_recordings import FACTORY

ARM = (("mender_boot_part", "3"), ("mender_boot_part_hex", "3"), ("upgrade_available", "1"), ("bootcount", "0"))
BEFORE = (("mender_boot_part", "2"), ("mender_boot_part_hex", "2"), ("upgrade_available", "0"))
ACT = SetEnvironment(ARM, BEFORE)


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory whose programs come before the real ones."""
    directory = tmp_path / "tools"
    directory.mkdir()
    monkeypatch.setenv("PATH", f"{directory}:{os.environ.get('PATH', '')}")
    return directory


def write(device: Device, act: SetEnvironment = ACT) -> Result:
    return set_environment(act, device.kit())


def test_all_variables_are_written_at_once_and_read_back_by_two_readers(device: Device) -> None:
    result = write(device)
    assert result.good, result.sentence
    assert result.sentence == (
        "mender_boot_part=3, mender_boot_part_hex=3, upgrade_available=1, bootcount=0: written, and read back twice."
    )
    assert device.variables() == FACTORY | dict(ARM)


def test_the_older_copy_keeps_the_old_values_for_a_power_cut(device: Device) -> None:
    write(device)
    device.flip(0)
    assert device.variables() == FACTORY


def test_what_is_so_already_is_not_written_again(device: Device) -> None:
    write(device)
    before = device.disk.read_bytes()
    result = write(device)
    assert result.good
    assert "it was so already" in result.sentence
    assert device.disk.read_bytes() == before


def test_nothing_is_written_when_somebody_changed_it_since_the_plan(device: Device) -> None:
    device.write(FACTORY | {"upgrade_available": "1"})
    before = device.disk.read_bytes()
    result = write(device)
    assert not result.good
    assert result.sentence == (
        "Nothing was written: upgrade_available is 1, not 0 as when the plan was made. Look again."
    )
    assert device.disk.read_bytes() == before


def test_one_damaged_copy_is_renewed_by_the_write(device: Device) -> None:
    device.flip(1)
    assert write(device).good
    assert device.variables() == FACTORY | dict(ARM)


def test_two_damaged_copies_are_never_replaced_by_defaults(device: Device, tools: Path) -> None:
    defaults = device.root / "defaults"
    defaults.write_text("bootdelay=1\nmender_boot_part=2\nmender_boot_part_hex=2\nupgrade_available=0\n")
    for name in ("fw_printenv", "fw_setenv"):
        stand_in(tools, name, f'exec $REAL -f {defaults} "$@"')  # as with /etc/u-boot-initial-env on a device
    device.flip(0, 1)
    before = device.disk.read_bytes()
    result = write(device)
    assert not result.good
    assert "fw_setenv would replace everything by defaults" in result.sentence
    assert device.disk.read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda config: config.write_text("nonsense\n"), "fw_printenv failed (exit"),
        (lambda config: config.unlink(), "fw_printenv failed (exit"),
    ],
)
def test_without_a_configuration_nothing_is_written(
    device: Device, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(device.root / "etc/fw_env.config")
    result = write(device)
    assert not result.good
    assert result.sentence.startswith("Nothing was written:")
    assert words in result.sentence


def test_a_missing_tool_is_said_and_nothing_else_done(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moducop_tui.actions.hands.environment._PRINT", "no-such-fw_printenv")
    assert write(device).sentence == "Nothing was written: no-such-fw_printenv is not installed."


def test_a_tool_that_can_not_store_is_said_with_its_words(device: Device, tools: Path) -> None:
    stand_in(tools, "fw_setenv", 'echo "Error storing the env" >&2; exit 247')
    result = write(device)
    assert not result.good
    assert result.exit_code == 247
    assert result.sentence.startswith("Nothing was changed: fw_setenv ended with 247: Error storing the env.")
    assert "writable?" in result.sentence


def test_a_protected_boot_partition_is_named_with_its_remedy(device: Device, tools: Path) -> None:
    stand_in(tools, "fw_setenv", 'echo "Error storing the env" >&2; exit 247')
    force = device.root / "sys/block/mmcblk0boot0/force_ro"
    force.parent.mkdir(parents=True)
    force.write_text("1\n")
    plain = Device(device.root)

    def on_boot_partition() -> object:
        found = plain.kit().read(Topic.BOOT)
        assert isinstance(found, BootEnvironment)
        return replace(found, copies=(EnvironmentCopy("/dev/mmcblk0boot0", -0x2200, good=True, in_use=True),))

    device.boot = on_boot_partition
    assert write(device).sentence == (
        "Nothing was changed: the kernel protects /dev/mmcblk0boot0 against writing. Allow it with "
        "`echo 0 >/sys/block/mmcblk0boot0/force_ro`, then try again."
    )


def test_a_tool_that_says_yes_and_does_nothing_is_not_believed(device: Device, tools: Path) -> None:
    stand_in(tools, "fw_setenv", "cat >/dev/null; exit 0")
    result = write(device)
    assert not result.good
    assert result.sentence.startswith("Nothing was changed: fw_setenv ended with 0")


def test_half_a_write_is_put_back(device: Device, tools: Path) -> None:
    mark = device.root / "first"
    stand_in(tools, "fw_setenv", f'[ -e {mark} ] && exec $REAL "$@"\n>{mark}\ngrep -v _hex | $REAL "$@"')
    result = write(device)
    assert not result.good
    assert result.sentence == (
        "Read back, mender_boot_part_hex is 2, not 3: the old values were put back and are in place again."
    )
    assert device.variables() == FACTORY


def test_half_a_write_that_can_not_be_put_back_is_said_loudly(device: Device, tools: Path) -> None:
    stand_in(tools, "fw_setenv", 'echo mender_boot_part=3 | $REAL "$@"')
    result = write(device)
    assert not result.good
    assert "the old values could NOT be put back: now mender_boot_part=3, mender_boot_part_hex=2" in result.sentence
    assert result.sentence.endswith("Do not reboot before this is put right.")


def test_a_write_that_leaves_nothing_readable_is_said_loudly(device: Device, tools: Path) -> None:
    spoil = f"cat >/dev/null; printf 'xxxx' | dd of={device.disk} bs=1 conv=notrunc 2>/dev/null; "
    spoil += f"printf 'xxxx' | dd of={device.disk} bs=1 seek=32768 conv=notrunc 2>/dev/null"
    stand_in(tools, "fw_setenv", spoil)
    result = write(device)
    assert not result.good
    assert "can't be read back" in result.sentence
    assert result.sentence.endswith("Do not reboot before it can.")


def test_two_readers_that_disagree_stop_the_write(device: Device, tools: Path) -> None:
    stand_in(tools, "fw_printenv", '$REAL "$@" | sed s/upgrade_available=0/upgrade_available=1/')
    result = write(device)
    assert not result.good
    assert (
        "two readers disagree: upgrade_available is '1' by fw_printenv, '0' by the copies themselves" in result.sentence
    )


def test_a_tool_that_hangs_is_ended_and_the_environment_looked_at(
    device: Device, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moducop_tui.actions.hands.environment._SECONDS", 0.3)
    stand_in(tools, "fw_setenv", "sleep 30")
    result = write(device)
    assert not result.good
    assert "did not answer within 0 s and was ended." in result.sentence


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ((("mender_boot_part", "3"),), "must be written together"),
        ((("mender_boot_part", "3"), ("mender_boot_part_hex", "2")), "must name the same partition"),
        ((("mender_boot_part", "12"), ("mender_boot_part_hex", "12")), "must name the same partition"),
        ((("upgrade_available", "1\nbootcmd=x"),), "is nothing that may be written"),
        ((("up grade", "1"),), "is nothing that may be written"),
    ],
)
def test_what_no_plan_may_ask_for_is_refused(
    device: Device, variables: tuple[tuple[str, str], ...], words: str
) -> None:
    result = write(device, SetEnvironment(variables, ()))
    assert not result.good
    assert words in result.sentence
    assert device.variables() == FACTORY


def test_only_the_machines_own_environment_is_written(device: Device) -> None:
    kit = replace(device.kit(), host=Host(device.root))
    assert "only the boot environment of the machine" in set_environment(ACT, kit).sentence
