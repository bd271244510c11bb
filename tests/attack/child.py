"""The program as a process of its own, with a limit in time and its memory measured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.attack.judging import crash_in, raw_in, raw_in_json
from tests.attack.tally import Tally

LONGEST = 90.0
"""Seconds after which a command counts as one that does not end: each of them has limits of its own below 20."""
_OUTPUT = 64 << 20
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Child:
    """`code` is None where it had to be killed; `peak` in MiB, None where it could not tell any more."""

    code: int | None
    out: str
    err: str
    peak: float | None


def run(words: Sequence[str], longest: float = LONGEST) -> Child:
    """One command of the program to its end."""
    with tempfile.TemporaryDirectory(prefix="attack-") as place:
        peak, out, err = (Path(place) / name for name in ("peak", "out", "err"))
        argv = [sys.executable, "-m", "tests.attack.measured", str(peak), *words]
        with out.open("wb") as to_out, err.open("wb") as to_err:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=to_out, stderr=to_err, cwd=_ROOT, start_new_session=True
            )
            try:
                code: int | None = process.wait(longest)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        with suppress(OSError, ValueError):
            return Child(code, _text(out), _text(err), float(peak.read_text()))
        return Child(code, _text(out), _text(err), None)


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_OUTPUT).decode("utf-8", "backslashreplace")


def judge(tally: Tally, child: Child, what: str, codes: Sequence[int], *, is_json: bool = False) -> None:
    """Note what was wrong with how a command went."""
    tally.tried += 1
    tally.plus(child.peak, what)
    said = f"{child.err}\n{child.out}"
    if child.code is None:
        tally.crash(f"{what} did not end")
    elif child.code not in codes or crash_in(said) is not None:
        tally.crash(f"{what} ended with {child.code}: {crash_in(said) or child.err[-200:]!a}")
    elif is_json and child.code == 0:
        try:
            if (raw := raw_in_json(child.out)) is not None:
                tally.leak(f"{what}: {raw}")
        except ValueError as error:
            tally.crash(f"{what} gave no JSON: {error}")
    if (raw := raw_in(said)) is not None:
        tally.leak(f"{what}: {raw}")
