"""The process that outlives a console: when that dies without a word, as by SIGKILL, it gives back what was borrowed.

Run as a program of its own, so that it may import nothing of ours: with the interpreter's bare necessities it costs
less than 3 MiB, a copy of the console made by fork costs 7. It waits for the end of a pipe whose other end only the
console holds. A shell is told of the console's death right after that end, and many a shell keeps whatever settings it
then finds on the terminal: so it must be awake, and start nothing, to be there first.
"""

from __future__ import annotations

import fcntl
import os
import select
import sys
import termios
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time the modules of types are among the unnecessary things
    from collections.abc import Callable

HELD = 1
"""The console log level while consoles run: the least there is; emergencies (0) still come through."""
_TURN_LIMIT = 1.0
"""Seconds for another console to do the few steps that only one may do at a time."""
_PAUSE = 0.005
_LONGEST_FAREWELL = 2
"""Seconds after which a terminal that takes nothing is left as it is."""


def take_turn(lock: int) -> None:
    """From here to `end_turn` no other console looks at who holds the level; a console that has stopped holds up none.

    A record lock: other than the lock that says who holds the level it is not shared with a caretaker.
    """
    deadline = time.monotonic() + _TURN_LIMIT
    while time.monotonic() < deadline:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(_PAUSE)
        else:
            return


def end_turn(lock: int) -> None:
    """The others may look again."""
    fcntl.lockf(lock, fcntl.LOCK_UN)


def saved_level(lock: int) -> int | None:
    """The level that the first console found, as it has written it down; None where none has."""
    words = os.pread(lock, 32, 0).split()
    return int(words[0]) if words and words[0].isdigit() else None


def give_level_back(lock: int, level: str) -> bool:
    """Hold the kernel's messages no more; the last console to do so puts the level back that the first one found.

    Whether it was the last. Where somebody has chosen another level meanwhile, that one stays. Raises OSError,
    ValueError.
    """
    take_turn(lock)
    try:
        last = _is_alone(lock)
        if last:
            found = saved_level(lock)
            if found is not None and read_level(level) == HELD:
                write_level(level, found)
            os.ftruncate(lock, 0)
        return last
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)
        end_turn(lock)


def _is_alone(lock: int) -> bool:
    """Whether no other console holds the level."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def read_level(place: str) -> int:
    """The first number of /proc/sys/kernel/printk (proc(5)). Raises OSError, ValueError."""
    with open(place) as file:  # noqa: PTH123  (pathlib is one of the unnecessary things)
        return int(file.read().split()[0])


def write_level(place: str, level: int) -> None:
    """The other three numbers of the file stay: the kernel takes one alone (proc_dointvec). Raises OSError."""
    with open(place, "w") as file:  # noqa: PTH123
        file.write(f"{level}\n")


def flat(modes: list[object]) -> list[int]:
    """A terminal's settings, as termios.tcgetattr gives them, as numbers only."""
    *flags, characters = modes
    numbers = [each[0] if isinstance(each, bytes) else each for each in characters]  # type: ignore[attr-defined]
    return [*flags, *numbers]  # type: ignore[list-item]


def give_modes_back(terminal: int, found: list[int], drawn_in: list[int]) -> None:
    """The settings as they were found, where they still are the console's: else somebody has the terminal by now."""
    now = termios.tcgetattr(terminal)
    speeds = slice(4, 6)  # the line's speed is nobody's but the line's
    now_flat, expected = flat(now), list(drawn_in)
    now_flat[speeds] = expected[speeds] = [0, 0]
    if now_flat == expected:
        termios.tcsetattr(terminal, termios.TCSANOW, [*found[:4], *now[4:6], found[6:]])


def main(words: list[str]) -> int:
    """Wait; arguments are descriptors of pipe, terminal and lock (-1: none), level's file, settings, last words."""
    pipe, terminal, lock = map(int, words[:3])
    level, found, drawn_in, farewell = words[3:]
    with open("/proc/self/comm", "w") as name:  # noqa: PTH123
        name.write("moducop-care")
    if os.read(pipe, 1):
        return 0  # the console has done all of it itself
    _attempt(give_modes_back, terminal, _numbers(found), _numbers(drawn_in))
    if lock >= 0:
        _attempt(give_level_back, lock, level)
    _attempt(_say, terminal, bytes.fromhex(farewell))
    return 0


def _attempt(step: Callable[..., object], *what: object) -> None:
    """One step; where it can't be done, the next one is another matter."""
    try:
        step(*what)
    except (OSError, ValueError, termios.error):
        return


def _numbers(words: str) -> list[int]:
    return [int(word) for word in words.split(",")]


def _say(terminal: int, farewell: bytes) -> None:
    """Send the last words, if the line takes any."""
    poll = select.poll()
    poll.register(terminal, select.POLLOUT)
    if poll.poll(_LONGEST_FAREWELL * 1000):
        os.write(terminal, farewell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
