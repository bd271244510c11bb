"""The gate between plans and the device: what is locked, what unlocks it, and what becomes an order."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moducop_tui
from moducop_tui.actions.authority import Authority, Demand, Refusal
from moducop_tui.actions.pin import make_hash
from moducop_tui.actions.running.launch import Launcher
from moducop_tui.actions.session import authority_of
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.confirming import missing
from moducop_tui.model.plan import Action, ActionKind, Met, Plan, Precondition, Weight
from moducop_tui.model.ports import WrongPin
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.work import Order
from tests.unit.actions_engine.engine_stage import WHO, plan_of, step

LIGHT = plan_of(step("a"), step("b"))
INTERRUPTS = replace(LIGHT, weight=Weight.INTERRUPTS)
BOOTS = replace(LIGHT, action=Action(ActionKind.SWITCH, "A"), weight=Weight.BOOTS, phrase="boot A")
REFUSED = replace(LIGHT, preconditions=(Precondition("idle", "trial", Met.NO, "Commit or roll back first."),))
DOUBTED = replace(
    LIGHT, preconditions=(Precondition("daemon idle", "unknown", Met.NO, "It may deploy.", override="daemon"),)
)


class Actions:
    """Remembers what was started."""

    forbidden = None

    def __init__(self, refusal: str | None = None) -> None:
        self.orders: list[Order] = []
        self.cancelled: list[str] = []
        self._refusal = refusal

    def start(self, order: Order) -> str | Unavailable:
        if self._refusal is not None:
            return Unavailable(self._refusal)
        self.orders.append(order)
        return f"id {len(self.orders)}"

    def cancel(self, action_id: str) -> Unavailable | None:
        self.cancelled.append(action_id)
        return None


class Pins:
    def __init__(self, pin: str | None = "471147") -> None:
        self._pin = pin

    @property
    def is_set(self) -> bool:
        return self._pin is not None

    def try_pin(self, typed: str) -> WrongPin | None:
        return None if typed == self._pin else WrongPin("The PIN is wrong.", 2.0)


class Console:
    """An authority with a clock that a test turns."""

    def __init__(self, demand: Demand = Demand.NOTHING, *, pin: str | None = "471147", read_only: bool = False,
                 refusal: str | None = None) -> None:  # fmt: skip
        self.now = 0.0
        self.actions = Actions(refusal)
        self.authority = Authority(
            self.actions, WHO, Pins(pin), lambda: self.now, demand=demand, seconds=600, read_only=read_only
        )


def sentence(refused: object) -> str:
    assert isinstance(refused, Refusal)
    return refused.sentence


@pytest.mark.parametrize("demand", Demand)
def test_every_console_begins_locked_and_nothing_becomes_an_order(demand: Demand) -> None:
    console = Console(demand)
    assert not console.authority.unlocked
    for plan in (LIGHT, INTERRUPTS, BOOTS, DOUBTED):
        refused = console.authority.start(plan, "boot A", "a reason", ("daemon",))
        assert sentence(refused) == "The console is in view mode: unlock it first. Nothing was done."
    assert sentence(console.authority.cancel("id 1")).startswith("The console is in view mode")
    assert (console.actions.orders, console.actions.cancelled) == ([], [])


@pytest.mark.parametrize(
    ("demand", "typed", "unlocks"),
    [
        (Demand.NOTHING, "", True),
        (Demand.CONFIRMATION, "", False),
        (Demand.CONFIRMATION, "y", False),
        (Demand.CONFIRMATION, " Yes ", True),
        (Demand.PIN, "", False),
        (Demand.PIN, "yes", False),
        (Demand.PIN, "471147", True),
    ],
)
def test_unlocking_demands_what_is_configured(demand: Demand, typed: str, unlocks: bool) -> None:
    authority = Console(demand).authority
    assert (authority.unlock(typed) is None) is unlocks
    assert authority.unlocked is unlocks


def test_a_wrong_pin_says_how_long_to_wait() -> None:
    assert Console(Demand.PIN).authority.unlock("000000") == Refusal("The PIN is wrong.", 2.0)


def test_an_enter_without_a_pin_counts_as_no_wrong_one() -> None:
    asked = Console(Demand.PIN).authority
    assert sentence(asked.unlock("")) == "Still locked: the PIN is asked for, and nothing was typed."
    assert sentence(asked.unlock(" ")) == "The PIN is wrong."
    assert not asked.unlocked


def test_a_pin_that_is_demanded_but_not_configured_can_not_be_typed() -> None:
    authority = Console(Demand.PIN, pin=None).authority
    refused = authority.unlock("471147")
    assert "demands a PIN and has none" in sentence(refused)
    assert not authority.unlocked


@pytest.mark.parametrize("demand", Demand)
def test_read_only_is_never_unlocked(demand: Demand) -> None:
    console = Console(demand, read_only=True)
    for typed in ("", "yes", "471147"):
        assert "--read-only" in sentence(console.authority.unlock(typed))
    assert "--read-only" in sentence(console.authority.start(LIGHT))
    assert console.actions.orders == []


def test_a_device_that_can_only_be_looked_at_is_not_unlocked() -> None:
    authority = Authority(None, WHO, Pins(), lambda: 0.0, demand=Demand.NOTHING)
    assert "only be looked at" in sentence(authority.unlock())
    assert "only be looked at" in sentence(authority.start(LIGHT))


def test_it_locks_itself_when_no_key_comes() -> None:
    console = Console()
    console.authority.unlock()
    console.now = 599
    assert console.authority.seconds_left == 1
    console.authority.touched()
    console.now = 1198
    assert console.authority.seconds_left == 1
    console.now = 1199
    assert console.authority.seconds_left == 0
    console.authority.touched()
    assert console.authority.seconds_left == 0
    assert not console.authority.unlocked
    assert isinstance(console.authority.order(LIGHT), Refusal)


def test_it_can_be_locked_at_once() -> None:
    authority = Console().authority
    authority.unlock()
    authority.lock()
    assert not authority.unlocked


def test_a_confirmed_plan_becomes_an_order_with_who_what_and_why() -> None:
    console = Console()
    console.authority.unlock()
    assert console.authority.start(BOOTS, " BOOT  a ", "  try the old one ") == "id 1"
    assert console.actions.orders == [Order(BOOTS.action, WHO, ("do a", "do b"), "try the old one", (), "boot A")]


def test_a_plan_that_may_not_run_is_refused_with_its_own_remedy() -> None:
    authority = Console().authority
    authority.unlock()
    assert authority.order(REFUSED) == Refusal("Commit or roll back first.")
    assert authority.order(replace(LIGHT, steps=())) == Refusal("There is nothing to do.")


def test_what_may_be_overridden_needs_its_word_and_the_order_says_so() -> None:
    authority = Console().authority
    authority.unlock()
    assert "type 'daemon'" in sentence(authority.order(DOUBTED))
    order = authority.order(DOUBTED, overrides=("Daemon", "something else"))
    assert isinstance(order, Order)
    assert order.overrides == ("daemon",)


def test_what_the_executor_refuses_is_said_in_its_words() -> None:
    console = Console(refusal="The device is being changed.")
    console.authority.unlock()
    assert console.authority.start(LIGHT) == Refusal("The device is being changed.")


def test_below_a_root_prefix_it_can_not_be_unlocked_and_says_why(tmp_path: Path) -> None:
    config = Config(root=tmp_path, unlock="nothing")
    authority = authority_of(config, Launcher(config, Host(tmp_path)), read_only=False)
    assert "not what lies below a root prefix" in sentence(authority.unlock())
    assert list(tmp_path.iterdir()) == []


def test_a_simulated_device_is_unlocked_as_the_configuration_says_and_leaves_no_trace() -> None:
    authority = authority_of(Config(unlock="confirmation"), Actions(), read_only=False, simulated=True)
    assert authority.unlock("no") is not None
    assert authority.unlock("yes") is None


def test_wrong_pins_of_a_demo_are_counted_nowhere_on_this_machine(tmp_path: Path) -> None:
    config = Config(root=tmp_path, unlock="pin", unlock_pin=make_hash("471147"))
    authority = authority_of(config, Actions(), read_only=False, simulated=True)
    assert "The PIN is wrong" in sentence(authority.unlock("081508"))
    assert list(tmp_path.iterdir()) == []
    authority_of(config, Actions(), read_only=False).unlock("081508")
    assert list(tmp_path.iterdir()) != []


# -- no sequence of keys ---------------------------------------------------------------------------------------------

TYPED = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text(alphabet=string.ascii_letters + " ", max_size=8),
    st.sampled_from(["boot", "boot B", "bootA", "boot A!", "boot A boot A", "\nboot\tA", "b", " "]),
)


@settings(max_examples=300, deadline=None)
@given(TYPED, st.one_of(st.none(), st.text(max_size=20)), st.lists(st.text(max_size=8), max_size=3))
def test_nothing_but_the_phrase_boots_another_slot(typed: str | None, reason: str | None, overrides: list[str]) -> None:
    console = Console()
    console.authority.unlock()
    order = console.authority.order(BOOTS, typed, reason, overrides)
    is_phrase = typed is not None and typed.split() and " ".join(typed.split()).casefold() == "boot a"
    assert isinstance(order, Order) is bool(is_phrase)


@settings(max_examples=300, deadline=None)
@given(TYPED, st.one_of(st.none(), st.text(max_size=20)))
def test_nothing_but_a_reason_interrupts_service(typed: str | None, reason: str | None) -> None:
    authority = Console().authority
    authority.unlock()
    order = authority.order(INTERRUPTS, typed, reason)
    assert isinstance(order, Order) is (sum(letter.isalnum() for letter in reason or "") >= 3)


@dataclass(frozen=True)
class Unlock:
    typed: str


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class Touch:
    """Any other key."""


@dataclass(frozen=True)
class Lock:
    """The key that locks again."""


@dataclass(frozen=True)
class Start:
    """A plan that somebody tries to run, and what was typed for it."""

    plan: Plan
    typed: str | None
    reason: str | None
    overrides: tuple[str, ...]


KEYS: st.SearchStrategy[object] = st.one_of(
    st.builds(Unlock, st.sampled_from(["", "yes", "y", "471147", "471247", "boot A"])),
    st.builds(Wait, st.floats(0, 700)),
    st.builds(Touch),
    st.builds(Lock),
    st.builds(
        Start,
        st.sampled_from([LIGHT, INTERRUPTS, BOOTS, REFUSED, DOUBTED]),
        st.sampled_from([None, "boot A", "boot B"]),
        st.sampled_from([None, "x", "because"]),
        st.sampled_from([(), ("daemon",), ("other",)]),
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(Demand)), st.booleans(), st.lists(KEYS, max_size=25))
def test_no_sequence_of_keys_starts_what_was_not_unlocked_and_confirmed(
    demand: Demand, read_only: bool, keys: list[object]
) -> None:
    console = Console(demand, read_only=read_only)
    right = {Demand.NOTHING: None, Demand.CONFIRMATION: "yes", Demand.PIN: "471147"}[demand]
    until = 0.0  # told by the rules alone, beside the code that is tested
    for key in keys:
        match key:
            case Wait(seconds):
                console.now += seconds
            case Touch():
                until = console.now + 600 if console.now < until else until
                console.authority.touched()
            case Lock():
                until = 0.0
                console.authority.lock()
            case Unlock(typed):
                console.authority.unlock(typed)
                if not read_only and right in (None, typed):
                    until = console.now + 600
            case Start(plan, words, reason, overrides):
                before = len(console.actions.orders)
                console.authority.start(plan, words, reason, overrides)
                allowed = not read_only and console.now < until and missing(plan, words, reason, overrides) is None
                assert len(console.actions.orders) - before == int(allowed)


# -- no other way ----------------------------------------------------------------------------------------------------


def calls(source: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(source):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name, node


def test_only_the_authority_makes_orders() -> None:
    package = Path(moducop_tui.__file__).parent
    makers = {
        place.relative_to(package).as_posix()
        for place in package.rglob("*.py")
        for name, _ in calls(ast.parse(place.read_text()))
        if name == "Order" and "class Order" not in place.read_text()
    }
    assert makers == {"actions/authority.py"}


def test_only_the_authority_hands_orders_to_the_device() -> None:
    """`actions.start(order)`: of a device, or kept under another name that ends with `actions`."""
    package = Path(moducop_tui.__file__).parent
    found = {
        place.relative_to(package).as_posix()
        for place in package.rglob("*.py")
        for name, call in calls(ast.parse(place.read_text()))
        if name in ("start", "cancel")
        and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func.value).endswith("actions")
    }
    assert found == {"actions/authority.py"}


def imports_hands(source: ast.AST) -> bool:
    named = [node.module or "" for node in ast.walk(source) if isinstance(node, ast.ImportFrom)]
    named += [name.name for node in ast.walk(source) if isinstance(node, ast.Import) for name in node.names]
    return any(name.startswith("moducop_tui.actions.hands") for name in named)


def test_only_the_executor_asks_for_hands() -> None:
    package = Path(moducop_tui.__file__).parent
    users = {
        place.relative_to(package).as_posix()
        for place in package.rglob("*.py")
        if "hands" not in place.parts and imports_hands(ast.parse(place.read_text()))
    }
    assert users == {"actions/running/performance.py"}


def plan_kinds() -> list[Plan]:
    return [LIGHT, INTERRUPTS, BOOTS]


@pytest.mark.parametrize("plan", plan_kinds(), ids=lambda plan: plan.weight.value)
def test_the_same_rules_hold_where_the_order_is_made_and_where_it_is_carried_out(plan: Plan) -> None:
    for typed in (None, "boot A"):
        for reason in (None, "because"):
            authority = Console().authority
            authority.unlock()
            assert isinstance(authority.order(plan, typed, reason), Order) is (missing(plan, typed, reason, ()) is None)
