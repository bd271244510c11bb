"""The timer's script runs as root at the next boot: it must be root's when it is written, and when it is started."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from moducop_tui.actions.hands.dead_man import arm_dead_man, disarm_dead_man
from moducop_tui.model.acts import ArmDeadMan, DisarmDeadMan
from moducop_tui.model.work import DeadMan
from moducop_tui.sources.dead_man import read_dead_man, read_fired
from tests.unit.actions_slots.slot_kits import Device
from tests.unit.actions_slots.test_dead_man_script import SHELLS, World
from tests.unit.base.given_away import give_away
from tests.unit.slots.verdict_cases import B

ARM = ArmDeadMan(B, 600)
HERE = "data/moducop_tui/dead-man"
UNITS = "etc/systemd/system"
UNIT = f"{UNITS}/moducop-tui-dead-man.service"


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


@pytest.mark.parametrize("theirs", ["data", "data/moducop_tui", HERE, UNITS])
def test_no_timer_is_set_where_somebody_else_could_exchange_it(
    device: Device, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    for place in (HERE, UNITS):
        (device.root / place).mkdir(parents=True, exist_ok=True)
    give_away(monkeypatch, device.root / theirs)
    result = arm_dead_man(ARM, device.kit())
    assert not result.good
    assert f"{device.root / theirs} belongs to uid 54321, not to root" in result.sentence
    assert not (device.root / HERE / "run.sh").exists()
    assert not (device.root / UNIT).exists()


def test_a_script_that_lies_ready_is_replaced_and_not_written_to(device: Device) -> None:
    (device.root / HERE).mkdir(parents=True)
    victim = device.root / "victim"
    victim.write_text("as it was")
    for name in ("run.sh", ".run.sh.new", "armed"):
        (device.root / HERE / name).symlink_to(victim)
    assert arm_dead_man(ARM, device.kit()).good
    assert victim.read_text() == "as it was"
    assert not (device.root / HERE / "run.sh").is_symlink()


@pytest.mark.parametrize("name", ["armed", "fired"])
def test_what_somebody_else_has_written_about_it_is_not_believed(
    device: Device, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert arm_dead_man(ARM, device.kit()).good
    (device.root / HERE / "fired").write_text('{"slot": "B", "at": 1, "boot_id": "1"}')
    assert (read_dead_man(device.host), read_fired(device.host) is None) == (DeadMan(B, 600, None), False)
    give_away(monkeypatch, device.root / HERE / name)
    assert (read_fired if name == "fired" else read_dead_man)(device.host) is None


def test_one_that_is_not_roots_any_more_is_at_least_started_no_more(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert arm_dead_man(ARM, device.kit()).good
    give_away(monkeypatch, device.root / HERE)
    result = disarm_dead_man(DisarmDeadMan(), device.kit())
    assert not result.good
    assert "starts no more, but not all of it could be taken away" in result.sentence
    assert not (device.root / UNIT).exists()
    assert list((device.root / UNITS / "sysinit.target.wants").iterdir()) == []


class TestTheUnit:
    """Its condition, as systemd has it run before the script, in all shells that a ModuCop may have as /bin/sh."""

    @pytest.fixture(params=SHELLS, ids=[shell[0] for shell in SHELLS])
    def starts(self, request: pytest.FixtureRequest, device: Device) -> Callable[[], str]:
        assert arm_dead_man(ARM, device.kit()).good
        line = next(line for line in (device.root / UNIT).read_text().splitlines() if line.startswith("ExecCondition="))
        command = line.removeprefix("ExecCondition=/bin/sh -c ")
        assert (command[0], command[-1], command.count("'"), "%" in command, "\\" in command) == (
            "'",
            "'",
            2,
            False,
            False,
        )
        script = command[1:-1].replace("$$", "$").replace("/data", f"{device.root}/data")

        def started() -> str:
            done = subprocess.run([*request.param, "-c", script], capture_output=True, text=True)
            assert done.stderr == ""
            assert (done.returncode == 0) is (done.stdout == "")
            return done.stdout.strip().replace(f"{device.root}/", "/")

        return started

    def test_roots_own_is_started_also_where_all_may_write_to_data_what_is_theirs(
        self, device: Device, starts: Callable[[], str]
    ) -> None:
        assert starts() == ""
        (device.root / "data").chmod(0o1777)
        assert starts() == ""

    @pytest.mark.parametrize("theirs", ["data", "data/moducop_tui", HERE, f"{HERE}/run.sh"])
    @pytest.mark.parametrize("mode", [0o720, 0o702])
    def test_what_others_may_write_is_not(
        self, device: Device, starts: Callable[[], str], theirs: str, mode: int
    ) -> None:
        (device.root / theirs).chmod(mode)
        shown = "/data/." if theirs == "data" else f"/{theirs}"
        assert starts() == f"{shown} is not for root alone to write: the dead-man timer is not started"

    @pytest.mark.parametrize("theirs", ["data/moducop_tui", HERE, f"{HERE}/run.sh"])
    def test_a_link_is_not(self, device: Device, starts: Callable[[], str], theirs: str) -> None:
        place = device.root / theirs
        place.rename(device.root / "away")
        place.symlink_to(device.root / "away")
        assert f"/{theirs} is not for root alone to write" in starts()

    @pytest.mark.parametrize("theirs", ["data/moducop_tui", HERE, f"{HERE}/run.sh"])
    def test_somebody_elses_is_not(self, device: Device, starts: Callable[[], str], theirs: str) -> None:
        place = device.root / theirs
        if os.geteuid() == 0:
            os.chown(place, 54321, 54321)
        else:  # what is root's is somebody else's then, and nobody can give it away
            place.rename(device.root / "away")
            place.symlink_to("/usr")
        assert f"/{theirs} is not for root alone to write" in starts()


@pytest.mark.parametrize("shell", SHELLS, ids=[shell[0] for shell in SHELLS])
@pytest.mark.parametrize("mode", [0o777, 0o720])
def test_a_deadline_that_others_could_write_counts_for_nothing(tmp_path: Path, shell: list[str], mode: int) -> None:
    world = World(tmp_path)
    place = tmp_path / "run/moducop_tui"
    place.mkdir()
    (place / "dead-man").write_text("99999999\n")
    place.chmod(mode)
    said = world.start(shell)
    assert "is not for root alone to write: a restarted timer begins anew" in said
    assert "rebooting, the boot loader then falls back" in said
    assert (place / "dead-man").read_text() == "99999999\n"
