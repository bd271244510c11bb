"""The setup on a root of its own, with stand-ins for Python and console; what it says, and what it leaves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from assets.bundle.commit import ROOT
from tests.unit.bundle.setup_stage import Stage

COMMANDS = ("data/moducop_tui/bin/moducop-tui", "data/moducop_tui/bin/moducop-tui-setup")
GETTY = "etc/systemd/system/serial-getty@.service.d/moducop-tui.conf"
LOGIN_PROGRAM = "etc/moducop_tui/console-then-login"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def tty_programs(stage: Stage) -> None:
    for name, text in (("sbin/agetty", "echo ' -l, --login-program <file>'"), ("bin/login", "")):
        (stage.root / name).write_text(f"#!/bin/sh\n{text}\n")
        (stage.root / name).chmod(0o755)


def test_an_install_puts_the_command_on_the_path_and_nothing_else_outside_of_data(stage: Stage) -> None:
    done = stage.setup("install")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("moducop-tui 1.0 is installed.")
    outside = {name for name in stage.files() if not name.startswith("data/")}
    assert outside == {"etc/profile.d/moducop-tui.sh"}
    assert set(COMMANDS) <= stage.files()
    assert stage.in_use.startswith("1.0-")
    assert (stage.home.stat().st_mode & 0o777) == 0o700


def test_a_busybox_alone_is_enough(tmp_path: Path) -> None:
    busybox = shutil.which("busybox")
    assert busybox is not None
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split():
        (tools / name).symlink_to(busybox)
    stage = Stage(tmp_path, "busybox sh", tools)
    assert stage.setup("install", "--serial", "after-login").returncode == 0
    assert stage.installed_setup("status").returncode == 0
    stage.tell(version="1.1")
    assert stage.setup("install").returncode == 0
    assert stage.installed_setup("back").returncode == 0
    assert stage.in_use.startswith("1.0-")
    assert stage.installed_setup("remove").returncode == 0
    assert stage.files() == set()


def test_an_upgrade_keeps_one_version_before(stage: Stage) -> None:
    for version in ("1.0", "1.1", "1.2"):
        stage.tell(version=version)
        assert stage.setup("install").returncode == 0
    kept = sorted(path.name.split("-")[0] for path in (stage.home / "program").glob("1*"))
    assert kept == ["1.1", "1.2"]
    assert stage.in_use.startswith("1.2-")
    told = stage.installed_setup("status").stdout.splitlines()
    assert told[0].startswith("in use       1.2-")
    assert told[1].startswith("before it    1.1-")


def test_without_a_version_before_there_is_no_way_back(stage: Stage) -> None:
    stage.setup("install")
    refused = stage.installed_setup("back")
    assert (refused.returncode, refused.stderr) == (
        1,
        "moducop-tui-setup: There is no version before this one.\n",
    )


def test_a_version_that_was_damaged_on_the_device_is_installed_anew(stage: Stage) -> None:
    stage.setup("install")
    (stage.home / "program/current/bin/moducop-tui").write_text("#!/bin/sh\n")
    damaged = stage.installed_setup("status")
    assert (damaged.returncode, "files        DAMAGED" in damaged.stdout) == (1, True)
    assert stage.setup("install").returncode == 0
    healed = stage.installed_setup("status")
    assert healed.returncode == 0
    assert "before it    none" in healed.stdout


def test_what_a_power_cut_left_half_copied_is_cleared_away(stage: Stage) -> None:
    (stage.home / "program/.unfinished-12").mkdir(parents=True)
    stage.setup("install")
    assert not list((stage.home / "program").glob(".unfinished*"))


def test_another_processor_is_refused(stage: Stage) -> None:
    stage.tell(architecture="m68k")
    refused = stage.setup("install")
    assert refused.returncode == 1
    assert refused.stderr.startswith("moducop-tui-setup: This bundle is for m68k, and this machine is ")
    assert stage.files() == set()


def test_a_damaged_file_is_named_and_nothing_is_changed(stage: Stage) -> None:
    (stage.bundle / "getty/path.sh").write_text("x")
    refused = stage.setup("install")
    assert "The bundle is damaged (getty/path.sh). Nothing was changed." in refused.stderr
    assert stage.files() == set()


@pytest.mark.parametrize(
    ("complaint", "sentence"),
    [
        ("python3: /lib/libc.so.6: version `GLIBC_2.36' not found", "This device's C library is older than 2.36"),
        ("sh: python3: Permission denied", "Programs may not run from "),
        ("ImportError: no libssl", "The console does not run here: ImportError: no libssl. Nothing was changed."),
    ],
)
def test_a_device_on_which_it_does_not_run_keeps_what_it_has(stage: Stage, complaint: str, sentence: str) -> None:
    stage.setup("install")
    before = stage.files()
    (stage.bundle / "bin/broken").write_text(complaint)
    stage.tell(version="2.0")
    refused = stage.setup("install")
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Nothing was changed." in refused.stderr
    assert stage.files() == before


def test_without_a_data_partition_it_says_so(stage: Stage) -> None:
    (stage.root / "data").rmdir()
    assert "There is no /data: this is no ModuCop" in stage.setup("install").stderr


def test_what_does_not_fit_is_refused_with_both_numbers(stage: Stage) -> None:
    stage.tell(size=1 << 40)
    refused = stage.setup("install")
    assert refused.returncode == 1
    assert "MiB free; the console takes 1073741824 MiB and leaves 16. Nothing was changed." in refused.stderr


@pytest.mark.parametrize(
    "words",
    [("instal",), ("install", "now"), ("install", "--serial"), ("install", "--serial", "always"), ("serial",),
     ("serial", "sometimes"), ("back", "2"), ("remove", "all"), ("status", "now")],
)  # fmt: skip
def test_words_that_are_not_known_change_nothing(stage: Stage, words: tuple[str, ...]) -> None:
    assert stage.setup(*words).returncode == 2
    assert stage.files() == set()


def test_after_the_login_is_one_file_more(stage: Stage) -> None:
    stage.setup("install")
    before = stage.files()
    assert stage.installed_setup("serial", "after-login").returncode == 0
    assert stage.files() - before == {"etc/profile.d/moducop-tui-serial.sh"}
    assert "serial port  after-login" in stage.installed_setup("status").stdout
    stage.installed_setup("serial", "off")
    assert stage.files() == before


@pytest.mark.usefixtures("tty_programs")
def test_in_place_of_the_login_are_two_files_that_go_together(stage: Stage) -> None:
    stage.setup("install", "--serial", "after-login")
    before = stage.files() - {"etc/profile.d/moducop-tui-serial.sh"}
    assert stage.installed_setup("serial", "in-place-of-login").returncode == 0
    assert stage.files() - before == {GETTY, LOGIN_PROGRAM}
    assert "serial port  in-place-of-login" in stage.installed_setup("status").stdout
    stage.installed_setup("serial", "off")
    assert stage.files() == before
    assert not (stage.root / GETTY).parent.exists()


def test_without_a_getty_that_can_do_it_the_login_stays(stage: Stage) -> None:
    stage.setup("install")
    refused = stage.installed_setup("serial", "in-place-of-login")
    assert refused.returncode == 1
    assert "Nothing was changed." in refused.stderr
    assert GETTY not in stage.files()


@pytest.mark.usefixtures("tty_programs")
def test_an_upgrade_brings_its_own_files_for_the_serial_port(stage: Stage) -> None:
    stage.setup("install", "--serial", "in-place-of-login")
    stage.put("getty/console-then-login", "#!/bin/sh\n# newer\n")
    stage.tell(version="1.1")
    stage.setup("install")
    assert "newer" in (stage.root / LOGIN_PROGRAM).read_text()
    stage.installed_setup("back")
    assert "newer" not in (stage.root / LOGIN_PROGRAM).read_text()


def test_removing_keeps_what_was_recorded_and_purging_does_not(stage: Stage) -> None:
    stage.setup("install")
    for name in ("audit.jsonl", "slots.json", "config.toml"):
        (stage.home / name).write_text("")
    (stage.home / "downloads").mkdir()
    removed = stage.installed_setup("remove")
    assert "Kept, until remove --purge: /data/moducop_tui/audit.jsonl" in removed.stdout
    kept = {f"data/moducop_tui/{name}" for name in ("audit.jsonl", "slots.json", "config.toml")}
    assert stage.files() == kept
    stage.setup("install")
    assert stage.installed_setup("remove", "--purge").returncode == 0
    assert stage.files() == set()
    assert not stage.home.exists()


def test_a_trial_boot_that_waits_for_its_word_keeps_the_console(stage: Stage) -> None:
    stage.setup("install")
    (stage.home / "dead-man").mkdir()
    (stage.home / "dead-man/armed").write_text("{}")
    refused = stage.installed_setup("remove", "--purge")
    assert refused.returncode == 1
    assert "A trial boot waits to be kept or rolled back" in refused.stderr
    assert set(COMMANDS) <= stage.files()


def test_scripts_that_go_onto_the_device_are_clean() -> None:
    setup, getty, program = (ROOT / "assets" / name for name in ("bundle/setup", "getty", "bundle/program"))
    programs = [setup / "setup", *program.iterdir(), *(path for path in getty.iterdir() if path.suffix == "")]
    for words in (["--external-sources", *programs], ["--shell=sh", *getty.glob("*.sh")]):
        done = subprocess.run(["shellcheck", *map(str, words)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
