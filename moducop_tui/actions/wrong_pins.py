"""Wrong PINs make the next try wait: 1, 2, 4 ... up to 300 seconds, for all consoles together, across reboots.

They are counted on the data partition, on the disk before the PIN is judged: neither killing the console nor the power
switch saves anybody a second. After a reboot the wait is counted from the boot on, for how long the device was off is
not known for sure. Where the data partition takes nothing, which must not keep a technician from helping the device,
they are counted in /run, and as if there had been many before.
"""

from __future__ import annotations

import errno
import fcntl
import math
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.actions.pin import matches
from moducop_tui.actions.running.durable import make_directory_durably, sync_directory
from moducop_tui.actions.running.moment import Clocks, uptime
from moducop_tui.actions.running.private_files import make_private_directory
from moducop_tui.host import Host
from moducop_tui.model.places import RUN, STATE, WRONG_PINS, WRONG_PINS_HERE
from moducop_tui.model.ports import WrongPin
from moducop_tui.trusted import check_place, open_file

LONGEST = 300.0
_MANY = 10
"""What a spoilt count counts as."""
_SIZE = 256
_BOOT_ID = re.compile(r"[0-9a-f]{32}|-", re.ASCII)
_NOT_TAKEN = frozenset({errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""Errors of a data partition that is full, damaged or not there; with any other no PIN is taken."""


def delay(wrong: int) -> float:
    """Seconds to wait after so many wrong PINs in a row."""
    return 0.0 if wrong < 1 else min(LONGEST, 2.0 ** min(wrong - 1, 20))


@dataclass(frozen=True, slots=True)
class _Count:
    """So many in a row, the last at `since` by the uptime of the boot `boot_id`."""

    wrong: int
    since: float
    boot_id: str


class WrongPins:
    """Stands behind `model.ports.PinPort`. `kept` is the configured hash."""

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
            return self._counted_on_the_disk(typed, self._kept)
        except OSError as error:
            reason, hint = error.strerror or str(error), " Are you root?" if isinstance(error, PermissionError) else ""
            return WrongPin(f"PINs can't be counted in {WRONG_PINS} ({reason}), so none is taken.{hint}", 0.0)

    def _counted_on_the_disk(self, typed: str, kept: str) -> WrongPin | None:
        boot_id = Clocks(self._host).boot_id or ""
        try:
            with self._open() as counter:
                return self._judge(counter, _Count(0, 0.0, boot_id), typed, kept)
        except OSError as error:
            if error.errno not in _NOT_TAKEN:
                raise
        with self._open_here() as counter:
            return self._judge(counter, _Count(_MANY, 0.0, boot_id), typed, kept)

    def _judge(self, counter: _Counter, fresh: _Count, typed: str, kept: str) -> WrongPin | None:
        """`fresh` is what an empty file counts as."""
        now = self._clock()
        counted = _parse(counter.read(), fresh)
        if counted is None:
            counter.write(_Count(_MANY, now, fresh.boot_id))
            return _too_soon(_MANY, LONGEST)
        since = counted.since if counted.boot_id == fresh.boot_id else 0.0
        if (left := _left(counted.wrong, since, now)) > 0:
            return _too_soon(counted.wrong, left)
        counter.write(_Count(counted.wrong + 1, now, fresh.boot_id))
        if matches(typed, kept):
            counter.write(_Count(0, now, fresh.boot_id))
            return None
        return _wrong(counted.wrong + 1)

    def _open(self) -> _Counter:
        """On the data partition. The file always takes the same room, so that a full one takes the next count too."""
        check_place(self._host, STATE)
        directory = self._host.path(STATE)
        make_directory_durably(directory)
        is_new = not os.path.lexists(self._host.path(WRONG_PINS))
        counter = _Counter(open_file(self._host, WRONG_PINS, os.O_RDWR | os.O_CREAT))
        if is_new:
            sync_directory(directory)
        return counter

    def _open_here(self) -> _Counter:
        check_place(self._host, RUN)
        make_private_directory(self._host.path(RUN))
        return _Counter(open_file(self._host, WRONG_PINS_HERE, os.O_RDWR | os.O_CREAT))


class _Counter:
    """The file of the count, locked for as long as it is open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __enter__(self) -> _Counter:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except BaseException:
            os.close(self._descriptor)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def read(self) -> bytes:
        """What stands in it."""
        return os.pread(self._descriptor, _SIZE, 0)

    def write(self, count: _Count) -> None:
        """Bring a count to the disk. Raises OSError."""
        line = f"{count.wrong} {count.since:.3f} {count.boot_id or '-'}\n".encode("ascii", "replace")
        os.pwrite(self._descriptor, line.ljust(_SIZE), 0)
        os.fsync(self._descriptor)


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


def _parse(content: bytes, fresh: _Count) -> _Count | None:
    """What stands in the file; None for what is no count: nobody unlocks by spoiling the file."""
    if not content.strip():
        return fresh
    try:
        wrong, since, boot_id = content.decode("ascii").split()
        count = _Count(max(0, int(wrong)), float(since), "" if boot_id == "-" else boot_id)
    except ValueError:
        return None
    return count if math.isfinite(count.since) and _BOOT_ID.fullmatch(boot_id) else None


def _too_soon(wrong: int, left: float) -> WrongPin:
    return WrongPin(f"Wait {max(1.0, left):.0f} s: {_tries(wrong)}.", left)


def _wrong(wrong: int) -> WrongPin:
    wait = delay(wrong)
    return WrongPin(f"The PIN is wrong ({_tries(wrong)}). The next one is looked at in {wait:.0f} s.", wait)


def _tries(wrong: int) -> str:
    return "1 wrong PIN" if wrong == 1 else f"{wrong} wrong PINs in a row"
