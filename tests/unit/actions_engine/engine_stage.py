"""A stage for the executor below a directory: plans of steps that a test makes up, hands that do what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from moducop_tui import errors
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.executor import execute
from moducop_tui.actions.running.moment import Clocks
from moducop_tui.actions.running.orders import OrderDesk, new_id
from moducop_tui.actions.running.performance import Workshop
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.acts import Act, DropFile
from moducop_tui.model.plan import Action, ActionKind, Plan, Power, Step, Weight
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.work import Order, Outcome, Record, Who, Work
from moducop_tui.sources.inspect import Inspector
from moducop_tui.sources.work import WorkSource
from tests.unit.core.well_device import well

BOOT = "b" * 32
RESTART = Action(ActionKind.RESTART, "container web")
WHO = Who("root", "ttymxc0", "10.0.4.2")


def step(words: str, *, power: Power = Power.MAY, always: bool = False, act: Act | None = None) -> Step:
    """A step whose hand finds its words in the path of its act."""
    return Step(words, f"do {words}", act or DropFile(words), power=power, always=always)


def plan_of(*steps: Step, action: Action = RESTART, weight: Weight = Weight.LIGHT) -> Plan:
    return Plan(action, "Restart web", ("It restarts.",), (), steps, weight)


def order_of(plan: Plan, **changed: object) -> Order:
    commands = tuple(one.command for one in plan.steps)
    return Order(plan.action, WHO, **{"commands": commands, **changed})  # type: ignore[arg-type]


def done(_: Act, __: Kit) -> Result:
    return Result(True, "It is done.")


@dataclass
class Stage:
    """`hands` says what becomes of each step by its words; `plan` is what the executor's own making of it gives."""

    root: Path
    plan: Plan
    hands: dict[str, Callable[[Act, Kit], Result]] = field(default_factory=dict)
    readings: Readings = field(default_factory=well)
    performed: list[str] = field(default_factory=list)
    reported: list[BaseException] = field(default_factory=list)
    wall: float = 1_770_000_000.0
    uptime: float = 100.0
    seen: list[Readings] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.boot(BOOT)
        (self.root / "data").mkdir(exist_ok=True)

    @property
    def host(self) -> Host:
        return Host(self.root)

    @property
    def clocks(self) -> Clocks:
        return Clocks(self.host, lambda: self.wall, lambda: self.uptime)

    @property
    def desk(self) -> OrderDesk:
        return OrderDesk(self.host, self.clocks)

    def boot(self, boot_id: str) -> None:
        """Another boot: what is in /run is gone."""
        import shutil

        shutil.rmtree(self.root / "run", ignore_errors=True)
        place = self.root / "proc/sys/kernel/random/boot_id"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(boot_id + "\n")

    def workshop(self) -> Workshop:
        def survey() -> Readings:
            return replace(self.readings, work=Reading(value=self.work(), taken_at=990.0))

        def plan(action: Action, readings: Readings) -> Plan:
            self.seen.append(readings)
            return self.plan

        return Workshop(
            self.host, Config(root=self.root), Inspector(Config(), self.host), survey,
            lambda topic: self.readings.of(topic).value, plan, self._failure, self.clocks, self._perform,
        )  # fmt: skip

    def run(self, order: Order | None = None) -> Outcome:
        return self.run_as(self.post(order))

    def run_as(self, action_id: str, *, listen: bool = False) -> Outcome:
        return execute(action_id, self.workshop(), listen=listen)

    def post(self, order: Order | None = None) -> str:
        action_id = new_id(self.wall)
        self.desk.post(action_id, order or order_of(self.plan))
        return action_id

    def work(self) -> Work:
        """What a console reads now."""
        value = WorkSource(Config(root=self.root), self.host).read()
        assert isinstance(value, Work)
        return value

    @property
    def newest(self) -> Record:
        return self.work().history[0]

    def _perform(self, act: Act, kit: Kit) -> Result:
        words = act.path if isinstance(act, DropFile) else type(act).__name__
        self.performed.append(words)
        return self.hands.get(words, done)(act, kit)

    def _failure(self, what: str, error: BaseException) -> str:
        self.reported.append(error)
        with patch.object(errors, "report", lambda _: "ab12cd"):
            return errors.failure(what, error)


def then(note: Callable[[], object], good: bool = True, sentence: str = "It is done.") -> Callable[[Act, Kit], Result]:
    """A hand that lets a test do something in the middle of its step."""

    def perform(_: Act, __: Kit) -> Result:
        note()
        return Result(good, sentence)

    return perform


def states(record: Record) -> Sequence[str]:
    return [one.state.value for one in record.steps]
