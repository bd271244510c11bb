"""What runs at a login: it must do nothing, quickly, wherever no console is wanted, and always give what follows."""

from __future__ import annotations

import os
import subprocess
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
