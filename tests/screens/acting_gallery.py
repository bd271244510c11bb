"""Pictures of plans, of what is at work, of the history, and of what asks for a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from moducop_tui.actions.menu import offered
from moducop_tui.actions.scene import Scene
from moducop_tui.keymap import Place, make_keymap
from moducop_tui.model.checks import Checks
from moducop_tui.model.plan import Plan
from moducop_tui.model.readings import Readings
from moducop_tui.model.work import Work
from moducop_tui.pages.confirm import Confirmation
from moducop_tui.pages.foot import key_bar, screen_keys
from moducop_tui.pages.frame import framed, room, scroll_note, window
from moducop_tui.pages.history import HistoryView, history_rows, record_body
from moducop_tui.pages.look import Look, look_at
from moducop_tui.pages.mode import Acting, Mode
from moducop_tui.pages.offers import offer_choices, place_choice
from moducop_tui.pages.overview import overview
from moducop_tui.pages.picker import OPENS_PLAN, WHOLE, Choice, PickerView, picker
from moducop_tui.pages.plan_page import PlanView, plan_page
from moducop_tui.pages.unlock import UnlockView, unlock_box
from moducop_tui.pages.update import update_body
from moducop_tui.pages.work import ended_body, idle_body, running_body
from moducop_tui.text import Line
from tests.screens import acting
from tests.screens import builders as build
from tests.screens.states import STATES

KEYMAP = make_keymap()
UNLOCKED = Mode(Acting.UNLOCKED, 590.0)
Draw = Callable[[Look], list[Line]]


def at(readings: Readings, width: int = 80, height: int = 24, mode: Mode = UNLOCKED) -> Look:
    """An unlocked look at the moment of all pictures."""
    return replace(look_at(readings, width, height, build.NOW, build.WALL), mode=mode)


def _page(place: Place, body: Callable[[Look], list[Line]]) -> Draw:
    def draw(look: Look) -> list[Line]:
        seen = window(body(look), 0, room(look, 2))
        return framed(
            look, seen.rows, [screen_keys(look, KEYMAP, place, scroll_note(seen)), key_bar(place, look.width)]
        )

    return draw


def plan_drawn(plan: Plan, offset: int = 0, **confirmed: object) -> Draw:
    """The page of a plan, and how far somebody is in confirming it."""
    confirmation = replace(Confirmation(plan), **confirmed)  # type: ignore[arg-type]  # fields of a confirmation
    return lambda look: plan_page(look, PlanView(plan.title, "", confirmation, offset=offset))[0]


def _looking(look: Look) -> list[Line]:
    view = PlanView("Switch A", "Looking at the other slot without changing it: file system, kernel, version ...")
    return plan_page(look, view)[0]


def _no_plan(look: Look) -> list[Line]:
    sentence = "Making the plan to switch A failed with an internal error, id 3f00d1; see the journal: journalctl -t x"
    return plan_page(look, PlanView("Switch A", "", failure=sentence))[0]


def _not_started(look: Look) -> list[Line]:
    sentence = "Somebody else is at work: install by root on pts/1 from 10.0.4.2. Wait until it has ended."
    plan = acting.restart_plan()
    return plan_page(look, PlanView(plan.title, "", Confirmation(plan), failure=sentence))[0]


def work_drawn(look: Look) -> list[Line]:
    """The screen `At work` while an install writes."""
    own = replace(look, says_work=True)
    running = acting.running().running
    assert running is not None
    body = running_body(own, running, room(own, 2))
    return framed(own, body, [screen_keys(own, KEYMAP, Place.WORK), key_bar(Place.WORK, own.width)])


def _ended(which: Callable[[], object], *next_words: str) -> Draw:
    def body(look: Look) -> list[Line]:
        return ended_body(look, which(), next_words)  # type: ignore[arg-type]  # a record

    return _page(Place.WORK, body)


def _history(cursor: int = 0) -> Draw:
    return _page(Place.HISTORY, lambda look: history_rows(look, HistoryView(cursor))[0])


def _record(look: Look) -> list[Line]:
    return record_body(acting.failed_record(), look.width)


def menu_drawn(look: Look, below: Sequence[Line] | None = None) -> list[Line]:
    """The menu, over Overview where nothing else is given."""
    found = offered(Scene(look.readings, Checks(), look.wall_now))
    choices = (
        Choice(one.name, str(n), sentence=one.sentence, is_dim=not one.is_possible) for n, one in enumerate(found)
    )
    view = PickerView("Actions", tuple(choices), cursor=1, enter=OPENS_PLAN)
    return picker(look, view, below or overview(look))


def offers_drawn(look: Look, below: Sequence[Line] | None = None) -> list[Line]:
    """What can be installed."""
    choices = (*offer_choices(acting.OFFERS, ("/dev/sdb1 can't be mounted: it has no file system.",)), place_choice())
    view = PickerView("Install from", choices, enter=OPENS_PLAN, sentence_rows=WHOLE)
    return picker(look, view, below or overview(look))


def unlock_drawn(look: Look, below: Sequence[Line] | None = None, **view: object) -> list[Line]:
    """The box that asks for what unlocks."""
    words = "Confirmed plans will run. It locks again 10 min after the last key, or with u."
    shown = replace(UnlockView(words, "Type yes:"), **view)  # type: ignore[arg-type]  # fields of the view
    return unlock_box(look, shown, below or overview(look))


def _trial(work: Work) -> Readings:
    trial = STATES["trial"]()
    return replace(trial, work=build.fresh(work), apps=build.fresh(build.apps()))  # type: ignore[arg-type]


ACTING_PAGES: dict[str, Draw] = {
    "plan": plan_drawn(acting.switch_plan()),
    "work": work_drawn,
    "history": _history(),
    "verdict": _page(Place.UPDATE, lambda look: update_body(replace(look, says_boot=True))),
    "menu": menu_drawn,
    "install": offers_drawn,
    "unlock": unlock_drawn,
}
"""Pages that are drawn in every state at every size."""


def acting_pictures() -> Iterator[tuple[str, Callable[[], list[Line]]]]:
    """Name and drawing of every picture."""
    for name, (draw, look) in _PICTURES.items():
        yield name, lambda draw=draw, look=look: draw(look())  # type: ignore[misc]


def _idle(mode: Mode = UNLOCKED, width: int = 80, height: int = 24, **topics: object) -> Callable[[], Look]:
    return lambda: at(build.readings(**topics), width, height, mode)


_VIEW, _READ_ONLY = Mode(), Mode(Acting.READ_ONLY)
_PICTURES: dict[str, tuple[Draw, Callable[[], Look]]] = {
    "plan_light-80x24": (plan_drawn(acting.restart_plan()), _idle()),
    "plan_interrupts-80x24": (plan_drawn(acting.reboot_plan(), typed="new IO module"), _idle()),
    "plan_boots-80x24": (plan_drawn(acting.switch_plan(), typed="boot"), _idle()),
    "plan_boots_below-80x24": (plan_drawn(acting.switch_plan(), 99, notice="Press it once more."), _idle()),
    "plan_boots-60x20": (plan_drawn(acting.switch_plan()), _idle(width=60, height=20)),
    "plan_boots-200x60": (plan_drawn(acting.switch_plan()), _idle(width=200, height=60)),
    "plan_install-80x24": (plan_drawn(acting.install_plan()), _idle()),
    "plan_install_below-80x24": (plan_drawn(acting.install_plan(), 99), _idle()),
    "plan_refused-80x24": (plan_drawn(acting.refused_plan()), _idle()),
    "plan_override-80x24": (plan_drawn(acting.override_plan(), 13), _idle()),
    "plan_in_view_mode-80x24": (plan_drawn(acting.restart_plan()), _idle(_VIEW)),
    "plan_read_only-80x24": (plan_drawn(acting.restart_plan()), _idle(_READ_ONLY)),
    "plan_looking-80x24": (_looking, _idle()),
    "plan_none-80x24": (_no_plan, _idle()),
    "plan_not_started-80x24": (_not_started, _idle()),
    "work_running-80x24": (work_drawn, _idle(work=acting.running())),
    "work_running-60x20": (work_drawn, _idle(width=60, height=20, work=acting.running())),
    "work_running-200x60": (work_drawn, _idle(width=200, height=60, work=acting.running())),
    "work_done-80x24": (_ended(acting.done_record, "Next: reboot. Boots A to try it."), _idle()),
    "work_failed-80x24": (_ended(acting.failed_record), _idle()),
    "work_cut-80x24": (_ended(acting.cut_record, "Next: rollback. Tidies up after it."), _idle()),
    "work_nothing-80x24": (_page(Place.WORK, idle_body), _idle()),
    "history-80x24": (_history(2), _idle(work=acting.history())),
    "history-60x20": (_history(2), _idle(width=60, height=20, work=acting.history())),
    "history_nothing-80x24": (_history(), _idle()),
    "history_record-80x24": (_page(Place.HISTORY, _record), _idle()),
    "verdict_trial-80x24": (ACTING_PAGES["verdict"], lambda: at(_trial(acting.trial_work()))),
    "verdict_worse-80x24": (ACTING_PAGES["verdict"], lambda: at(replace(
        STATES["trial"](), work=build.fresh(acting.trial_work())))),  # type: ignore[arg-type]  # a reading of work
    "verdict_fell_back-80x24": (ACTING_PAGES["verdict"], lambda: at(STATES["fell_back"]())),
    "verdict_nothing-80x24": (ACTING_PAGES["verdict"], _idle()),
    "menu_idle-80x24": (menu_drawn, _idle()),
    "menu_trial-80x24": (menu_drawn, lambda: at(STATES["trial"]())),
    "install_list-80x24": (offers_drawn, _idle()),
    "unlock-80x24": (partial(unlock_drawn, typed="ye"), _idle(_VIEW)),
    "unlock_pin-80x24": (partial(unlock_drawn, asking="PIN:", is_secret=True, typed="4711",
                         notice="The PIN is wrong (2 wrong PINs in a row). The next one is looked at in 2 s."),
                         _idle(_VIEW)),
    "overview_running-80x24": (overview, _idle(work=acting.running())),
    "overview_ended-80x24": (overview, lambda: replace(at(build.readings()), ended=acting.failed_record())),
    "overview_timer-80x24": (overview, lambda: at(_trial(acting.trial_work(95.0)))),
    "overview_stick-80x24": (overview, lambda: replace(at(STATES["trial"]()), stick="sda1")),
    "overview_read_only-80x24": (overview, _idle(_READ_ONLY)),
}  # fmt: skip
