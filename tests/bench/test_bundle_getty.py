"""The console on the serial port: after the login, in place of it, and a shell within reach whatever happens to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .bundled import HOME, SETUP, UNPACKED, unpack
from .console import Console
from .machine import Machine
from .serial_port import PORT, SerialPort
from .tree import HOST_NAME

LAUNCHER = f"{HOME}/program/current/bin/moducop-tui"
CONSOLE = f"^{HOME}/program/.*/bin/python3 .* -m moducop_tui"
OVERVIEW = "1 Overview"
PROMPT = f"root@{HOST_NAME}:"


@pytest.fixture(scope="module")
def device(desk_bundle: Path) -> Iterator[Machine]:
    """A machine of this file's own with the bundle installed."""
    with Machine() as machine:
        unpack(machine, desk_bundle)
        machine.run([f"{UNPACKED}/install"], timeout=60).check()
        yield machine


@pytest.fixture
def port(device: Machine) -> Iterator[SerialPort]:
    """A line with a getty to be started on it."""
    line = SerialPort(device)
    yield line
    line.stop_getty()
    device.sh("rm -f /run/moducop-tui-console-*")


@contextmanager
def instead(device: Machine, script: str) -> Iterator[None]:
    """A console that does something else for a while."""
    device.write("/tmp/instead", f"#!/bin/sh\n{script}\n")
    device.sh(f"chmod 755 /tmp/instead && mount --bind /tmp/instead {LAUNCHER}").check()
    try:
        yield
    finally:
        device.sh(f"umount {LAUNCHER}").check()


def serial(device: Machine, when: str) -> None:
    device.run([SETUP, "serial", when]).check()


def console_runs(device: Machine) -> bool:
    return device.run(["pgrep", "-f", CONSOLE]).rc == 0


class TestAfterLogin:
    @pytest.fixture(autouse=True)
    def chosen(self, device: Machine) -> None:
        serial(device, "after-login")

    def test_it_opens_after_the_login_in_limits_and_leaving_it_gives_the_shell(
        self, device: Machine, port: SerialPort
    ) -> None:
        port.start_getty()
        port.log_in()
        port.wait_for(OVERVIEW)
        told = device.sh("systemctl show 'moducop-tui-console-*' -p MemoryMax,MemorySwapMax,CPUQuotaPerSecUSec").out
        assert sorted(told.splitlines()) == ["CPUQuotaPerSecUSec=1s", "MemoryMax=134217728", "MemorySwapMax=0"]
        port.press("q")
        port.wait_for(PROMPT)
        assert not console_runs(device)
        assert device.sh("systemctl list-units --all --plain --no-legend 'moducop-tui-console-*'").out == ""
        port.write("exit\r")
        port.wait_for("login:")

    def test_a_shell_in_the_shell_does_not_open_it_again(self, port: SerialPort) -> None:
        port.start_getty()
        port.log_in()
        port.wait_for(OVERVIEW)
        port.press("q")
        for shell in ("bash -l", "su -l"):
            port.wait_for(PROMPT)
            port.write(f"clear; {shell}\r")
            port.write("echo in''side\r")
            assert OVERVIEW not in port.wait_for("inside")
            port.write("clear; exit\r")

    def test_a_file_says_no(self, device: Machine, port: SerialPort) -> None:
        device.sh(f"touch {HOME}/no-console").check()
        port.start_getty()
        port.log_in()
        assert OVERVIEW not in port.wait_for(PROMPT)
        device.sh(f"rm {HOME}/no-console").check()

    def test_one_that_can_not_start_gives_the_shell_and_a_sentence(self, device: Machine, port: SerialPort) -> None:
        port.start_getty()
        with instead(device, "exit 7"):
            port.log_in()
            port.wait_for(PROMPT)
        assert "moducop-tui: the console could not start (it ended with 7). Here is the shell." in port.text()

    def test_one_that_is_killed_leaves_a_terminal_that_works(self, device: Machine, port: SerialPort) -> None:
        port.start_getty()
        port.log_in()
        port.wait_for(OVERVIEW)
        device.run(["pkill", "-KILL", "-f", CONSOLE]).check()
        port.wait_for("the console was killed")
        port.wait_for(PROMPT)
        port.write("clear; stty -a; echo all''fine\r")
        assert {"icanon", "echo", "opost", "onlcr"} <= set(port.wait_for("allfine").split())
        port.write("clear; printf %0100d 0\r")
        port.wait_for("0" * 80 + "\n" + "0" * 20)

    def test_without_systemd_run_it_opens_all_the_same(self, device: Machine, port: SerialPort) -> None:
        device.sh("mount --bind /bin/false /usr/bin/systemd-run").check()
        port.start_getty()
        port.log_in()
        port.wait_for(OVERVIEW)
        port.press("q")
        port.wait_for(PROMPT)
        device.sh("umount /usr/bin/systemd-run").check()

    def test_a_line_that_drops_ends_it(self, device: Machine, port: SerialPort) -> None:
        port.start_getty()
        port.log_in()
        port.wait_for(OVERVIEW)
        port.hang_up()
        device.wait_until(f"! pgrep -f '{CONSOLE}'")
        device.wait_until("! systemctl list-units --plain --no-legend 'moducop-tui-console-*' | grep .")

    def test_a_login_on_another_terminal_gets_its_shell(self, device: Machine) -> None:
        with Console(["bash", "-l"], within=device) as shell:
            shell.wait_for(PROMPT)
            shell.write("echo $((6 * 7))\r")
            assert OVERVIEW not in shell.wait_for("42")

    @pytest.mark.parametrize("shell", ["bash -l -s", "bash -l -c cat", "sh -l -c cat"])
    def test_what_runs_commands_hears_nothing_of_it(self, device: Machine, shell: str) -> None:
        script = "printf '%s' \"bytes\"\n"
        told = device.run(shell.split(), stdin=script).check()
        assert told.stdout == ("bytes" if shell.endswith("-s") else script)
        assert told.stderr == ""

    def test_a_command_on_the_serial_port_itself_hears_nothing_of_it(self, device: Machine, port: SerialPort) -> None:
        words = f"setsid --ctty bash -l -c 'printf by''tes' <>/dev/{PORT} >&0 2>&0"
        device.sh(words).check()
        port.wait_for("bytes")
        assert port.text().strip() == "bytes"


