"""The driver under a small app, on a pseudo-terminal: what it sends, what it takes for keys, what it leaves behind."""

from __future__ import annotations

import os
import signal
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.terminal.far_end import FarEnd


def test_the_first_screen_is_drawn_and_q_gives_everything_back() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        assert not far.is_restored()
        assert b"\x1b[?1049h" not in far.sent
        far.press("q")
        assert far.wait_end() == 0
        assert far.is_restored()
        assert far.sent.endswith(b"\x1b[?7h\x1b[?25h\x1b[H\x1b[J")


def test_a_terminal_with_a_second_screen_gets_its_first_one_back() -> None:
    with FarEnd("xterm") as far:
        far.ready()
        far.press("q")
        far.wait_end()
        assert far.sent.startswith(b"\x1b[?1049h\x1b[?2004h")
        assert far.sent.endswith(b"\x1b[?2004l\x1b[H\x1b[J\x1b[?1049l")


@pytest.mark.parametrize("name", ["vt220", "xterm"])
def test_nothing_is_asked_and_nothing_is_switched_on_that_could_be_printed(name: str) -> None:
    with FarEnd(name) as far:
        far.ready()
        far.press("q")
        far.wait_end()
        for sequence in (b"$p", b"\x1b]", b"\x1b[>", b"\x1b[<", b"?1000", b"?1004", b"?2026", b"?2048", b"\x1b[c"):
            assert sequence not in far.sent


def test_changes_cost_their_own_bytes_and_little_more() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        assert far.press_and_count("n") <= 20
        assert far.press_and_count("l") <= 130
        assert far.press_and_count(b"\x0c") < 2500
        assert far.press_and_count("", seconds=1.5) == 0


def test_keys_arrive_as_textual_calls_them() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        for code, name in ((b"\x1b[A", "up"), (b"\x1b[6~", "pagedown"), (b"\x1b", "escape"), (b"?", "question_mark")):
            far.press(code)
            far.wait_for(f"key {name}")


def test_a_keyboard_mode_that_another_program_has_left_keeps_nobody_in() -> None:
    with FarEnd("xterm") as far:
        far.ready()
        for code, name in ((b"\x1b[27;1:1u\x1b[27;1:3u", "escape"), (b"\x1b[27;5;99~", "ctrl+c")):
            far.press(code)
            far.wait_for(f"key {name}")
        far.press(b"\x1b[113;1:1u")
        assert far.wait_end() == 0


def test_a_sequence_that_a_slow_line_cuts_is_one_key() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        for byte in (b"\x1b", b"[", b"5", b"~"):
            far.press(byte)
            time.sleep(0.03)
        far.wait_for("key pageup")


def test_late_replies_and_noise_are_no_keys_and_kill_nothing() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        for noise in (b"\x1b[?1;2c", b"\x1b[24;80R", b"\xff\xfe", b"\xe9", b"\x00" * 9, b"\x1b]11;x\x07", b"\x1b[0n"):
            far.press(noise)
            far.read(0.12)
        assert "key" not in far.text()
        for _ in range(40):
            far.press(os.urandom(200).translate(bytes(range(256)), b"bfkpqx\x11"))  # what the small app obeys
            far.read(0.01)
        far.read(1.5)
        far.press(b"\x0c")  # there was an XOFF among it
        far.press("\x1b[B")
        far.wait_for("key down")


def test_control_l_repairs_a_garbled_screen() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        far.screen.erase_in_display(2)
        far.screen.draw("kernel: oops")
        far.press(b"\x0c")
        far.wait_for("small app")
        far.read(0.3)
        assert "oops" not in far.text()


def test_the_first_key_after_a_long_silence_draws_all_again_on_a_serial_line_only() -> None:
    for words, drawn_again in ((["vt220"], True), (["vt220", "network=1"], False)):
        with FarEnd(*words, "silence=0.5") as far:
            far.ready()
            far.read(0.6)
            assert (far.press_and_count("n", seconds=0.3) > 500) is drawn_again
            assert far.press_and_count("n", seconds=0.3) <= 20


def test_control_l_goes_on_after_an_xoff_that_nobody_meant() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        far.press(b"\x13n")
        far.read(0.5)
        assert "number 100" in far.text()
        far.press(b"\x0c")
        far.wait_for("number 101")


def test_any_key_goes_on_where_the_line_has_long_been_stopped() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        far.press(b"\x13n")
        far.read(2.5)
        assert "number 100" in far.text()
        far.press("n")
        far.wait_for("number 102")


def test_pasted_text_is_no_keys() -> None:
    with FarEnd("xterm") as far:
        far.ready()
        far.press("\x1b[200~qqq\r\x1b[201~")
        far.wait_for(r"pasted 'qqq\n'")


