"""A device that takes orders: what was ordered is remembered, and how it went is told by the topic `work`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from moducop_tui.device import Device
from moducop_tui.model.checks import AppCheck
from moducop_tui.model.plan import Power
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.readings import Readings
from moducop_tui.model.work import Order, Outcome, Record, Running, StepRecord, StepState, Work
from tests.unit.cli.fake_device import fake_device
from tests.unit.core.core_fakes import FakeSource
from tests.unit.core.well_device import WALL, well

ID = "20261123T101500Z-4711aa"


class Orders:
    """Stands behind ActionPort."""

    forbidden = None

    def __init__(self, refusal: str | None = None) -> None:
        self.given: list[Order] = []
        self._refusal = refusal

    def start(self, order: Order) -> str | Unavailable:
        """Take it down."""
        self.given.append(order)
        return ID if self._refusal is None else Unavailable(self._refusal)

    def cancel(self, action_id: str) -> Unavailable | None:
        """Nothing runs."""
        return Unavailable(f"{action_id} does not run.")


class Looks:
    """Stands behind InspectPort as far as apps are concerned."""

    def app(self, name: str) -> AppCheck:
        """An app as the well device has it."""
        return AppCheck(name, None, ("docker", "compose"), None, None, None)


def record(order: Order, outcome: Outcome, *states: StepState) -> Record:
    """How an order went: one state a step."""
    steps = tuple(
        StepRecord(f"step of {command}", command, Power.MAY, state, WALL, 1.5, 0, "as it should be")
        for command, state in zip(order.commands, states, strict=False)
    )
    return Record(ID, order.action, "Restart", order.who, WALL, None, outcome, "all is well again", steps=steps)


class WorkSource(FakeSource):
    """Shows what was ordered as running once, and then as ended with an outcome."""

    def __init__(self, orders: Orders, outcome: Outcome, *, late: bool = False) -> None:
        self._late = late
        """The end is not on record yet when the executor is seen no more."""
        self._shown = iter(self._story(orders, outcome))
        self._last: object = Work()
        super().__init__(Topic.WORK, answer=lambda _: self._tell())

    def _tell(self) -> object:
        self._last = next(self._shown, self._last)
        return self._last

    def _story(self, orders: Orders, outcome: Outcome) -> Iterable[Work]:
        while not orders.given:
            yield Work()
        begun = record(orders.given[0], Outcome.RUNNING, StepState.RUNNING, StepState.WAITING)
        yield Work(running=Running(begun, 0), held_by="restart by root")
        if self._late:
            yield Work(history=(begun,))
        yield Work(history=(record(orders.given[0], outcome, StepState.DONE, StepState.DONE),))


def acting_device(
    orders: Orders,
    outcome: Outcome = Outcome.DONE,
    readings: Readings | None = None,
    *,
    acts: bool = True,
    late: bool = False,
) -> Device:
    """The well device, or one of other readings, that can be told to do something."""
    plain = fake_device(readings or well(work=Work()))
    sources = tuple(one for one in plain.sources if one.topic is not Topic.WORK)
    return replace(
        plain,
        sources=(*sources, WorkSource(orders, outcome, late=late)),
        inspect=Looks() if acts else None,  # type: ignore[arg-type]  # apps are all that these tests look at
        actions=orders if acts else None,
    )
