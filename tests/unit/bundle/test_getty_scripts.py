"""What runs at a login: it must do nothing, quickly, wherever no console is wanted, and always give what follows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assets.bundle.commit import ROOT

GETTY = ROOT / "assets/getty"
SHELLS = ["dash", "bash", "busybox sh"]


def said(shell: str, script: str, **environment: str) -> str:
    argv = [*shell.split(), "-c", script]
    done = subprocess.run(argv, capture_output=True, text=True, env={**os.environ, **environment}, check=True)
    return done.stdout.strip() + done.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_is_found_behind_the_devices_own_and_once(shell: str, tmp_path: Path) -> None:
    snippet = tmp_path / "path.sh"
    snippet.write_text((GETTY / "path.sh").read_text().replace("/data/moducop_tui/bin", str(tmp_path)))
    script = f". {snippet}; . {snippet}; echo $PATH"
    assert said(shell, script, PATH="/usr/bin:/bin") == f"/usr/bin:/bin:{tmp_path}"


@pytest.mark.parametrize("shell", SHELLS)
def test_without_the_program_a_login_is_as_before(shell: str) -> None:
    script = f"set -eu; . {GETTY}/path.sh; . {GETTY}/after-login.sh; echo well"
    assert said(shell, script, PATH="/usr/bin:/bin") == "well"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_that_nobody_types_into_asks_for_no_console(shell: str, tmp_path: Path) -> None:
    home = tmp_path / "program/current/getty"
    home.mkdir(parents=True)
    (home / "at-login").write_text("#!/bin/sh\necho opened\n")
    (home / "at-login").chmod(0o755)
    snippet = tmp_path / "after-login.sh"
    snippet.write_text((GETTY / "after-login.sh").read_text().replace("/data/moducop_tui", str(tmp_path)))
    assert said(shell, f". {snippet}; echo done") == "done"


def test_without_a_terminal_nothing_is_opened() -> None:
    done = subprocess.run([GETTY / "at-login"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("device", "serial"),
    [("/dev/ttymxc0", True), ("/dev/ttyS0", True), ("/dev/ttyUSB1", True), ("/dev/ttyGS0", True),
     ("/dev/ttyAMA0", True), ("/dev/tty1", False), ("/dev/pts/3", False), ("/dev/console", False), ("pipe:[7]", False)],
)  # fmt: skip
def test_serial_ports_are_known_by_their_names(shell: str, device: str, *, serial: bool) -> None:
    script = f". {GETTY}/serial-names.sh; is_serial '{device}' && echo serial"
    assert (said(shell, f"{script}; :") == "serial") is serial


def home_of_root(tmp_path: Path) -> Path:
    """Programs as they are installed, that say that they were called."""
    home = tmp_path / "data/moducop_tui"
    for name in ("bin/moducop-tui", "program/1/getty/at-login", "program/1/getty/open-console",
                 "program/1/bin/moducop-tui"):  # fmt: skip
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(f"#!/bin/sh\necho opened $*\n. {tmp_path}/said\n")
        (home / name).chmod(0o755)
    (home / "program/current").symlink_to("1")
    (tmp_path / "said").write_text("exit 0\n")
    return home


def script_for(home: Path, name: str) -> Path:
    """A script of ours with this home in the place of the device's, and a login that says so."""
    text = (GETTY / name).read_text().replace("/data/moducop_tui", str(home)).replace("/bin/login", "echo login")
    text = text.replace("/etc/moducop_tui", f"{home.parents[1]}/etc/moducop_tui")
    text = text.replace("/run/moducop-tui", f"{home.parents[1]}/moducop-tui")
    place = home.parents[1] / name
    place.write_text(text.replace("case $- in\n    *i*)", "case i in\n    *i*)"))
    return place


