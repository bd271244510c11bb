"""Terminal input of somebody who means harm, or of a bad line: decoded, and pressed on a whole console."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import suppress
from pathlib import Path

from moducop_tui.terminal.key_decoder import KeyDecoder
from tests.attack.judging import crash_in
from tests.attack.measured import peak_of_this_process
from tests.attack.tally import Tally

_PIECES = (
    b"\x1b", b"\x1b[", b"\x1bO", b"\x1b[200~", b"\x1b[201~", b"\x1b]", b"\x1bP", b"\x1b[M", b"\x1b[<0;1;1M",
    b"\x9b", b"\xff", b"\xc3", b"\xe2\x82", b"\x00", b"\x03", b"\x04", b"\x1a", b"\x1c", b"\r", b"\n", b"\t",
    b"\x7f", b"\x11", b"\x13", b"A", b"\x1b[1;5A", b"\x1b[99;99;99R", b"\x1b[?1;2c", b"\x1b[" + b"9" * 300,
    b"\x1b[27;5;13~", b"\x1b[13;5u", b"\x1b[?1u", b"\x1b[I", b"\x1b[O", b"\x1b[8;65535;65535t", b"u", b"yes", b"i",
    b"m", b"?", b"/", b"1", b"5", b"\x0c", "ü漢".encode(),
)  # fmt: skip
_PRESSED = 250
"""Pieces that a console is given at most, each some milliseconds after the one before."""
_LONGEST = 40.0


def attack(seed: int, count: int) -> Tally:
    """So many streams for the decoder; one console for each thousand."""
    tally = Tally("input")
    for number in range(count):
        _decode(tally, random.Random(seed * 1_000_003 + number), f"stream {number}")
    tally.plus(peak_of_this_process(), "the decoder")
    for number in range(max(1, count // 1000)):
        _press(tally, random.Random(seed * 7_000_003 + number), f"console {number}", min(_PRESSED, count))
    return tally


def _piece(chance: random.Random) -> bytes:
    return chance.choice(_PIECES) if chance.random() < 0.8 else chance.randbytes(chance.randrange(1, 40))


def _decode(tally: Tally, chance: random.Random, what: str) -> None:
    tally.tried += 1
    decoder, now = KeyDecoder(bracketed_paste=chance.random() < 0.5), 0.0
    try:
        for _ in range(chance.randrange(1, 40)):
            decoder.feed(_piece(chance) * chance.choice((1, 1, 1, 100)), now)
            now += chance.choice((0.0, 0.01, 0.2, 7.0))
            decoder.tick(now)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        tally.crash(f"{what}: {type(error).__name__}: {error!a:.200}")


def _press(tally: Tally, chance: random.Random, what: str, pressed: int) -> None:
    """A console on the simulated device is given all of it; then its line drops, and it ends."""
    tally.tried += 1
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    with tempfile.TemporaryDirectory(prefix="attack-") as place:
        peak, err = Path(place) / "peak", Path(place) / "err"
        with err.open("wb") as to_err:
            process = subprocess.Popen(
                ["setsid", "--ctty", sys.executable, "-m", "tests.attack.measured", str(peak), "--demo", "--read-only"],
                stdin=theirs, stdout=theirs, stderr=to_err, cwd=Path(__file__).parents[2],
                env={**os.environ, "TERM": "vt220"},
            )  # fmt: skip
        os.close(theirs)
        said = _press_all(ours, process, chance, pressed)
        os.close(ours)
        try:
            process.wait(_LONGEST)
        except subprocess.TimeoutExpired:
            tally.crash(f"{what}: it did not end with its line")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if (broken := crash_in(err.read_text(errors="replace") + said)) is not None:
            tally.crash(f"{what}: {broken}")
        with suppress(OSError, ValueError):
            tally.plus(float(peak.read_text()), what)


def _press_all(line: int, process: subprocess.Popen[bytes], chance: random.Random, pressed: int) -> str:
    """What the console has drawn meanwhile."""
    said = bytearray()
    for number in range(pressed):
        if process.poll() is not None:  # one of the keys has left it
            break
        with suppress(OSError):
            if number:
                os.write(line, _piece(chance))
            end = time.monotonic() + (0.02 if number else 4.0)
            while (left := end - time.monotonic()) > 0 and select.select([line], [], [], left)[0]:
                said += os.read(line, 65536)
    return said.decode(errors="replace")
