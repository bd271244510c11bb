"""State that somebody else than root can have written is neither believed nor added to: what acts is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moducop_tui.actions.pin import make_hash
from moducop_tui.actions.running.lock import take_lock
from moducop_tui.actions.wrong_pins import WrongPins
from moducop_tui.lock_holder import lock_holder
from moducop_tui.model.holder import Holder
from moducop_tui.model.ledger import Ledger
from moducop_tui.model.recording import UNRECORDED
from moducop_tui.model.work import Outcome
from moducop_tui.sources.ledger import read_ledger
from tests.unit.actions_engine.engine_stage import WHO, Stage, order_of, plan_of, step
from tests.unit.base.given_away import give_away

STATE = "data/moducop_tui"
RUN = "run/moducop_tui"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path, plan_of(step("a"), step("b")))
    for place in (STATE, RUN):
        (tmp_path / place).mkdir(parents=True, mode=0o700)
    return stage


@pytest.mark.parametrize("theirs", ["data", STATE, f"{STATE}/audit.jsonl"])
@pytest.mark.parametrize("overrides", [(), (UNRECORDED,)])
def test_nothing_is_done_and_the_refusal_says_whose_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, theirs: str, overrides: tuple[str, ...]
) -> None:
    (stage.root / STATE / "audit.jsonl").write_text("")
    give_away(monkeypatch, stage.root / theirs)
    action_id = stage.post(order_of(stage.plan, overrides=overrides))
    assert stage.run_as(action_id) is Outcome.REFUSED
    assert stage.performed == []
    assert (stage.root / STATE / "audit.jsonl").read_text() == ""
    answer = stage.desk.answer_of(action_id)
    assert answer is not None
    assert f"{stage.root / theirs} belongs to uid 54321, not to root: " in (answer.refused or "")
    assert "so nothing is done." in (answer.refused or "")


@pytest.mark.parametrize("theirs", ["data", STATE, "run", RUN])
def test_a_plan_says_it_before_anybody_confirms_it(stage: Stage, monkeypatch: pytest.MonkeyPatch, theirs: str) -> None:
    assert stage.work().untrusted is None
    give_away(monkeypatch, stage.root / theirs)
    assert f"{stage.root / theirs} belongs to uid 54321, not to root: " in (stage.work().untrusted or "")


@pytest.mark.parametrize("theirs", ["run", RUN, f"{RUN}/lock"])
def test_a_lock_that_somebody_else_could_hold_for_ever_is_none(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    (stage.root / RUN / "lock").write_text("")
    give_away(monkeypatch, stage.root / theirs)
    with pytest.raises(OSError, match="belongs to uid 54321"):
        take_lock(stage.host, Holder(1, "", "a", WHO, 0.0))


def test_a_lock_that_others_could_read_they_could_hold_so_they_can_not_any_more(stage: Stage) -> None:
    (stage.root / RUN / "lock").write_text("")
    (stage.root / RUN / "lock").chmod(0o644)
    take_lock(stage.host, Holder(1, "", "a", WHO, 0.0)).close()
    assert (stage.root / RUN / "lock").stat().st_mode & 0o777 == 0o600


def test_a_holder_that_somebody_else_has_written_down_is_not_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = take_lock(stage.host, Holder(1, "", "a", WHO, 0.0))
    assert lock_holder(stage.host) is not None
    give_away(monkeypatch, stage.root / RUN)
    assert lock_holder(stage.host) is None
    lock.close()


def test_an_order_that_somebody_else_could_have_changed_is_not_taken(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stage.root / RUN / "orders").mkdir(mode=0o700)
    (stage.root / RUN / "orders").chmod(0o777)
    with pytest.raises(OSError, match="may be written by everybody"):
        stage.run()
    assert stage.performed == []


@pytest.mark.parametrize("name", ["audit.jsonl", "audit.jsonl.1", "before.json"])
def test_what_it_testifies_is_not_believed_and_that_is_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert stage.run() is Outcome.DONE
    if name == "audit.jsonl.1":
        (stage.root / STATE / "audit.jsonl").rename(stage.root / STATE / name)
    (stage.root / STATE / "before.json").touch()
    give_away(monkeypatch, stage.root / STATE / name)
    work = stage.work()
    assert f"{stage.root / STATE / name} belongs to uid 54321, not to root" in (work.error or "")
    assert (work.history == ()) is name.startswith("audit")
    assert work.before is None


@pytest.mark.parametrize("place", [f"{STATE}/audit.jsonl", f"{STATE}/audit.jsonl.1", f"{RUN}/audit.jsonl"])
@pytest.mark.parametrize("kind", ["pipe", "link", "somebody's"])
def test_a_trail_without_a_size_is_looked_at_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, place: str, kind: str
) -> None:
    """A history that is hidden behind something else is not an empty one."""
    theirs = stage.root / place
    if kind == "pipe":
        os.mkfifo(theirs)
    elif kind == "link":
        theirs.symlink_to("/nowhere")
    else:
        theirs.touch()
        give_away(monkeypatch, theirs)
    said = {
        "pipe": "is no plain file: remove it.",
        "link": "is a symbolic link: remove it.",
        "somebody's": "belongs to",
    }
    for _ in range(2):  # and is seen at every look
        assert f"can't be read in /{place}: {theirs} {said[kind]}" in (stage.work().error or "")


@pytest.mark.parametrize("place", [STATE, RUN])
@pytest.mark.parametrize("kind", ["file", "pipe"])
def test_what_is_in_the_way_of_a_directory_of_ours_is_named(stage: Stage, place: str, kind: str) -> None:
    theirs = stage.root / place
    theirs.rmdir()
    if kind == "file":
        theirs.touch()
    else:
        os.mkfifo(theirs)
    named = f"{theirs} is no directory: look at it and remove it"
    assert (stage.work().error or "").endswith(f"/audit.jsonl: {named}.")
    refused = WrongPins(stage.host, make_hash("123456")).try_pin("123456")
    assert refused is None if place == RUN else named in (refused.sentence if refused else "")


@pytest.mark.parametrize("theirs", ["data", STATE, f"{STATE}/slots.json"])
def test_the_ledger_of_slots_is_not_believed_and_that_is_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    (stage.root / STATE / "slots.json").write_text("{}")
    give_away(monkeypatch, stage.root / theirs)
    ledger = read_ledger(stage.host)
    assert ledger == Ledger(error=ledger.error)
    assert f"{stage.root / theirs} belongs to uid 54321, not to root" in (ledger.error or "")


@pytest.mark.parametrize("theirs", ["data", STATE, "run", RUN])
def test_a_directory_that_is_not_roots_is_said_where_work_is_shown(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    give_away(monkeypatch, stage.root / theirs)
    assert (stage.work().error or "").startswith(f"{stage.root / theirs} belongs to uid 54321, not to root: ")


def test_for_somebody_who_may_not_look_into_it_all_is_as_before(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refused(path: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if str(path) == "moducop_tui" and dir_fd is not None:
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refused)
    work = stage.work()
    assert work.history == ()
    assert (work.error or "").endswith("can't be read: Permission denied.")
    assert read_ledger(stage.host).error == "Root is needed to read the ledger of slots (/data/moducop_tui/slots.json)."