class TestWhoseTheProgramIs:
    """A login of root runs nothing that somebody else can have put there."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return home_of_root(tmp_path)

    @pytest.mark.parametrize("shell", SHELLS)
    def test_no_command_of_somebody_else_comes_onto_the_path(self, home: Path, shell: str) -> None:
        script = f". {script_for(home, 'path.sh')}; echo $PATH"
        assert said(shell, script, PATH="/usr/bin:/bin") == f"/usr/bin:/bin:{home}/bin"
        for theirs in (home, home.parent):
            theirs.chmod(0o775)
            assert said(shell, script, PATH="/usr/bin:/bin") == "/usr/bin:/bin"
            theirs.chmod(0o755)
        home.parent.chmod(0o1777)
        assert said(shell, script, PATH="/usr/bin:/bin") == f"/usr/bin:/bin:{home}/bin"

    @pytest.mark.parametrize("shell", SHELLS)
    def test_after_a_login_nothing_of_somebody_else_is_run(self, home: Path, shell: str) -> None:
        script = f". {script_for(home, 'after-login.sh')}; echo done"
        assert said(shell, script) == "opened\ndone"
        for theirs in (home, home.parent):
            theirs.chmod(0o757)
            assert said(shell, script) == "done"
            theirs.chmod(0o755)
        home.parent.chmod(0o1777)
        assert said(shell, script) == "opened\ndone"
        home.chmod(0o700)
        home.rename(home.with_name("away"))
        home.symlink_to("away")
        assert said(shell, script) == "done"

    @pytest.mark.parametrize("shell", SHELLS)
    @pytest.mark.parametrize(
        "theirs", ["..", "", "program", "program/1", "program/1/getty", "program/1/getty/open-console",
                   "program/1/bin/moducop-tui"]
    )  # fmt: skip
    def test_in_place_of_the_login_nothing_of_somebody_else_is_run(self, home: Path, shell: str, theirs: str) -> None:
        script = script_for(home, "console-then-login")
        assert said(shell, f". {script}").splitlines() == ["opened the login --read-only", "login"]
        (home / theirs).chmod(0o722)
        told = said(shell, f". {script}").splitlines()
        assert "".join(told[:-2]).strip() == ""
        shown = str(home.parent if theirs == ".." else home / theirs).replace("program/1", "program/current")
        assert told[-2].replace("current/.", "current").startswith(f"moducop-tui: {shown} is not for root alone to ")
        assert told[-2].endswith(" write, so no console is opened. Here is the login.")
        assert told[-1] == "login"

    @pytest.mark.parametrize("shell", SHELLS)
    def test_above_it_others_may_have_files_of_their_own(self, home: Path, shell: str) -> None:
        home.parent.chmod(0o1777)
        script = script_for(home, "console-then-login")
        assert said(shell, f". {script}").splitlines() == ["opened the login --read-only", "login"]
        home.chmod(0o1777)
        assert "not for root alone to write" in said(shell, f". {script}")


class TestWhatUnlocks:
    """The program knows what is configured, however it is written; the script asks it, and only looks in doubt."""

    @pytest.mark.parametrize(
        ("configured", "unlocks"),
        [
            ('unlock = "pin"', True),
            ("unlock = 'pin'  # in other quotes", True),
            ('"unlock" = "pin"', True),
            ('unlock = """\\\npin"""', True),
            ('unlock = "\\u0070in"', True),
            ('disk = """\nunlock = "pin"\n"""', False),
            ('# unlock = "pin"', False),
            ('unlock = "nothing"', False),
            ('unlock = "pin"\nunlock = "pin"', False),
            ('unlock = "pin"\nno = "such key"', False),
        ],
    )
    def test_it_is_as_the_program_reads_it(self, tmp_path: Path, configured: str, unlocks: bool) -> None:
        file = tmp_path / "config.toml"
        file.write_text(configured + "\n")
        asked = [sys.executable, "-m", "moducop_tui", "--config", str(file), "--tell-unlock"]
        done = subprocess.run(asked, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert (done.stdout == "pin\n") is unlocks
        assert (done.returncode == 0) is (done.stderr == "")

    @pytest.mark.parametrize(
        ("says", "opened"),
        [
            ("[ $1 != --tell-unlock ] || echo pin", "opened the login"),
            ("echo nothing", "opened the login --read-only"),
            ("echo pin; echo pin", "opened the login --read-only"),
            ("exit 2", "opened the login --read-only"),
            ("exec sleep 20", "opened the login --read-only"),
        ],
    )
    def test_only_a_clear_word_in_time_lets_it_be_unlocked(self, tmp_path: Path, says: str, opened: str) -> None:
        home = home_of_root(tmp_path)
        (home / "config.toml").write_text("anything")
        (home / "program/1/bin/moducop-tui").write_text(f"#!/bin/sh\n{says}\n")
        script = script_for(home, "console-then-login")
        script.write_text(script.read_text().replace("answer=30", "answer=0.1"))
        assert said("dash", f". {script}").splitlines() == [opened, "login"]

    def test_without_a_configuration_it_is_not_even_asked(self, tmp_path: Path) -> None:
        home = home_of_root(tmp_path)
        (home / "program/1/bin/moducop-tui").write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\n")
        script = script_for(home, "console-then-login")
        assert said("dash", f". {script}").splitlines() == ["opened the login --read-only", "login"]
        assert not (tmp_path / "asked").exists()


class TestOpening:
    """`open-console` with stand-ins for the console and systemd."""

    @pytest.fixture
    def getty(self, tmp_path: Path) -> Path:
        """The directory of the scripts beside a console that ends as the file `ends` says."""
        (tmp_path / "getty").mkdir()
        (tmp_path / "bin").mkdir()
        opener = (GETTY / "open-console").read_text()
        for real in ("/run/systemd/system", "/run/moducop-tui-console"):
            opener = opener.replace(real, f"{tmp_path}{real}")
        (tmp_path / "run/systemd/system").mkdir(parents=True)
        scripts = {
            "getty/open-console": opener,
            "bin/moducop-tui": f'#!/bin/sh\necho "console $*"\n. {tmp_path}/ends\n',
            "bin/systemd-run": '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n',
            "bin/systemctl": f'#!/bin/sh\n[ $1 = show ] && exec cat {tmp_path}/result\necho "$@" >>{tmp_path}/told\n',
        }
        for name, text in scripts.items():
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o755)
        (tmp_path / "result").write_text("success\n")
        return tmp_path

    def opened(self, place: Path, ends: str) -> tuple[int, str]:
        """Its exit code and what was said, when the console ends like that."""
        (place / "ends").write_text(ends + "\n")
        words = [str(place / "getty/open-console"), "the shell", "--read-only"]
        environment = {**os.environ, "PATH": f"{place}/bin:{os.environ['PATH']}"}
        done = subprocess.run(words, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)
        said = [line for line in done.stdout.splitlines() if "moducop-tui:" in line]
        assert "console --read-only" in done.stdout
        assert not list((place / "run").glob("moducop-tui-console-*"))
        return done.returncode, "".join(said)

    @pytest.mark.parametrize("ends", ["exit 0", "exit 130", "exit 129"])
    def test_what_a_person_ended_needs_no_word(self, getty: Path, ends: str) -> None:
        assert self.opened(getty, ends) == (0, "")

    def test_what_can_not_start_is_said(self, getty: Path) -> None:
        sentence = "moducop-tui: the console could not start (it ended with 1). Here is the shell."
        assert self.opened(getty, "exit 1") == (1, sentence)

    def test_memory_that_ran_out_is_said_and_the_scope_is_forgotten(self, getty: Path) -> None:
        (getty / "result").write_text("oom-kill\n")
        sentence = (
            "moducop-tui: the console needed more than its 128M of memory and was ended; nothing else was touched. "
            "Here is the shell."
        )
        assert self.opened(getty, "exit 137") == (1, sentence)
        assert (getty / "told").read_text().startswith("reset-failed moducop-tui-console-")

    def test_one_that_was_killed_is_not_blamed_for_its_memory(self, getty: Path) -> None:
        assert "was killed, by somebody or because memory was short" in self.opened(getty, "exit 137")[1]

    def test_where_systemd_does_not_start_it_it_is_started_all_the_same(self, getty: Path) -> None:
        (getty / "bin/systemd-run").write_text("#!/bin/sh\nexit 1\n")
        assert self.opened(getty, "exit 0") == (0, "")