class TestInPlaceOfLogin:
    @pytest.fixture(autouse=True)
    def chosen(self, device: Machine) -> None:
        serial(device, "in-place-of-login")

    def test_it_opens_without_a_login_only_to_look_and_leaving_it_gives_the_login_and_a_shell(
        self, device: Machine, port: SerialPort
    ) -> None:
        port.start_getty()
        port.wait_for(OVERVIEW)
        assert device.run(["pgrep", "-f", f"{CONSOLE} --read-only$"]).rc == 0
        port.press("q")
        port.log_in()
        assert OVERVIEW not in port.wait_for(PROMPT)
        port.write("exit\r")
        port.wait_for(OVERVIEW)

    def test_with_a_pin_it_can_be_unlocked(self, device: Machine, port: SerialPort) -> None:
        made = device.run([f"{HOME}/bin/moducop-tui", "pin"], stdin="471147\n471147\n")
        hashed = next(word.strip('"') for word in made.stdout.split() if word.strip('"').startswith("scrypt$"))
        device.write(f"{HOME}/config.toml", f"unlock = 'pin'\nunlock_pin = \"{hashed}\"\n")
        device.sh(f"chmod 600 {HOME}/config.toml").check()
        port.start_getty()
        port.wait_for(OVERVIEW)
        assert device.run(["pgrep", "-f", f"{CONSOLE} --read-only$"]).rc != 0
        device.sh(f"rm {HOME}/config.toml").check()

    def test_one_that_can_not_start_gives_the_login_and_is_not_tried_again_at_once(
        self, device: Machine, port: SerialPort
    ) -> None:
        with instead(device, "echo tried >>/tmp/tried; exit 3"):
            port.start_getty()
            port.wait_for("moducop-tui: the console could not start (it ended with 3). Here is the login.")
            port.wait_for("login:")
            device.run(["pkill", "-x", "login"]).check()
            port.wait_for("moducop-tui: the console could not start a short while ago. Here is the login.")
        assert device.read_text("/tmp/tried") == "tried\n"
        port.write("root\r")
        port.wait_for(PROMPT)

    def test_ctrl_c_while_it_starts_gives_the_login(self, device: Machine, port: SerialPort) -> None:
        with instead(device, "echo slow; exec sleep 60"):
            port.start_getty()
            port.wait_for("slow")
            port.press("ctrl+c")
            assert "could not start" not in port.wait_for("login:")

    def test_without_the_program_there_is_the_login(self, device: Machine, port: SerialPort) -> None:
        device.sh(f"mv {HOME}/program {HOME}/away").check()
        port.start_getty()
        port.log_in()
        port.wait_for(PROMPT)
        device.sh(f"mv {HOME}/away {HOME}/program").check()

    def test_a_file_says_no(self, device: Machine, port: SerialPort) -> None:
        device.sh(f"touch {HOME}/no-console").check()
        port.start_getty()
        assert OVERVIEW not in port.wait_for("login:")
        device.sh(f"rm {HOME}/no-console").check()

    def test_a_line_that_was_away_gets_it_again_by_itself(self, device: Machine, port: SerialPort) -> None:
        port.start_getty()
        port.wait_for(OVERVIEW)
        port.hang_up()
        device.wait_until(f"! pgrep -f '{CONSOLE}'")
        again = SerialPort(device)
        again.wait_for(OVERVIEW, 20)
        assert again.restarts() < 6
        again.stop_getty()

    def test_switched_off_the_login_is_as_before_and_nothing_stays(self, device: Machine, port: SerialPort) -> None:
        serial(device, "off")
        port.start_getty()
        assert OVERVIEW not in port.wait_for("login:")
        found = "find /etc -name '*moducop*' ! -name moducop-tui.sh; ls -d /etc/systemd/system/serial-getty@.service.d"
        assert device.sh(found).out == ""
