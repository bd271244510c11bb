"""Wrong PINs make the next try wait: 1, 2, 4 ... up to 300 seconds, for all consoles together, until the reboot."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable

from moducop_tui.actions.pin import matches
from moducop_tui.actions.running.moment import uptime
from moducop_tui.actions.running.private_files import make_private_directory
from moducop_tui.host import Host
from moducop_tui.model.places import WRONG_PINS
from moducop_tui.model.ports import WrongPin

LONGEST = 300.0
_MANY = 10
"""What a spoilt count counts as."""
_SIZE = 256


def delay(wrong: int) -> float:
    """Seconds to wait after so many wrong PINs in a row."""
    return 0.0 if wrong < 1 else min(LONGEST, 2.0 ** min(wrong - 1, 20))


class WrongPins:
    """Stands behind `model.ports.PinPort`. `kept` is the configured hash; the count is kept in /run."""

    def __init__(self, host: Host, kept: str | None, clock: Callable[[], float] = uptime) -> None:
        self._host = host
        self._kept = kept
        self._clock = clock

    @property
    def is_set(self) -> bool:
        """Whether a PIN is configured."""
        return self._kept is not None

    def try_pin(self, typed: str) -> WrongPin | None:
        """None when it is the right one.

        The try is counted before it is judged, and under a lock: killing the console or opening ten of them saves
        nobody a second.
        """
        if self._kept is None:
            return WrongPin("No PIN is configured.", 0.0)
        try:
            descriptor = self._open()
        except OSError as error:
            reason = error.strerror or str(error)
            return WrongPin(f"PINs can't be counted in {WRONG_PINS} ({reason}), so none is taken. Are you root?", 0.0)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return self._judge(descriptor, typed, self._kept)
        except OSError as error:
            return WrongPin(f"PINs can't be counted in {WRONG_PINS} ({error.strerror}), so none is taken.", 0.0)
        finally:
            os.close(descriptor)

    def _judge(self, descriptor: int, typed: str, kept: str) -> WrongPin | None:
        now = self._clock()
        counted = _parse(os.pread(descriptor, _SIZE, 0))
        if counted is None:
            _write(descriptor, _MANY, now)
            return _too_soon(_MANY, LONGEST)
        wrong, since = counted
        if (left := _left(wrong, since, now)) > 0:
            return _too_soon(wrong, left)
        _write(descriptor, wrong + 1, now)
        if matches(typed, kept):
            _write(descriptor, 0, now)
            return None
        return _wrong(wrong + 1)

    def _open(self) -> int:
        place = self._host.path(WRONG_PINS)
        make_private_directory(place.parent)
        return os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


class PinsInMemory:
    """The same for a simulated device, which writes nothing onto this machine."""

    def __init__(self, kept: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept = kept
        self._clock = clock
        self._wrong = 0
        self._since = 0.0

    @property
    def is_set(self) -> bool:
        """Whether a PIN is configured."""
        return self._kept is not None

    def try_pin(self, typed: str) -> WrongPin | None:
        """None when it is the right one."""
        if (left := _left(self._wrong, self._since, self._clock())) > 0:
            return _too_soon(self._wrong, left)
        if self._kept is not None and matches(typed, self._kept):
            self._wrong = 0
            return None
        self._wrong, self._since = self._wrong + 1, self._clock()
        return _wrong(self._wrong)


def _left(wrong: int, since: float, now: float) -> float:
    """Seconds until the next PIN is looked at."""
    return min(LONGEST, since + delay(wrong) - now) if wrong else 0.0


def _parse(content: bytes) -> tuple[int, float] | None:
    """Count and time of the last one; None for what is no count: nobody unlocks by spoiling the file."""
    if not content.strip():
        return 0, 0.0
    try:
        wrong, since = content.decode("ascii").split()
        return max(0, int(wrong)), float(since)
    except ValueError:
        return None


def _write(descriptor: int, wrong: int, since: float) -> None:
    os.pwrite(descriptor, f"{wrong} {since:.3f}\n".encode().ljust(_SIZE), 0)


def _too_soon(wrong: int, left: float) -> WrongPin:
    return WrongPin(f"Wait {max(1.0, left):.0f} s: {_tries(wrong)}.", left)


def _wrong(wrong: int) -> WrongPin:
    wait = delay(wrong)
    return WrongPin(f"The PIN is wrong ({_tries(wrong)}). The next one is looked at in {wait:.0f} s.", wait)


def _tries(wrong: int) -> str:
    return "1 wrong PIN" if wrong == 1 else f"{wrong} wrong PINs in a row"
