"""Why a device is in the slot from which it was updated, as far as anything on record tells."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.model.log import Boot
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import ActionKind
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName
from moducop_tui.model.verdict import judge_boot
from moducop_tui.model.work import Outcome, Record, Snapshot, Work

_LEAVING = (ActionKind.REBOOT, ActionKind.POWER_OFF)
_MINUTE = 60


def why_it_came_back(readings: Readings, tried: SlotName | None, before: Snapshot | None) -> tuple[str, ...]:
    """Sentences, the surest first; the last says what stays open where nothing is sure."""
    work = readings.work.value or Work()
    sure = [*_never_tried(readings, work, before), *_timer(work, tried), *_left_by_hand(work, before)]
    between = [*_boot_between(readings, before), *_counted(readings, tried)]
    if sure:
        return (*sure, *between)
    phase = judge_boot(readings.slots.value, readings.boot.value, readings.mender.value).phase
    cleared = () if phase is Phase.FELL_BACK else ("Nothing is pending in Mender: somebody has rolled it back since.",)
    if between:
        return (*cleared, *between, f"So {tried or 'it'} was rebooted or lost power before it was committed.")
    open_ones = (
        f"{tried or 'It'} did not boot, or was rebooted or lost power before it was committed: nothing tells which."
    )
    return (*cleared, open_ones)


def _never_tried(readings: Readings, work: Work, before: Snapshot | None) -> Iterator[str]:
    """The machine has not rebooted since, or the install itself was cut off: the other slot was never booted."""
    system = readings.system.value
    if (
        before is not None
        and system is not None
        and before.boot_id
        and _plain(before.boot_id) == _plain(system.boot_id)
    ):
        yield "The device has not rebooted since: the other slot was never tried."
        return
    install = _since(work, before, ActionKind.INSTALL)
    if install is not None and install.outcome in (Outcome.CUT, Outcome.FAILED, Outcome.CANCELLED):
        yield f"The install did not come to its end ({install.outcome.value}): the other slot was never armed by it."


def _since(work: Work, before: Snapshot | None, *kinds: ActionKind) -> Record | None:
    """The newest action of a kind that ran since the device was kept as it was; without that, the newest at all."""
    began = None if before is None else before.at - _MINUTE
    found = (one for one in work.history if one.action.kind in kinds and (began is None or one.at >= began))
    return next(found, None)


def _timer(work: Work, tried: SlotName | None) -> Iterator[str]:
    if work.fired is not None and work.fired.slot is tried:
        yield f"The dead-man timer rebooted {tried}: nobody had kept it in time."


def _left_by_hand(work: Work, before: Snapshot | None) -> Iterator[str]:
    """A reboot that was ordered while the other slot ran: the boot that it was ordered in is not the one before."""
    left = _since(work, before, *_LEAVING)
    if left is not None and before is not None and _plain(left.boot_id) not in (None, _plain(before.boot_id)):
        yield f"{left.who.words} ordered it: {left.action.words}, before it was committed."


def _boot_between(readings: Readings, before: Snapshot | None) -> Iterator[str]:
    """The journal, where it outlives reboots, shows a boot between the update and now."""
    log, system = readings.log.value, readings.system.value
    if log is None or system is None or before is None:
        return
    known = {_plain(before.boot_id), _plain(system.boot_id)}
    for boot in log.boots:
        if boot.boot_id not in known and boot.first is not None and boot.first > before.at:
            yield f"In between it ran for {_length(boot)}: the journal has that boot."
            return


def _plain(boot_id: str | None) -> str | None:
    """The kernel writes boot ids with dashes, the journal without."""
    return None if boot_id is None else boot_id.replace("-", "")


def _length(boot: Boot) -> str:
    seconds = 0.0 if boot.first is None or boot.last is None else max(0.0, boot.last - boot.first)
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} min"


def _counted(readings: Readings, tried: SlotName | None) -> Iterator[str]:
    """U-Boot's own count goes beyond its limit only when it falls back."""
    boot = readings.boot.value
    if boot is not None and boot.bootcount is not None and boot.bootlimit and boot.bootcount > boot.bootlimit:
        yield f"U-Boot counted {boot.bootcount} boots, its limit is {boot.bootlimit}: it tried {tried} and fell back."
