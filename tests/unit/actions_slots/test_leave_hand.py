"""Going down: everything to the disk first, systemd asked once, and seen to have begun."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.actions.hands import leave as hand
from moducop_tui.actions.hands.leave import leave
from moducop_tui.host import Host
from moducop_tui.model.acts import Leave
from tests.unit.actions_slots.slot_kits import Device, stand_in


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Device:
    """A machine whose `systemctl` and `sync` write down that they were called; nothing goes down."""
    tools = tmp_path / "tools"
    stand_in(tools, "sync", f"echo sync >>{tmp_path}/calls")
    stand_in(tools, "systemctl", systemctl(tmp_path))
    monkeypatch.setenv("PATH", f"{tools}:{os.environ.get('PATH', '')}")
    monkeypatch.setattr(hand, "_SEEN_SECONDS", 0.3)
    monkeypatch.setattr(hand, "_LOOK_AGAIN", 0.01)
    return Device(tmp_path)


def systemctl(root: Path, state: str = "stopping", code: int = 0, words: str = "") -> str:
    """One that answers with that state and ends an order with that code."""
    return (
        f'[ "$1" = is-system-running ] && {{ echo {state}; exit 1; }}\n'
        f'echo "systemctl $*" >>{root}/calls; echo "{words}" >&2; exit {code}'
    )


@pytest.mark.parametrize(
    ("off", "verb", "sentence"), [(False, "reboot", "reboots"), (True, "poweroff", "switches off")]
)
def test_everything_is_written_before_systemd_is_asked(device: Device, off: bool, verb: str, sentence: str) -> None:
    result = leave(Leave(off), device.kit())
    assert (result.good, result.left, result.sentence) == (True, True, f"The device {sentence}.")
    assert (device.root / "calls").read_text() == f"sync\nsystemctl {verb}\n"


def test_a_refusal_is_said_with_systemds_words(device: Device) -> None:
    stand_in(device.root / "tools", "systemctl", systemctl(device.root, code=1, words="Access denied"))
    result = leave(Leave(), device.kit())
    assert (result.good, result.left, result.exit_code) == (False, False, 1)
    assert result.sentence == "systemd refuses the reboot (exit 1): Access denied"


def test_an_order_that_nothing_follows_is_not_believed(device: Device) -> None:
    stand_in(device.root / "tools", "systemctl", systemctl(device.root, state="running"))
    result = leave(Leave(), device.kit())
    assert (result.good, result.left) == (False, False)
    assert "does not go down" in result.sentence


def test_without_systemd_nothing_is_stopped(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    (device.root / "tools/systemctl").unlink()
    monkeypatch.setenv("PATH", str(device.root / "tools"))
    monkeypatch.setattr("moducop_tui.runner._SEARCH_PATH", str(device.root / "tools"))
    result = leave(Leave(), device.kit())
    assert not result.good
    assert result.sentence == "The reboot could not be asked for: systemctl is not installed. Nothing was stopped."


def test_a_disk_that_takes_nothing_any_more_keeps_nobody_from_rebooting(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(device.root / "tools", "sync", "sleep 30")
    monkeypatch.setattr(hand, "_SYNC_SECONDS", 0.1)
    assert leave(Leave(), device.kit()).left


def test_another_root_than_this_machines_is_never_rebooted(device: Device) -> None:
    result = leave(Leave(), replace(device.kit(), host=Host(device.root)))
    assert not result.good
    assert not (device.root / "calls").exists()
