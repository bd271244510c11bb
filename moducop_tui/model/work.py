"""Actions at work and in the past: what runs now, who runs it, how it went, and what the next boot must know."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from moducop_tui.model.expected import Expected
from moducop_tui.model.ledger import Ledger
from moducop_tui.model.plan import Action, Power
from moducop_tui.model.slots import SlotName


@dataclass(frozen=True, slots=True)
class Who:
    """Who asked for an action: user, terminal (`ttymxc0`, `pts/0`, None without one), SSH origin (address, or None)."""

    user: str
    terminal: str | None = None
    origin: str | None = None

    @property
    def words(self) -> str:
        """`root on ttymxc0`, `root on pts/0 from 10.0.4.2`."""
        return " ".join(
            part
            for part in (
                self.user,
                f"on {self.terminal}" if self.terminal else None,
                f"from {self.origin}" if self.origin else None,
            )
            if part
        )


@dataclass(frozen=True, slots=True)
class Order:
    """A confirmed plan on its way to the executor, which makes the plan anew and refuses when it differs.

    `commands` are the commands of the plan as it was shown. `overrides` are the words that were typed against
    preconditions that were not met.
    """

    action: Action
    who: Who
    commands: tuple[str, ...]
    reason: str | None = None
    overrides: tuple[str, ...] = ()
    typed: str | None = None
    """The plan's own words, where its weight demanded that they were typed."""


class StepState(StrEnum):
    """Where a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    CUT = "cut off"
    """It was begun, and nobody wrote down that it ended: the power was cut, or the executor was killed."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of an action that was started. `began` in seconds since the epoch, `seconds` its duration."""

    words: str
    command: str
    power: Power
    state: StepState
    began: float | None = None
    seconds: float | None = None
    exit_code: int | None = None
    sentence: str | None = None
    """What was found when the device was read again, or what failed, on what, why, and what to do."""
    output: str = ""
    """The end of what the tool printed."""


class Outcome(StrEnum):
    """How an action went."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    """Nothing was done: the device was not any more as the plan needs it."""
    CANCELLED = "cancelled"
    CUT = "cut off"
    """Power cut or killed: begun, and no end on record."""


@dataclass(frozen=True, slots=True)
class Record:
    """One action from its order to its end, as the audit trail has it. Times in seconds since the epoch."""

    id: str
    action: Action
    title: str
    who: Who
    at: float
    boot_id: str | None
    outcome: Outcome
    sentence: str | None = None
    reason: str | None = None
    overrides: tuple[str, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    ended_at: float | None = None
    expected: Expected | None = None
    """How the device was to stand after Mender's client had ended; None for an action without it."""
    version: str | None = None
    """The version that it was to install, where it was one."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the running step is. `done` and `total` in bytes, `rate` in bytes per second, `share` 0 to 1."""

    share: float | None = None
    done: int | None = None
    total: int | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """The action that is at work now, whoever started it; found again after the line dropped."""

    record: Record
    step: int
    """Index of the running step in `record.steps`."""
    progress: Progress | None = None
    lines: tuple[str, ...] = ()
    """The last lines that the tool printed."""
    can_cancel: bool = False

    @property
    def power(self) -> Power:
        """Whether the power may be cut just now."""
        steps = self.record.steps
        return steps[self.step].power if self.step < len(steps) else Power.MAY


@dataclass(frozen=True, slots=True)
class DeadMan:
    """The dead-man timer: reboots the slot on trial back unless somebody commits in time.

    `seconds_left` is None while it is armed for a boot that has not come yet.
    """

    slot: SlotName
    seconds: int
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """The dead-man timer has rebooted the device out of a trial of `slot`, in the boot `boot_id`: nobody had kept it.

    `at` is in seconds since the epoch by the clock of that boot.
    """

    slot: SlotName
    at: float | None = None
    boot_id: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a device fared at a moment, to be compared with how it fares after an update.

    `apps_well` of `apps` apps were well; `at` in seconds since the epoch; what could not be read is None.
    """

    at: float
    boot_id: str | None
    slot: SlotName | None
    expected_slot: SlotName | None = None
    expected_artifact: str | None = None
    expected_version: str | None = None
    failed_units: tuple[str, ...] | None = None
    apps: int | None = None
    apps_well: int | None = None
    apps_not_well: tuple[str, ...] = ()
    interfaces_up: tuple[str, ...] | None = None
    errors: int | None = None
    """Errors in the journal in the hour before."""
    clock_synchronised: bool | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """The topic `work`: what is being done to the device, what was, and what waits for the next boot."""

    running: Running | None = None
    held_by: str | None = None
    """Who holds the lock, in words; None when nobody does."""
    last: Record | None = None
    """The newest action that has ended, or was cut off."""
    history: tuple[Record, ...] = ()
    """The newest twenty, newest first."""
    updates: tuple[Record, ...] = ()
    """The newest actions about updates, without their steps: `model.update_outcomes` tells from them what became of
    the last twenty updates."""
    ledger: Ledger = field(default_factory=Ledger)
    dead_man: DeadMan | None = None
    fired: Fired | None = None
    """What the dead-man timer did when it was armed last; None: nothing, or it is armed anew."""
    before: Snapshot | None = None
    unrecordable: str | None = None
    """Why the last order was refused, where that was because it could not be recorded."""
    untrusted: str | None = None
    """Why nothing is done: others than root may have put there what we would believe or write to."""
    error: str | None = None
    """A sentence when the audit trail or the state on the data partition could not be read."""
