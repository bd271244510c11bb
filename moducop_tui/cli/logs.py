"""`moducop-tui logs`: the journal through the console's own filters, as text or JSON, once or followed."""

from __future__ import annotations

import argparse
import re

from moducop_tui.cli.log_lines import json_lines, text_lines
from moducop_tui.cli.output import complain, reader_is_gone
from moducop_tui.device import Device
from moducop_tui.model.log import LogBatch, LogFilter
from moducop_tui.model.ports import LogStream
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.read_once import read_once
from moducop_tui.units import follow_zone

_FIRST_WAIT = 0.6
"""Seconds that the newest entries may take. A journal that can be read gives them at once, and one that can't says so
at the second attempt, a quarter of a second later."""
_NEXT_WAIT = 0.3
_FOLLOW_WAIT = 1.0
_PATIENCE = 10.0
_ENGINE_PATIENCE = 3.0
_ID_BEGINNING = re.compile(r"[0-9a-f]{6,64}")
_BOOT_ID = re.compile(r"[0-9a-f]{32}")


class LogsError(Exception):
    """Entries that can't be had; its text is a sentence for the technician."""


def run(device: Device, arguments: argparse.Namespace) -> int:
    """Print what was asked for. With --follow it ends when interrupted, or when nobody reads any more."""
    try:
        stream = _open(device, arguments)
    except LogsError as error:
        complain(str(error))
        return 1
    wake = Wake()
    try:
        if arguments.follow:
            _follow(device, stream, wake, as_json=arguments.json)
        else:
            _newest(device, stream, wake, arguments.lines, as_json=arguments.json)
    except LogsError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 0  # the way in which following is meant to end
    finally:
        stream.close()
        wake.close()
    return 0


def _open(device: Device, arguments: argparse.Namespace) -> LogStream:
    stream = device.log.open(_filter(device, arguments), arguments.lines)
    if isinstance(stream, Unavailable):
        raise LogsError(stream.reason)
    return stream


def _follow(device: Device, stream: LogStream, wake: Wake, *, as_json: bool) -> None:
    first = stream.read(_FOLLOW_WAIT, wake)
    if first == LogBatch(()) and (why := _why_nothing(device)):
        complain(f"{why} Waiting for it.")
    _write(first, as_json=as_json)
    while not reader_is_gone():
        batch = stream.read(_FOLLOW_WAIT, wake)
        follow_zone()
        _write(batch, as_json=as_json)


def _newest(device: Device, stream: LogStream, wake: Wake, count: int, *, as_json: bool) -> None:
    wait, left, told = _FIRST_WAIT, count, False
    while left > 0:
        batch = stream.read(wait, wake)
        if not batch.entries and batch.note is not None and not told and (why := _why_nothing(device)):
            raise LogsError(why)
        _write(LogBatch(batch.entries[:left], batch.lost, batch.note), as_json=as_json)
        told = told or bool(batch.entries) or batch.note is not None
        if not batch.entries:
            break
        left -= len(batch.entries)
        wait = _NEXT_WAIT
    if not told and count > 0:
        if why := _why_nothing(device):
            raise LogsError(why)
        complain("no entry of the journal is like that.")


def _why_nothing(device: Device) -> str | None:
    """Why there are no entries at all: a stream waits for a journal that is not there yet, without a word."""
    return read_once(device.sources, frozenset({Topic.LOG}), _PATIENCE).log.error


def _write(batch: LogBatch, *, as_json: bool) -> None:
    lines = json_lines(batch) if as_json else text_lines(batch)
    if lines:
        print("\n".join(lines), flush=True)


def _filter(device: Device, arguments: argparse.Namespace) -> LogFilter:
    return LogFilter(
        unit=arguments.unit,
        container=arguments.container,
        container_id=None if arguments.container is None else _container_id(device, arguments.container),
        kernel=arguments.kernel,
        max_priority=arguments.priority,
        boot_id=None if arguments.boot is None else _boot_id(device, arguments.boot),
        all_boots=arguments.all_boots,
    )


def _container_id(device: Device, typed: str) -> str | None:
    """The id of the container that has this name, or this beginning of an id, now; None where none is known to have it.

    The name itself is looked for as well: it may be that of a container which is gone.
    """
    apps = read_once(device.sources, frozenset({Topic.APPS}), _ENGINE_PATIENCE).apps.value
    found = apps.containers if apps is not None else ()
    by_id = _ID_BEGINNING.fullmatch(typed) is not None
    return next((one.id for one in found if one.name == typed or (by_id and one.id.startswith(typed))), None)


def _boot_id(device: Device, wanted: str) -> str | None:
    """The id of a boot that is named by its id or by its distance from this one; None for this one."""
    bare = wanted.replace("-", "").lower()
    if _BOOT_ID.fullmatch(bare):
        return bare
    if not re.fullmatch(r"-?\d{1,6}", wanted) or int(wanted) > 0:
        raise LogsError(f"'{wanted}' is no boot: give an id of 32 hexadecimal digits, 0, or -1 for the one before.")
    offset = int(wanted)
    if offset == 0:
        return None
    log = read_once(device.sources, frozenset({Topic.LOG}), _PATIENCE).log
    if log.value is None:
        raise LogsError(log.error or "The journal's boots are not known.")
    found = next((boot for boot in log.value.boots if boot.offset == offset), None)
    if found is None:
        oldest = min((boot.offset for boot in log.value.boots), default=0)
        raise LogsError(f"The journal keeps no boot {offset}; its oldest is {oldest}.")
    return found.boot_id
