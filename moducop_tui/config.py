"""The configuration: one TOML file into one frozen Config. Unknown keys are errors that name their line.

It says how to become one who acts, so it must be root's: a plain file that nobody else may write to, and where it is
looked for by itself, in directories that are root's as well.

A file may set any of the keys that Config has, except `root`, which is only given as `--root`:

    disk = "/dev/mmcblk0"                   # the system disk
    engine_socket = "/run/docker.sock"      # the container engine
    log_memory = 4194304                    # bytes, 65536 to 268435456
    overlay_walk_limit = 20000              # directory entries, 100 to 10000000
    terminal_colours = "8"                  # none, 8, 16, 256 or true
    terminal_charset = "ascii"              # ascii, utf-8 or dec
    terminal_size = "80x24"                 # columns x rows
    terminal_baud = 115200                  # a pseudo-terminal is a serial line of this speed: a console server
    unlock = "confirmation"                 # what acting demands: nothing, confirmation or pin
    unlock_pin = "scrypt$..."               # the PIN's salted hash, as `moducop-tui pin` prints it; chmod 600
    unlock_seconds = 600                    # after so long without a key acting is locked again, 30 to 86400
    dead_man = 600                          # seconds a trial boot has to be confirmed, 60 to 86400; 0: no timer
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from moducop_tui import trusted
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.pin_hash import parse_pin_hash
from moducop_tui.model.places import SETTINGS, STATE
from moducop_tui.terminal.wishes import SPEEDS, check_charset, check_colours, check_size

DEFAULT_PATHS = (f"{SETTINGS}/config.toml", f"{STATE}/config.toml")
_SIZE_LIMIT = 1 << 16
_LINE_LIMIT = 1024
"""Bytes of a line: what tomllib makes of a name of a hundred thousand parts takes minutes."""
_HASH_LIMIT = 400
_BITS_SHOWN = 1000
_MACHINE = Host()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. The defaults are right for a ModuCop."""

    root: Path = Path("/")
    """The root prefix (`--root`); never from the file."""
    disk: str | None = None
    """The system disk, such as `/dev/mmcblk0`; None: the disk that mender.conf or the mount table names."""
    engine_socket: str | None = None
    """The container engine's socket; None: Docker's, then Podman's."""
    log_memory: int = 4 << 20
    """Bytes of log entries that the console keeps at most."""
    overlay_walk_limit: int = 20000
    """Directory entries of an overlay's upper that are counted at most; beyond it numbers are 'at least'."""
    terminal_colours: str | None = None
    """How many colours are shown, a word of `COLOURS` in terminal/wishes.py; None: as many as the terminal has."""
    terminal_charset: str | None = None
    """How characters outside ASCII are sent, a word of `CHARSETS`; None: as the terminal answers."""
    terminal_size: str | None = None
    """Columns x rows, such as `80x24`; None: as the tty or the terminal says."""
    terminal_baud: int | None = None
    """Bits a second of a serial line that the tty does not show, as behind a console server; None: the tty's own."""
    unlock: str = "confirmation"
    """What unlocking demands: `nothing`, `confirmation` or `pin`."""
    unlock_pin: str | None = None
    """The PIN as a salted scrypt hash; only with `unlock = "pin"`."""
    unlock_seconds: int = 600
    """Seconds without a key after which acting is locked again."""
    dead_man: int = 600
    """Seconds that a trial boot has to be confirmed before the device reboots back by itself; 0: no such timer."""


class ConfigError(Exception):
    """A configuration that can't be used; its text is a sentence with file, line and key."""


def find(path: Path | None, machine: Host = _MACHINE) -> Path | None:
    """The file to load: the one asked for, else the first default that exists, else None."""
    if path is not None:
        return path
    return next((Path(place) for place in DEFAULT_PATHS if _is_there(machine.root / place.lstrip("/"))), None)


def _is_there(place: Path) -> bool:
    """A link that leads nowhere is there too. Where this user may not look, there is nothing for this user.

    A PIN makes the file root's alone: for anybody else the defaults hold, and only root may act.
    """
    try:
        place.lstat()
    except OSError:
        return False
    return os.geteuid() == 0 or place.is_symlink() or os.access(place, os.R_OK)


def load(path: Path | None, root: Path = Path("/"), machine: Host = _MACHINE) -> Config:
    """The configuration of a file, or the defaults where `path` is None. Raises ConfigError.

    `machine` is the one that this program runs on, whatever `root` is looked at.
    """
    if path is None:
        return Config(root=root)
    text, is_secret = _read(path, machine)
    values = _parse(path, text)
    checked: dict[str, str | int] = {}
    for key, value in values.items():
        check = CHECKS.get(key)
        if check is None:
            known = ", ".join(CHECKS)
            raise ConfigError(f"{_place(path, text, key)}: unknown key '{clean(key, 60)}'; the keys are {known}.")
        try:
            checked[key] = check(value)
        except ValueError as error:
            raise ConfigError(f"{_place(path, text, key)}: {key} {error}.") from error
    if "unlock_pin" in checked and not is_secret:
        where = _place(path, text, "unlock_pin")
        raise ConfigError(f"{where}: the hash of a PIN must be readable for its owner alone: chmod 600 {path}")
    return Config(root=root, **checked)  # type: ignore[arg-type]  # each check gives its field's type


