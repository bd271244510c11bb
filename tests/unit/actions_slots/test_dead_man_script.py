"""The dead-man script itself, under dash and busybox, with a clock that only moves when it sleeps."""

from __future__ import annotations

import importlib.resources
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = str(importlib.resources.files("moducop_tui") / "assets" / "dead-man.sh")
SHELLS = [["dash"], ["busybox", "sh"], ["bash", "--posix"]]
MOUNTS = "20 1 179:{number} / / ro,relatime - ext4 /dev/root ro\n22 20 179:4 / /data rw - ext4 /dev/mmcblk0p4 rw\n"
UNIT = "moducop-tui-dead-man.service"
TOOLS = ("fw_printenv", "reboot", "sleep", "sync", "systemctl")
POWERLESS = ["setpriv", "--bounding-set", "-sys_boot", "--inh-caps", "-sys_boot"]
"""Nothing that is started so can reboot the machine that the tests run on."""
BOOT_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class World:
    """A device below `root` whose tools write down that they were called."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.here = root / "data/moducop_tui/dead-man"
        self.calls = root / "calls"
        for directory in ("data/moducop_tui/dead-man", "run", "proc/self", "proc/sys/kernel/random", "dev", "tools"):
            (root / directory).mkdir(parents=True)
        wants = root / "etc/systemd/system/sysinit.target.wants"
        wants.mkdir(parents=True)
        (wants.parent / UNIT).write_text("unit\n")
        (wants / UNIT).symlink_to(f"../{UNIT}")
        (self.here / "armed").write_text("{}\n")
        (self.here / "run.sh").write_text("script\n")
        for number in (2, 3):
            (root / f"sys/dev/block/179:{number}").mkdir(parents=True)
            (root / f"sys/dev/block/179:{number}/partition").write_text(f"{number}\n")
        (root / "proc/sys/kernel/random/boot_id").write_text(BOOT_ID + "\n")
        (root / "proc/uptime").write_text("7.31 20.00\n")
        (root / "dev/kmsg").write_text("")
        (root / "proc/sysrq-trigger").write_text("")
        self.runs(3)
        self.environment("echo upgrade_available=1")
        self.tool("systemctl", "")
        self.tool("reboot", "")
        self.tool("sync", "")
        # Time goes by only here. What was begun in the background before a long wait has happened after it.
        self.tool(
            "sleep",
            f'read -r up rest <{root}/proc/uptime; echo "$((${{up%%.*}} + $1)).31 0" >{root}/proc/uptime\n'
            '[ "$1" -le 10 ] || sleep 0.05',
        )

    def tool(self, name: str, script: str) -> None:
        path = self.root / "tools" / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>{self.calls}\n{script}\n')
        path.chmod(0o755)

    def environment(self, script: str) -> None:
        """What `fw_printenv` does."""
        self.tool("fw_printenv", script)

    def runs(self, number: int) -> None:
        (self.root / "proc/self/mountinfo").write_text(MOUNTS.format(number=number))

    def start(self, shell: list[str], seconds: int = 60) -> str:
        # Functions, because busybox has tools of these names in itself, and they come before PATH.
        stand_ins = "".join(f'{name}() {{ "{self.root}/tools/{name}" "$@"; }}; ' for name in TOOLS)
        argv = [*shell, "-c", f'{stand_ins} . "$0"', SCRIPT, "3", str(seconds), "B"]
        done = subprocess.run(
            [*(POWERLESS if os.geteuid() == 0 else []), *argv],
            env={"PATH": os.environ["PATH"], "MODUCOP_TUI_ROOT": str(self.root)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stderr == ""
        assert done.returncode == 0
        return done.stdout

    @property
    def called(self) -> list[str]:
        """The tools that were called to go down."""
        text = self.calls.read_text() if self.calls.exists() else ""
        return [line for line in text.splitlines() if line.split()[0] in {"systemctl", "reboot"}]

    @property
    def is_gone(self) -> bool:
        units = self.root / "etc/systemd/system"
        left = [units / UNIT, units / "sysinit.target.wants" / UNIT, self.here / "armed", self.here / "run.sh"]
        return not any(path.is_symlink() or path.exists() for path in left)

    @property
    def uptime(self) -> int:
        return int((self.root / "proc/uptime").read_text().split(".")[0])


@pytest.fixture(params=SHELLS, ids=[shell[0] for shell in SHELLS])
def shell(request: pytest.FixtureRequest) -> list[str]:
    wanted: list[str] = request.param
    assert shutil.which(wanted[0]) is not None
    return wanted


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_trial_that_nobody_keeps_is_rebooted_when_its_time_is_over(world: World, shell: list[str]) -> None:
    said = world.start(shell)
    assert "slot B is on trial: reboots in 60 s unless it is kept" in said
    assert world.called == ["systemctl reboot", "reboot -f", "reboot -f -f"]
    assert (world.root / "run/moducop_tui/dead-man").read_text() == "67\n"
    assert "<4>moducop-tui: nobody has kept slot B within 60 s: rebooting" in (world.root / "dev/kmsg").read_text()
    assert (world.root / "proc/sysrq-trigger").read_text() == "b\n"
    fired = (world.here / "fired").read_text()
    assert '{"slot": "B", "at": ' in fired
    assert f'"boot_id": "{BOOT_ID}"}}' in fired


def test_the_reboot_is_written_down_before_it_is_asked_for(world: World, shell: list[str]) -> None:
    world.tool("systemctl", f"[ -s {world.here}/fired ] && echo written >{world.root}/proof")
    world.start(shell, 5)
    assert (world.root / "proof").read_text() == "written\n"
    calls = world.calls.read_text()
    assert calls.index("sync") < calls.index("systemctl reboot")


def test_it_reboots_once_an_arming_and_then_never(world: World, shell: list[str]) -> None:
    world.start(shell, 5)
    world.calls.unlink()
    (world.root / "run/moducop_tui/dead-man").unlink()
    assert "it has rebooted the device once: not again" in world.start(shell, 5)
    assert world.called == []
    assert world.is_gone
    assert (world.here / "fired").exists()


def test_in_the_slot_that_it_fell_back_to_it_takes_itself_away(world: World, shell: list[str]) -> None:
    world.runs(2)
    assert "partition 2 runs, not the trial of slot B: taken away" in world.start(shell)
    assert world.called == []
    assert world.is_gone
    assert world.uptime < 60


def test_a_slot_that_is_kept_meanwhile_is_left_alone(world: World, shell: list[str]) -> None:
    world.environment(f"read -r up rest <{world.root}/proc/uptime; echo upgrade_available=$((${{up%%.*}} < 30))")
    assert "slot B is kept: taken away" in world.start(shell)
    assert world.called == []
    assert world.is_gone
    assert 30 <= world.uptime < 67


def test_a_slot_that_is_kept_in_the_last_moment_is_not_rebooted(world: World, shell: list[str]) -> None:
    """The commit comes while the end of the time is being written to the disk."""
    world.tool("sync", f"touch {world.root}/kept")
    world.environment(f"[ -e {world.root}/kept ] && echo upgrade_available=0 || echo upgrade_available=1")
    assert "slot B was kept in the last moment: taken away" in world.start(shell)
    assert world.called == []
    assert world.is_gone
    assert not (world.here / "fired").exists()


@pytest.mark.parametrize("answer", ["echo upgrade_available=0", "echo upgrade_available="])
def test_without_a_trial_it_takes_itself_away_at_once(world: World, shell: list[str], answer: str) -> None:
    world.environment(answer)
    assert "slot B is kept: taken away" in world.start(shell)
    assert world.called == []
    assert world.is_gone


def test_disarming_ends_it_within_seconds(world: World, shell: list[str]) -> None:
    world.environment(
        f"read -r up rest <{world.root}/proc/uptime; [ ${{up%%.*}} -gt 30 ] && rm -f {world.here}/armed; "
        "echo upgrade_available=1"
    )
    assert "disarmed: taken away" in world.start(shell)
    assert world.called == []
    assert world.uptime < 67
    assert world.is_gone


def test_a_link_without_its_record_does_nothing(world: World, shell: list[str]) -> None:
    (world.here / "armed").unlink()
    assert "not armed: nothing to do" in world.start(shell)
    assert world.called == []
    assert world.is_gone


def test_a_restart_of_the_script_does_not_give_more_time(world: World, shell: list[str]) -> None:
    (world.root / "run/moducop_tui").mkdir()
    (world.root / "run/moducop_tui/dead-man").write_text("30\n")
    said = world.start(shell)
    assert "on trial: reboots in" not in said
    assert world.called[0] == "systemctl reboot"
    assert world.uptime < 7 + 30 + 200


@pytest.mark.parametrize("clock", ["", "soon\n", "-5\n"])
def test_a_damaged_clock_starts_it_anew(world: World, shell: list[str], clock: str) -> None:
    (world.root / "run/moducop_tui").mkdir()
    (world.root / "run/moducop_tui/dead-man").write_text(clock)
    world.start(shell)
    assert (world.root / "run/moducop_tui/dead-man").read_text() == "67\n"


@pytest.mark.parametrize(
    "answer", ["exit 127", 'echo "Cannot read environment, using default" >&2; echo upgrade_available=0']
)
def test_an_image_in_which_nobody_could_ever_keep_it_comes_back(world: World, shell: list[str], answer: str) -> None:
    """Where the environment can't be read, it can't be written: nobody can keep that slot."""
    world.environment(answer)
    world.start(shell)
    assert world.called[0] == "systemctl reboot"


def test_the_early_boot_in_which_nothing_answers_yet_is_waited_out(world: World, shell: list[str]) -> None:
    world.environment(
        f"read -r up rest <{world.root}/proc/uptime; [ ${{up%%.*}} -gt 30 ] || exit 1; echo upgrade_available=0"
    )
    assert "slot B is kept: taken away" in world.start(shell)
    assert world.called == []


def test_below_dm_verity_the_data_device_counts(world: World, shell: list[str]) -> None:
    (world.root / "proc/self/mountinfo").write_text("20 1 253:0 / / ro - ext4 /dev/dm-0 ro\n")
    (world.root / "sys/dev/block/253:0/slaves").mkdir(parents=True)
    (world.root / "sys/dev/block/253:0/slaves/mmcblk0p3").symlink_to("../../179:3")
    world.start(shell, 5)
    assert world.called[0] == "systemctl reboot"


def test_a_root_on_no_partition_is_not_the_trial(world: World, shell: list[str]) -> None:
    (world.root / "proc/self/mountinfo").write_text("20 1 0:21 / / rw - overlay overlay rw\n")
    assert "partition ? runs, not the trial of slot B" in world.start(shell)
    assert world.called == []


def test_the_script_is_plain_posix(shell: list[str]) -> None:
    assert subprocess.run([*shell, "-n", SCRIPT], capture_output=True).stderr == b""
