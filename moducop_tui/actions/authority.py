"""The one gate between a plan and the device: a console starts locked, and only what passes here becomes an order.

Nothing else makes an `Order` or calls `ActionPort.start`. Nothing here touches the device; the clock and the store of
wrong PINs are given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.model.confirming import missing, same_words
from moducop_tui.model.plan import Plan
from moducop_tui.model.ports import ActionPort, PinPort
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.work import Order, Who

CONFIRMATION = "yes"
"""What is typed to unlock where the configuration demands a confirmation."""
EMPTY_PIN = "Still locked: the PIN is asked for, and nothing was typed."
VIEW_ONLY = "The console is in view mode: unlock it first. Nothing was done."
READ_ONLY = "The console was started with --read-only: it shows, and can't be unlocked."
NO_ACTIONS = "This device can only be looked at: nothing that acts on it is known here."
NO_PIN = "The configuration demands a PIN and has none (unlock_pin): acting can't be unlocked. Set one: moducop-tui pin"


class Demand(StrEnum):
    """What unlocking demands, as the configuration says it."""

    NOTHING = "nothing"
    CONFIRMATION = "confirmation"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not done, in a sentence. `wait` in seconds until it may be tried again, where that matters."""

    sentence: str
    wait: float = 0.0


class Authority:
    """Whether this session may act. Safe from any thread; `unlock` with a PIN takes part of a second.

    `seconds` is how long it stays unlocked without a key, by `clock`, which must be monotonic. `forbidden` says
    why this process can't act on this device at all, where that is so.
    """

    def __init__(
        self,
        actions: ActionPort | None,
        who: Who,
        pins: PinPort,
        clock: Callable[[], float],
        *,
        demand: Demand = Demand.CONFIRMATION,
        seconds: float = 600.0,
        read_only: bool = False,
        forbidden: str | None = None,
    ) -> None:
        self._actions = actions
        self._who = who
        self._pins = pins
        self._clock = clock
        self._seconds = seconds
        self._forbidden = forbidden
        self._until: float | None = None
        self._lock = threading.Lock()
        self.demand = demand
        self.read_only = read_only

    @property
    def never(self) -> str | None:
        """Why this session can never be unlocked, in a sentence; None when it can."""
        if self.read_only:
            return READ_ONLY
        if self._actions is None:
            return NO_ACTIONS
        if self._forbidden is not None:
            return self._forbidden
        if self.demand is Demand.PIN and not self._pins.is_set:
            return NO_PIN
        return None

    @property
    def lasts(self) -> float:
        """Seconds without a key for which it stays unlocked."""
        return self._seconds

    @property
    def unlocked(self) -> bool:
        """Whether orders are made just now."""
        return self.seconds_left > 0

    @property
    def seconds_left(self) -> float:
        """Seconds until it locks again by itself; 0 while it is locked."""
        until = self._until
        return 0.0 if until is None else max(0.0, until - self._clock())

    def unlock(self, typed: str = "") -> Refusal | None:
        """Unlock with what was typed: nothing, `yes`, or the PIN, by `demand`. None when it is unlocked now."""
        if (never := self.never) is not None:
            return Refusal(never)
        match self.demand:
            case Demand.CONFIRMATION if not same_words(typed, CONFIRMATION):
                return Refusal(f"Still locked: type '{CONFIRMATION}' to unlock.")
            case Demand.PIN if not typed:
                return Refusal(EMPTY_PIN)  # an Enter too many, or a script without the PIN, is no try
            case Demand.PIN if (wrong := self._pins.try_pin(typed)) is not None:
                return Refusal(wrong.sentence, wrong.wait)
        with self._lock:
            self._until = self._clock() + self._seconds
        return None

    def touched(self) -> None:
        """A key was pressed: it stays unlocked for as long again. What has locked itself meanwhile stays locked."""
        with self._lock:
            if self.unlocked:
                self._until = self._clock() + self._seconds

    def lock(self) -> None:
        """Lock again, now."""
        with self._lock:
            self._until = None

    def order(
        self, plan: Plan, typed: str | None = None, reason: str | None = None, overrides: Collection[str] = ()
    ) -> Order | Refusal:
        """The order to run a plan, when it may run and is confirmed as its weight demands; else why not."""
        if (never := self.never) is not None:
            return Refusal(never)
        if not self.unlocked:
            return Refusal(VIEW_ONLY)
        if (lacking := missing(plan, typed, reason, overrides)) is not None:
            return Refusal(lacking)
        return Order(
            action=plan.action,
            who=self._who,
            commands=tuple(step.command for step in plan.steps),
            reason=(reason or "").strip() or None,
            overrides=tuple(wanted for wanted in plan.overrides),
            typed=plan.phrase if plan.phrase is not None and same_words(typed, plan.phrase) else None,
        )

    def start(
        self, plan: Plan, typed: str | None = None, reason: str | None = None, overrides: Collection[str] = ()
    ) -> str | Refusal:
        """Order a plan and start it outside of this session, which takes seconds. Its id, or why nothing was done."""
        order = self.order(plan, typed, reason, overrides)
        if isinstance(order, Refusal):
            return order
        if self._actions is None:
            return Refusal(NO_ACTIONS)
        started = self._actions.start(order)
        return Refusal(started.reason) if isinstance(started, Unavailable) else started

    def cancel(self, action_id: str) -> Refusal | None:
        """Ask the running action to stop where that does no harm. None when it was asked."""
        if (never := self.never) is not None:
            return Refusal(never)
        if not self.unlocked:
            return Refusal(VIEW_ONLY)
        if self._actions is None:
            return Refusal(NO_ACTIONS)
        refused = self._actions.cancel(action_id)
        return None if refused is None else Refusal(refused.reason)
