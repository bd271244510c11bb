"""What is loaded late is made once, by whoever first needs it, and behaves like what it stands for."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from moducop_tui.config import Config
from moducop_tui.device import real_device
from moducop_tui.late import LOADS_WITHIN, Late, LateActions, LateInspect, LateLog, LateSource
from moducop_tui.model.ports import ActionPort, InspectPort, LogPort
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.worker import read_guarded
from tests.patience import PATIENCE


class Told:
    """A source that remembers what was done with it."""

    topic = Topic.SLOTS
    cadence = 7.0
    time_limit = 3.0

    def __init__(self) -> None:
        self.done: list[str] = []

    def read(self) -> object | Unavailable:
        self.done.append("read")
        return "value"

    def wait(self, timeout: float, wake: Wake) -> None:
        self.done.append(f"waited {timeout}")

    def close(self) -> None:
        self.done.append("closed")


def test_a_source_is_made_by_its_first_reading_and_then_does_all_that_it_is_asked() -> None:
    made: list[Told] = []

    def make() -> Told:
        made.append(Told())
        return made[-1]

    late = LateSource(Topic.SLOTS, make)
    assert made == []
    assert late.read() == "value"
    wake = Wake()
    late.wait(2.0, wake)
    wake.close()
    late.close()
    assert (late.topic, late.cadence, late.time_limit) == (Topic.SLOTS, 7.0, 3.0)
    assert [one.done for one in made] == [["read", "waited 2.0", "closed"]]


def test_a_source_that_was_never_read_is_not_made_to_be_closed() -> None:
    def make() -> Told:
        raise AssertionError("it was made")

    LateSource(Topic.SLOTS, make).close()


def test_whoever_watches_a_source_does_not_wait_until_it_is_loaded() -> None:
    loading, go_on = threading.Event(), threading.Event()

    def make() -> Told:
        loading.set()
        go_on.wait(PATIENCE)
        return Told()

    late = LateSource(Topic.SLOTS, make)
    reader = threading.Thread(target=late.read)
    reader.start()
    assert loading.wait(PATIENCE)
    assert late.time_limit == LOADS_WITHIN
    assert reader.is_alive()
    go_on.set()
    reader.join()
    assert late.time_limit == 3.0


def test_two_threads_get_the_same_thing_and_it_is_made_once() -> None:
    made: list[object] = []

    def make() -> object:
        time.sleep(0.02)
        made.append(object())
        return made[-1]

    late, got = Late(make), []
    threads = [threading.Thread(target=lambda: got.append(late.get())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert got == made * 4


def test_a_source_that_can_not_be_made_says_so_like_one_that_fails() -> None:
    def make() -> Told:
        raise ImportError("no such module")

    said = read_guarded(LateSource(Topic.SLOTS, make))  # type: ignore[arg-type]  # a property is no variable to mypy
    assert isinstance(said, Unavailable)
    assert "internal error" in said.reason


def test_each_port_has_every_method_of_what_stands_behind_it() -> None:
    for late, port in ((LateActions, ActionPort), (LateInspect, InspectPort), (LateLog, LogPort)):
        methods = {name for name in vars(port) if not name.startswith("_")}
        assert methods <= set(vars(late)), port


def test_a_real_device_below_another_root_may_never_be_changed(tmp_path: Path) -> None:
    actions = real_device(Config(root=tmp_path)).actions
    assert isinstance(actions, LateActions)
    assert "only" in (actions.forbidden or "").lower()
