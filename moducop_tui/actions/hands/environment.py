"""Writes boot variables: one batch of `fw_setenv`, read back by two readers, put back where it is not as it should be.

One call writes one whole copy of a redundant environment, the one that is not in use, and only then makes it count: a
power cut leaves either the old values or the new ones (device facts 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from moducop_tui import runner
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.host import Host
from moducop_tui.model.acts import SetEnvironment
from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.foreign import clean
from moducop_tui.model.printed_environment import parse_output, uses_defaults
from moducop_tui.model.reading import Topic

CONFIGURATION = "/etc/fw_env.config"
_PRINT, _SET = "fw_printenv", "fw_setenv"
_SECONDS = 20.0
"""Its lock is waited for; a write itself takes a moment."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9_.-]{0,60}", re.ASCII)
_TOGETHER = frozenset({"mender_boot_part", "mender_boot_part_hex"})
_BOOT_PARTITION = re.compile(r"/dev/(mmcblk[0-9]+boot[0-9])", re.ASCII)
_OUTPUT_LIMIT = 2000

_Values = Mapping[str, str]


class _EnvironmentError(Exception):
    """The environment can't be read or must not be written; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class _Written:
    """How one call of the tool ended: its code, None where it did not end, and what it said."""

    code: int | None
    said: str


def set_environment(act: SetEnvironment, kit: Kit) -> Result:
    """Write the variables, unless the device is not any more as the plan was made for; judge by reading."""
    wanted = dict(act.variables)
    try:
        _check_request(wanted, kit.host)
        old = _read(kit, tuple(wanted | dict(act.before)))
    except _EnvironmentError as error:
        return Result(False, f"Nothing was written: {error}")
    if not _differences(wanted, old):
        return Result(True, f"{_words(wanted)}: it was so already, nothing was written.")
    changed = _differences(dict(act.before), old)
    if changed:
        return Result(False, f"Nothing was written: {changed[0]} as when the plan was made. Look again.")
    return _judge(kit, {name: old[name] for name in wanted}, wanted, _write(kit.host, wanted))


def _judge(kit: Kit, old: _Values, wanted: _Values, written: _Written) -> Result:
    try:
        new = _read(kit, tuple(wanted))
    except _EnvironmentError as error:
        return _report(written, f"What was written can't be read back: {error} Do not reboot before it can.")
    wrong = _differences(wanted, new)
    if not wrong:
        return replace(_report(written, f"{_words(wanted)}: written, and read back twice."), good=True)
    if not _differences(old, new):
        return _report(written, f"Nothing was changed: {_why_not(kit, written)}")
    return _put_back(kit, old, wrong[0], written)


def _check_request(wanted: _Values, host: Host) -> None:
    if not host.is_this_machine:
        raise _EnvironmentError("only the boot environment of the machine that the console runs on can be written.")
    for name, value in wanted.items():
        if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            raise _EnvironmentError(f"{clean(name, 60)}={clean(value, 60)} is nothing that may be written.")
    if _TOGETHER & set(wanted) and not set(wanted) >= _TOGETHER:
        raise _EnvironmentError("mender_boot_part and mender_boot_part_hex must be written together.")
    if set(wanted) >= _TOGETHER and not _same_partition(wanted):
        raise _EnvironmentError("mender_boot_part and mender_boot_part_hex must name the same partition.")


def _same_partition(values: _Values) -> bool:
    """The one is decimal, its twin hexadecimal."""
    try:
        return int(values["mender_boot_part"], 10) == int(values["mender_boot_part_hex"], 16)
    except ValueError:
        return False


def _read(kit: Kit, names: tuple[str, ...]) -> dict[str, str]:
    """The variables by the tool and by our own reader of the copies; missing is empty. Raises _EnvironmentError."""
    by_tool = _ask_tool(kit.host, names)
    boot = kit.read(Topic.BOOT)
    if not isinstance(boot, BootEnvironment):
        raise _EnvironmentError(getattr(boot, "reason", "the boot environment can't be read."))
    if boot.state is not EnvironmentState.READABLE:
        raise _EnvironmentError(boot.sentence or "the boot environment is unreadable.")
    by_copies = dict(boot.variables)
    for name in names:
        if by_copies.get(name, "") != by_tool[name]:
            told = f"{name} is {by_tool[name]!r} by {_PRINT}, {by_copies.get(name, '')!r} by the copies themselves"
            raise _EnvironmentError(f"two readers disagree: {clean(told, 160)}.")
    return by_tool


def _ask_tool(host: Host, names: tuple[str, ...]) -> dict[str, str]:
    try:
        finished = runner.run([_PRINT, *_place(host), *names], _SECONDS)
    except runner.CommandError as error:
        raise _EnvironmentError(str(error)) from error
    if uses_defaults(finished.err):
        raise _EnvironmentError(
            f"no copy of the boot environment has a good checksum, and {_SET} would replace everything by defaults."
        )
    if finished.code != 0:
        said = clean(finished.err.strip(), 120) or "it gave no reason"
        raise _EnvironmentError(f"{_PRINT} failed (exit {finished.code}): {said}.")
    values, _ = parse_output(finished.out)
    return {name: values.get(name, "") for name in names}


def _write(host: Host, values: _Values) -> _Written:
    lines = "".join(f"{name}={value}\n" for name, value in values.items())
    try:
        finished = runner.run([_SET, *_place(host), "-s", "-"], _SECONDS, given=lines.encode())
    except runner.CommandError as error:
        return _Written(None, str(error))
    return _Written(finished.code, (finished.out + finished.err).strip())


def _place(host: Host) -> list[str]:
    """The tool looks for its configuration itself, but where the root prefix is another one."""
    path = str(host.path(CONFIGURATION))
    return [] if path == CONFIGURATION else ["-c", path]


def _put_back(kit: Kit, old: _Values, wrong: str, first: _Written) -> Result:
    """What was read back is neither the old nor the new: the old values again, and say what is so now."""
    again = _write(kit.host, old)
    said = _Written(again.code, f"{first.said}\n{again.said}".strip())
    try:
        now = _read(kit, tuple(old))
    except _EnvironmentError as error:
        return _report(said, f"Read back, {wrong}; then it can't be read at all: {error} Do not reboot.")
    if not _differences(old, now):
        return _report(said, f"Read back, {wrong}: the old values were put back and are in place again.")
    left = f"Read back, {wrong}, and the old values could NOT be put back: now {_words(now)}."
    return _report(said, f"{left} Do not reboot before this is put right.")


def _why_not(kit: Kit, written: _Written) -> str:
    boot = kit.read(Topic.BOOT)
    devices = [copy.device for copy in boot.copies] if isinstance(boot, BootEnvironment) else []
    for device in devices:
        found = _BOOT_PARTITION.fullmatch(device)
        if found and _is_forced(kit.host, found[1]):
            place = f"/sys/block/{found[1]}/force_ro"
            return f"the kernel protects {device} against writing. Allow it with `echo 0 >{place}`, then try again."
    if written.code is None:
        return written.said
    reason = clean(written.said, 120) or "it gave no reason"
    return f"{_SET} ended with {written.code}: {reason}. Is its device ({', '.join(devices) or 'unknown'}) writable?"


def _is_forced(host: Host, name: str) -> bool:
    try:
        return host.read_text(f"/sys/block/{name}/force_ro", 16).strip() == "1"
    except OSError:
        return False


def _differences(wanted: _Values, found: _Values) -> tuple[str, ...]:
    return tuple(
        f"{name} is {clean(found.get(name, ''), 40) or 'empty'}, not {value or 'empty'}"
        for name, value in wanted.items()
        if found.get(name, "") != value
    )


def _words(values: _Values) -> str:
    return ", ".join(f"{name}={clean(value, 40)}" for name, value in values.items())


def _report(written: _Written, sentence: str) -> Result:
    return Result(False, sentence, exit_code=written.code, output=clean(written.said, _OUTPUT_LIMIT))
