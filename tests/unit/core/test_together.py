"""Slots, boot environment and Mender's state are judged together, so they are shown together."""

from __future__ import annotations

import threading

from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.store import Store
from moducop_tui.together import JUDGED_TOGETHER, PATIENCE, ROUNDS, Together


class Scene:
    """A store behind `Together`, with a hand on the clock and a list of what was to be read again."""

    def __init__(self, deaf: frozenset[Topic] = frozenset()) -> None:
        self.now = 0.0
        self.asked: list[frozenset[Topic]] = []
        self.store = Store(clock=lambda: self.now)
        self.together = Together(self.store, self._read_again, clock=lambda: self.now)
        self._deaf = deaf

    def _read_again(self, topics: frozenset[Topic]) -> frozenset[Topic]:
        self.asked.append(topics)
        return topics - self._deaf

    def publish(self, topic: Topic, value: object) -> None:
        self.together.publish(topic, value)

    def begin(self) -> None:
        for topic in JUDGED_TOGETHER:
            self.publish(topic, "before")

    @property
    def shown(self) -> list[object]:
        return [self.store.readings.of(topic).value for topic in (Topic.BOOT, Topic.MENDER, Topic.SLOTS)]


def test_first_readings_wait_for_nothing() -> None:
    scene = Scene()
    scene.publish(Topic.BOOT, "before")
    assert scene.shown == ["before", None, None]
    assert scene.asked == []


def test_a_change_waits_until_the_others_have_been_read_after_it() -> None:
    scene = Scene()
    scene.begin()
    scene.publish(Topic.MENDER, "after")
    assert scene.asked == [JUDGED_TOGETHER - {Topic.MENDER}]
    assert scene.shown == ["before"] * 3
    scene.publish(Topic.SLOTS, "before")
    assert scene.shown == ["before"] * 3
    scene.publish(Topic.BOOT, "after")  # another change: the other two are read once more
    assert scene.shown == ["before"] * 3
    scene.publish(Topic.MENDER, "after")
    scene.publish(Topic.SLOTS, "before")
    assert scene.shown == ["after", "after", "before"]


def test_no_one_sees_a_part_of_it() -> None:
    scene = Scene()
    scene.begin()
    seen: list[list[object]] = []
    scene.store.subscribe(lambda _: seen.append(scene.shown))
    scene.publish(Topic.BOOT, "after")
    scene.publish(Topic.MENDER, "after")
    for topic in (Topic.BOOT, Topic.SLOTS):
        scene.publish(topic, "after" if topic is Topic.BOOT else "before")
    assert seen == [["after", "after", "before"]] * 3


def test_a_topic_that_hangs_hides_no_change_for_long() -> None:
    scene = Scene()
    scene.begin()
    scene.publish(Topic.BOOT, "after")
    scene.publish(Topic.MENDER, "before")
    scene.now += PATIENCE / 2
    scene.together.release_overdue()
    assert scene.shown == ["before"] * 3
    scene.now += PATIENCE / 2
    scene.together.release_overdue()
    assert scene.shown == ["after", "before", "before"]


def test_a_topic_that_nobody_asks_for_is_not_waited_for() -> None:
    scene = Scene(deaf=JUDGED_TOGETHER)
    scene.begin()
    scene.publish(Topic.BOOT, "after")
    assert scene.shown == ["after", "before", "before"]


def test_a_failure_counts_as_an_answer_and_is_no_change() -> None:
    scene = Scene()
    scene.begin()
    scene.publish(Topic.SLOTS, Unavailable("The partitions can't be read."))
    assert scene.asked == []
    scene.publish(Topic.BOOT, "after")
    scene.publish(Topic.SLOTS, Unavailable("The partitions can't be read."))
    scene.publish(Topic.MENDER, "before")
    assert scene.shown == ["after", "before", "before"]
    assert scene.store.readings.slots.is_stale


def test_values_that_never_stay_the_same_keep_nobody_busy() -> None:
    scene = Scene()
    scene.begin()
    for number in range(20):
        if scene.store.readings.of(Topic.BOOT).value != "before":
            break
        scene.publish(Topic.BOOT, f"boot {number}")
        scene.publish(Topic.MENDER, f"mender {number}")
        scene.publish(Topic.SLOTS, "before")
    assert len(scene.asked) == ROUNDS


def test_other_topics_go_straight_on() -> None:
    scene = Scene()
    scene.begin()
    scene.publish(Topic.BOOT, "after")
    scene.publish(Topic.STORAGE, "full")
    assert scene.store.readings.of(Topic.STORAGE).value == "full"


def test_readings_may_come_from_any_thread() -> None:
    scene = Scene(deaf=JUDGED_TOGETHER)
    scene.begin()

    def publish(topic: Topic) -> None:
        for number in range(200):
            scene.publish(topic, number)

    threads = [threading.Thread(target=publish, args=(topic,)) for topic in JUDGED_TOGETHER]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert scene.shown == [199, 199, 199]
