from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest

from moducop_tui import errors
from moducop_tui.model.media import Media
from moducop_tui.model.reading import Reading, Topic, Unavailable
from moducop_tui.store import Store

EMPTY = Media(sticks=())


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_topic_that_was_never_read_has_neither_value_nor_error() -> None:
    assert Store().readings.media == Reading()


def test_a_good_value_carries_the_time_of_its_publication() -> None:
    store = Store(clock=Clock())
    store.publish(Topic.MEDIA, EMPTY)
    assert store.readings.media == Reading(value=EMPTY, taken_at=100.0)


def test_a_failure_keeps_the_last_good_value_with_its_age_and_says_why() -> None:
    clock = Clock()
    store = Store(clock=clock)
    store.publish(Topic.MEDIA, EMPTY)
    clock.now = 130.0
    store.publish(Topic.MEDIA, Unavailable("udev does not answer."))
    reading = store.readings.media
    assert reading == Reading(value=EMPTY, taken_at=100.0, error="udev does not answer.", failed_at=130.0)
    assert reading.is_stale
    assert reading.age(131.0) == 31.0


def test_a_good_value_clears_the_error() -> None:
    store = Store(clock=Clock())
    store.publish(Topic.MEDIA, Unavailable("udev does not answer."))
    store.publish(Topic.MEDIA, EMPTY)
    assert store.readings.media == Reading(value=EMPTY, taken_at=100.0)


def test_a_publication_leaves_other_topics_and_earlier_readings_alone() -> None:
    store = Store()
    store.publish(Topic.MEDIA, EMPTY)
    before = store.readings
    store.publish(Topic.APPS, Unavailable("Docker does not answer."))
    assert before.apps == Reading()
    assert store.readings.media is before.media


def test_every_topic_can_be_published() -> None:
    store = Store()
    for topic in Topic:
        store.publish(topic, f"value of {topic}")
        assert store.readings.of(topic).value == f"value of {topic}"


def test_subscribers_hear_of_each_publication_until_they_leave() -> None:
    store, heard = Store(), cast("list[Topic]", [])
    leave = store.subscribe(heard.append)
    store.publish(Topic.MEDIA, EMPTY)
    leave()
    store.publish(Topic.MEDIA, EMPTY)
    assert heard == [Topic.MEDIA]


def test_a_subscriber_that_fails_is_reported_and_disturbs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[BaseException] = []
    monkeypatch.setattr(errors, "report", reported.append)
    store, heard = Store(), cast("list[Topic]", [])

    def fail(topic: Topic) -> None:
        raise ValueError(topic)

    store.subscribe(fail)
    store.subscribe(heard.append)
    store.publish(Topic.LOG, Unavailable("The journal is gone."))
    assert heard == [Topic.LOG]
    assert isinstance(reported[0], ValueError)


def test_frozen_readings_stand_still_while_live_goes_on() -> None:
    store = Store()
    states = [store.frozen]
    store.freeze()
    states.append(store.frozen)
    store.publish(Topic.MEDIA, EMPTY)
    assert store.readings.media.value is None
    store.freeze()
    assert store.readings.media.value is None
    store.thaw()
    states.append(store.frozen)
    assert states == [False, True, False]
    assert store.readings.media.value is EMPTY


def test_publications_from_many_threads_lose_nothing() -> None:
    store = Store()
    topics = list(Topic)

    def publisher(topic: Topic) -> Callable[[], None]:
        def work() -> None:
            for count in range(200):
                store.publish(topic, cast("Any", count))

        return work

    threads = [threading.Thread(target=publisher(topic)) for topic in topics]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.readings.of(topic).value for topic in topics] == [199] * len(topics)
