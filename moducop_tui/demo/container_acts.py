"""Acts on the containers and apps of the simulated device."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.demo.cast import ROLES, Role
from moducop_tui.demo.diary import ContainerOrder
from moducop_tui.demo.fates import spell_at
from moducop_tui.demo.journal import Journal
from moducop_tui.demo.lives import Spell
from moducop_tui.demo.state import State
from moducop_tui.demo.turn import Moment, Turn
from moducop_tui.model.acts import AwaitHealth, ControlApp, ControlContainer, RestorePrevious, Verb
from moducop_tui.model.apps import ContainerState, Health
from moducop_tui.model.log import LogFilter

_STOPPING, _STARTING = 1.4, 0.5
"""Seconds that the engine needs to stop a container, and to start one."""
_NEXT = 0.5
"""Seconds between two containers of an app."""
_STEADY = 5.0
_LOOK = 0.5
_LOG_LINES = 4
_DONE = {Verb.START: "started", Verb.STOP: "stopped", Verb.RESTART: "restarted"}


def control_container(act: ControlContainer, moment: Moment) -> Turn:
    """Start, stop or restart one container."""
    seconds = _seconds(act.verb)
    orders = tuple(_orders(act.name, act.verb, moment, 0.0))
    return Turn(seconds, f"{act.name} was {_DONE[act.verb]}.", exit_code=0, lines=(act.name,), written=orders)


def control_app(act: ControlApp, moment: Moment) -> Turn:
    """The same for all containers of an app, one after the other."""
    names = [role.name for role in ROLES if role.app == act.app]
    orders = [order for number, name in enumerate(names) for order in _orders(name, act.verb, moment, _NEXT * number)]
    word = "Started" if act.verb is not Verb.STOP else "Stopped"
    lines = tuple(f" Container {name}  {word}" for name in names)
    seconds = _seconds(act.verb) + _NEXT * len(names)
    said = f"All {len(names)} containers of {act.app} were {_DONE[act.verb]}."
    return Turn(seconds, said, exit_code=0, lines=lines, written=tuple(orders))


def _seconds(verb: Verb) -> float:
    return {Verb.START: _STARTING, Verb.STOP: _STOPPING}.get(verb, _STOPPING + _STARTING)


def _orders(name: str, verb: Verb, moment: Moment, after: float) -> Iterator[ContainerOrder]:
    if verb is not Verb.START:
        yield moment.order(after + _STOPPING - 0.2, name, runs=False)
    if verb is not Verb.STOP:
        yield moment.order(after + _seconds(verb) - 0.1, name, runs=True)


def restore_previous(act: RestorePrevious, moment: Moment) -> Turn:
    """The version before comes back; new containers are made of it when the app is started."""

    def restored(state: State, _: float) -> State:
        before = dict(state.previous).get(act.app)
        return state.with_version(act.app, before) if before else state

    gone = (moment.order(0.5, role.name, runs=False, exists=False) for role in ROLES if role.app == act.app)
    said = f"{act.directory} holds the version before."
    return Turn(0.6, said, written=(moment.deed(0.6, restored), *gone))


def await_health(act: AwaitHealth, moment: Moment) -> Turn:
    """Look ahead: what becomes of the containers is known as soon as they were told."""
    wanted = act.names or tuple(role.name for role in ROLES if role.app == act.app)
    watched = [role for role in ROLES if role.name in wanted]
    seconds = 0.0
    while seconds <= act.seconds:
        spells = [(role, spell_at(moment.world, role, moment.at + seconds)) for role in watched]
        failed = next(((role, spell) for role, spell in spells if _has_failed(spell)), None)
        if failed is not None:
            return _failed(*failed, moment, seconds)
        if all(_is_settled(spell, moment.at + seconds) for _, spell in spells):
            return Turn(seconds, _well_words([spell for _, spell in spells], watched, seconds))
        seconds += _LOOK
    return Turn(seconds, f"{watched[0].name} is not well after {seconds:.0f} s.", good=False)


def _has_failed(spell: Spell) -> bool:
    return spell.state is ContainerState.RESTARTING or (
        spell.state is ContainerState.EXITED and spell.exit_code not in (0, None)
    )


def _is_settled(spell: Spell, at: float) -> bool:
    if spell.state is not ContainerState.RUNNING:
        return False
    return spell.health is Health.HEALTHY or (spell.health is Health.NONE and at - spell.started_at >= _STEADY)


def _well_words(spells: list[Spell], watched: list[Role], seconds: float) -> str:
    word = "healthy again" if all(spell.health is Health.HEALTHY for spell in spells) else "well"
    who = watched[0].name if len(watched) == 1 else f"all {len(watched)}"
    return f"{who}: {word} after {seconds:.0f} s."


def _failed(role: Role, spell: Spell, moment: Moment, seconds: float) -> Turn:
    """With the last lines of its log, which say why."""
    journal = Journal(moment.world)
    records = journal.newest(LogFilter(container=role.name), moment.at + seconds + 0.5, _LOG_LINES)
    lines = tuple(record.line.text for record in records)
    said = f"{role.name} exited {seconds:.0f} s later with code {spell.exit_code}."
    return Turn(seconds, said, good=False, lines=lines)
