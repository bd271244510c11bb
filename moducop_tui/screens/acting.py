"""What the keys that lead to actions do: each opens a list, a box or a plan. None of them acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from moducop_tui.actions.authority import Demand
from moducop_tui.actions.menu import STOPPED, offered
from moducop_tui.actions.scene import Scene
from moducop_tui.keymap import Place
from moducop_tui.model.apps import App, Container
from moducop_tui.model.checks import Checks
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.pages import meaning
from moducop_tui.pages.meaning import way_of
from moducop_tui.pages.picker import OPENS_PLAN, Choice, PickerView
from moducop_tui.screens.base import DeviceScreen
from moducop_tui.screens.picker import PickerScreen
from moducop_tui.screens.plan import PlanScreen
from moducop_tui.screens.unlock import UnlockScreen, unlock_view

_LOOKING: Mapping[ActionKind, str] = MappingProxyType(
    {
        ActionKind.SWITCH: "Looking at the other slot without changing it: file system, kernel, init, version ...",
        ActionKind.INSTALL: "Reading the header of the artifact ...",
        ActionKind.RESTART: "Looking at the app ...",
        ActionKind.STOP: "Looking at the app ...",
        ActionKind.START: "Looking at the app ...",
        ActionKind.PREVIOUS: "Looking at the app's directories ...",
        ActionKind.REPAIR: "Looking at what there is to repair ...",
    }
)


def perform(name: str, screen: DeviceScreen) -> None:
    """Do what a key of the table asks for. Raises KeyError for an action that nobody knows."""
    ACTIONS[name](screen)


def ask(screen: DeviceScreen, action: Action) -> None:
    """Open the plan of an action over a screen; once it was started, what is at work is shown."""
    title = f"{action.words[:1].upper()}{action.words[1:]}"
    plan = PlanScreen(screen, action, title, _LOOKING.get(action.kind, "Looking at the device ..."))
    screen.app.push_screen(plan, partial(_started, screen))


def _started(screen: DeviceScreen, action_id: str | None) -> None:
    if action_id is not None:
        screen.post_message(DeviceScreen.PlaceAsked(Place.WORK))


def toggle_lock(screen: DeviceScreen) -> None:
    """Lock, or unlock as the configuration demands it."""
    authority = screen.console.authority
    if authority.unlocked:
        authority.lock()
    elif authority.demand is Demand.NOTHING and authority.never is None:
        authority.unlock()
    else:
        screen.app.push_screen(UnlockScreen(screen, unlock_view(authority)))


def choose_action(screen: DeviceScreen) -> None:
    """Open the menu of what means something now."""
    console = screen.console
    found = offered(Scene(console.store.readings, Checks(), console.wall_clock()), _chosen(screen))
    choices = (
        Choice(one.name, str(number), sentence=one.sentence, is_dim=not one.is_possible)
        for number, one in enumerate(found)
    )

    def take(value: str | None) -> None:
        if value is None:
            return
        action = found[int(value)].action
        if action.kind is ActionKind.INSTALL:
            choose_install(screen)
        else:
            ask(screen, action)

    screen.app.push_screen(PickerScreen(screen, PickerView("Actions", tuple(choices), enter=OPENS_PLAN)), take)


def _chosen(screen: DeviceScreen) -> tuple[App, Container] | None:
    """The container under the cursor, where there is one."""
    chosen: tuple[App, Container] | None = getattr(screen, "chosen", None)
    return chosen


def choose_install(screen: DeviceScreen) -> None:
    """Open the list of what can be installed."""
    from moducop_tui.screens.install import InstallScreen

    def take(place: str | None) -> None:
        if place is not None:
            ask(screen, Action(ActionKind.INSTALL, place))

    screen.app.push_screen(InstallScreen(screen), take)


def _ask_switch(screen: DeviceScreen) -> None:
    booted = screen.console.verdict.booted
    ask(screen, Action(ActionKind.SWITCH, booted.other.value if booted else None))


def _ask_way(screen: DeviceScreen, *, key: str, otherwise: ActionKind) -> None:
    """Where `c`, `r` and `d` lead to as the device stands; where they lead nowhere, the plan says why."""
    console = screen.console
    ask(screen, way_of(key, console.store.readings, console.wall_clock()) or Action(otherwise))


def _ask_about(screen: DeviceScreen, *, restart: bool, whole: bool) -> None:
    """Restart, stop or start the chosen container, or all of its app."""
    chosen = _chosen(screen)
    if chosen is None:
        return
    app, container = chosen
    stopped = all(one.state in STOPPED for one in (app.members if whole else (container,)))
    kind = ActionKind.RESTART if restart else ActionKind.START if stopped else ActionKind.STOP
    ask(screen, Action(kind, f"app {app.name}" if whole else f"container {container.name}"))


ACTIONS: Mapping[str, Callable[[DeviceScreen], object]] = MappingProxyType(
    {
        "toggle_lock": toggle_lock,
        "choose_action": choose_action,
        "choose_install": choose_install,
        "ask_switch": _ask_switch,
        meaning.COMMIT: partial(_ask_way, key=meaning.COMMIT, otherwise=ActionKind.COMMIT),
        meaning.ROLLBACK: partial(_ask_way, key=meaning.ROLLBACK, otherwise=ActionKind.ROLLBACK),
        meaning.DISARM: partial(_ask_way, key=meaning.DISARM, otherwise=ActionKind.DISARM),
        "ask_restart": partial(_ask_about, restart=True, whole=False),
        "ask_stop": partial(_ask_about, restart=False, whole=False),
        "ask_restart_app": partial(_ask_about, restart=True, whole=True),
        "ask_stop_app": partial(_ask_about, restart=False, whole=True),
    }
)
"""What each action of the table does that belongs to no screen."""