def test_another_window_size_is_drawn_for() -> None:
    with FarEnd("xterm") as far:
        far.ready()
        far.resize(100, 30)
        far.wait_for("100x30")


def test_on_a_serial_line_control_l_asks_for_the_size_and_tells_the_tty() -> None:
    with FarEnd("vt220", "reports=1") as far:
        far.ready()
        far.screen.resize(40, 120)  # only the terminal knows
        far.press(b"\x0c")
        far.wait_for("120x40")
        assert termios.tcgetwinsize(far.slave) == (40, 120)


def test_a_profile_is_changed_while_it_runs() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        far.press("p")
        far.read(0.8)
        assert "small app" in far.text()


def test_flow_control_is_left_as_the_line_had_it() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        asked = termios.IXON | termios.IXOFF | termios.IXANY
        assert termios.tcgetattr(far.slave)[0] & asked == far.modes[0] & asked
        assert not termios.tcgetattr(far.slave)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)


def test_suspending_gives_the_shell_its_terminal_and_comes_back_with_all() -> None:
    with FarEnd("xterm") as far:
        far.ready()
        far.process.send_signal(signal.SIGTSTP)
        far.read(0.8)
        assert far.is_restored()
        assert far.sent.endswith(b"\x1b[?1049l")
        far.screen.erase_in_display(2)
        far.process.send_signal(signal.SIGCONT)
        far.wait_for("small app")
        far.press("\x1b[B")
        far.wait_for("key down")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_gives_everything_back(number: signal.Signals) -> None:
    with FarEnd("xterm") as far:
        far.ready()
        far.process.send_signal(number)
        code = far.wait_end()
        assert far.is_restored()
        assert far.sent.rstrip().endswith(b"\x1b[?1049l")
        assert code == 128 + number


def test_a_mistake_of_the_app_gives_everything_back() -> None:
    with FarEnd("xterm") as far:
        far.ready()
        far.press("x")
        assert far.wait_end() == 1
        assert far.is_restored()
        assert b"\x1b[?1049l" in far.sent


@pytest.mark.parametrize("lose", [FarEnd.hang_up, FarEnd.close_master])
def test_a_lost_line_ends_even_a_program_that_is_busy(lose: Callable[[FarEnd], None]) -> None:
    with FarEnd("vt220", "limit=1") as far:
        far.ready()
        far.press("b")
        far.read(0.3)
        lose(far)
        assert far.wait_end() == 129


def test_a_request_to_end_is_heard_even_by_a_program_that_is_busy() -> None:
    with FarEnd("vt220", "limit=1") as far:
        far.ready()
        far.press("b")
        far.read(0.3)
        far.process.send_signal(signal.SIGTERM)
        assert far.wait_end() == 143
        assert far.is_restored()


def test_a_terminal_that_takes_no_byte_counts_as_gone() -> None:
    with FarEnd("vt220", "patience=1.5") as far:
        far.ready()
        termios.tcflow(far.slave, termios.TCOOFF)  # XOFF: nothing goes out any more
        far.press("n")
        assert far.wait_end() == 129
        assert far.is_restored()


def test_twenty_lost_lines_leave_no_process_and_use_no_cpu() -> None:
    for turn in range(5):
        with FarEnd() as one, FarEnd() as two, FarEnd() as three, FarEnd() as four:
            for number, far in enumerate((one, two, three, four)):
                far.wait_for("small app")
                if number >= 2:
                    far.press("f")
                    far.read(0.1)
                (FarEnd.hang_up, FarEnd.close_master)[(number + turn) % 2](far)
            for far in (one, two, three, four):
                assert far.wait_end() in (129, -signal.SIGHUP)


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_at_rest_it_uses_no_cpu() -> None:
    with FarEnd("vt220") as far:
        far.ready()
        used = cpu_seconds(far.process.pid)
        far.read(2.0)
        assert cpu_seconds(far.process.pid) - used <= 0.06


def answer_time(far: FarEnd, number: int) -> float:
    """Seconds from a key to the number that it counts to."""
    far.press("n")
    return far.wait_for(f"number {number}")


@pytest.mark.parametrize(("words", "rate"), [(("rate=11520",), 11520), (("rate=960",), 960), (("reports=1",), 11520)])
def test_during_a_flood_a_key_is_answered_with_the_newest_picture(words: tuple[str, ...], rate: int) -> None:
    with FarEnd("vt220", *words, rate=rate) as far:
        far.ready()
        quiet = max(answer_time(far, number) for number in range(101, 104))
        far.press("f")
        far.read(1.5)
        # A machine with other work makes all answers late; what the flood adds is no more than this.
        limit = (0.4 if rate > 1000 else 2.5) + 5 * quiet
        for number in range(104, 107):
            assert answer_time(far, number) < limit
            far.read(0.2)