def _read(path: Path, machine: Host) -> tuple[str, bool]:
    """The text of the file, and whether nobody but its owner may read it. Raises ConfigError."""
    try:
        with os.fdopen(_open(path, machine), "rb") as file:
            status = os.fstat(file.fileno())
            is_secret = not status.st_mode & (stat.S_IRGRP | stat.S_IROTH)
            # Files of the kernel have no size, and of some what is read is gone (/proc/kmsg): taken as empty.
            content = file.read(min(status.st_size, _SIZE_LIMIT + 1))
    except trusted.UntrustedError as error:
        raise ConfigError(f"The configuration is not used: {error.strerror}.") from error
    except OSError as error:
        raise ConfigError(f"{path}: the configuration can't be read: {error.strerror}.") from error
    if len(content) > _SIZE_LIMIT:
        raise ConfigError(f"{path}: the configuration is larger than {_SIZE_LIMIT} bytes.")
    for number, written in enumerate(content.split(b"\n"), start=1):
        if len(written) > _LINE_LIMIT:
            has = f"the line has {len(written)} bytes, and {_LINE_LIMIT} are allowed"
            raise ConfigError(f"{path}, line {number}: {has}.")
    try:
        return content.decode("utf-8-sig"), is_secret
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}, line {line}: the configuration is not UTF-8 text.") from error


def _open(path: Path, machine: Host) -> int:
    """Where it is looked for by itself, the way to it must be root's too; a file that a person names is just a file."""
    if str(path) in DEFAULT_PATHS:
        return trusted.open_file(machine, str(path))
    if str(path) == os.devnull:
        return os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    target = Path(os.path.realpath(path))
    directory = os.open(target.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return trusted.open_in(directory, target.name, target, os.O_RDONLY)
    finally:
        os.close(directory)


def _parse(path: Path, text: str) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = clean(str(error), 200)
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", reason)
        line = found[1] if found and found[1] else text.count("\n") + 1
        what = reason[: found.start()] if found else reason
        raise ConfigError(f"{path}, line {line}: not valid TOML: {what}.") from error
    except (RecursionError, MemoryError, ValueError) as error:
        what = "brackets are nested too deeply" if isinstance(error, RecursionError) else "a value is too large"
        raise ConfigError(f"{path}: not used: {what}; no key of the configuration needs that.") from error


def _place(path: Path, text: str, key: str) -> str:
    """File and line of a top-level key or table, for the error's sentence."""
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.lstrip().lstrip("[").lstrip()
        for written in (key, f'"{key}"', f"'{key}'"):
            if name.startswith(written) and name[len(written) :].lstrip()[:1] in (".", "=", "]"):
                return f"{path}, line {number}"
    return str(path)


def _absolute_path(value: object) -> str:
    if not isinstance(value, str) or not value.startswith("/") or clean(value, 1000) != value:
        raise ValueError(f"must be an absolute path in quotes, not {_shown(value)}")
    return value


def _number(least: int, most: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        # TOML's true is Python's True, which is an int
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {_shown(value)}")
        return value

    return check


def _word(check: Callable[[str], str]) -> Callable[[object], str]:
    def checked(value: object) -> str:
        try:
            return check(value if isinstance(value, str) else "")
        except ValueError as error:
            raise ValueError(f"{error}, in quotes, not {_shown(value)}") from error

    return checked


def _one_of(*words: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of {', '.join(words)}, in quotes, not {_shown(value)}")
        return value

    return check


def _pin_hash(value: object) -> str:
    if not isinstance(value, str) or len(value) > _HASH_LIMIT:
        raise ValueError("must be a hash that `moducop-tui pin` printed, in quotes")
    parse_pin_hash(value)
    return value


def _dead_man(value: object) -> int:
    return 0 if value == 0 and value is not False else _number(60, 86400)(value)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and value.bit_length() > _BITS_SHOWN:
        return "a number of that size"  # Python refuses to write it out
    return clean(f'"{value}"' if isinstance(value, str) else str(value), 60)


CHECKS: Mapping[str, Callable[[object], str | int]] = MappingProxyType(
    {
        "disk": _absolute_path,
        "engine_socket": _absolute_path,
        "log_memory": _number(1 << 16, 1 << 28),
        "overlay_walk_limit": _number(100, 10_000_000),
        "terminal_colours": _word(check_colours),
        "terminal_charset": _word(check_charset),
        "terminal_size": _word(check_size),
        "terminal_baud": _number(SPEEDS[0], SPEEDS[-1]),
        "unlock": _one_of("nothing", "confirmation", "pin"),
        "unlock_pin": _pin_hash,
        "unlock_seconds": _number(30, 86400),
        "dead_man": _dead_man,
    }
)
"""The keys of the file, each with the function that checks its value or raises ValueError."""
