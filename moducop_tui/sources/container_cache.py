"""What is known of all containers, renewed with as few questions to the engine as the truth allows."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

from moducop_tui.sources.container_facts import Inspected, from_inspection, from_listing, listing_key
from moducop_tui.sources.engine import BrokenAnswerError, EngineConnection, RefusedError, SlowAnswerError, TooLargeError

PATIENCE = 4.0
"""Seconds for inspecting in one renewal; containers that are left keep the facts of the list until the next."""
CONTAINERS = 500
"""Containers that are kept at most: a device has a dozen."""


@dataclass(frozen=True, slots=True)
class _Known:
    key: tuple[object, ...]
    inspected: Inspected


class ContainerCache:
    """The facts of every container, by id."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    @property
    def inspected(self) -> list[Inspected]:
        """All containers as they were last seen."""
        return [known.inspected for known in self._known.values()]

    def renew(self, connection: EngineConnection, named: frozenset[str], everything: bool) -> None:
        """List all containers; inspect those that are `named`, new or listed differently, or `everything`.

        Raises EngineError when the engine does not even list them. One of which it gives no answer that is one has the
        facts of the list.
        """
        until = time.monotonic() + PATIENCE
        known: dict[str, _Known] = {}
        is_broken = False
        listed = connection.list_containers()
        if len(listed) > CONTAINERS:
            raise TooLargeError(
                f"{connection.engine.name} lists {len(listed)} containers, the console keeps {CONTAINERS}. "
                "docker container prune removes those that have ended."
            )
        for entry in listed:
            container_id = entry.get("Id")
            if not isinstance(container_id, str):
                continue
            before = self._known.get(container_id)
            key = listing_key(entry)
            if before is not None and before.key == key and not everything and container_id not in named:
                known[container_id] = before
                continue
            try:
                now = _look_at(connection, container_id, entry, until)
            except BrokenAnswerError:
                now, is_broken = _Known(key, from_listing(entry)), True
            if now is not None:
                known[container_id] = now
        if is_broken:
            # Docker hangs up where a question makes it fail, also when it stops: one that still lists has not stopped.
            connection.list_containers()
        self._known = known


def _look_at(
    connection: EngineConnection, container_id: str, entry: Mapping[str, object], until: float
) -> _Known | None:
    """One container inspected; None when it is gone.

    An engine that hangs over one broken container, as after a power cut, must not hide all others: its facts are then
    the few that the list has.
    """
    facts = from_listing(entry)
    if time.monotonic() < until:
        with contextlib.suppress(SlowAnswerError, RefusedError, TooLargeError):
            answer = connection.inspect(container_id)
            if answer is None:
                return None
            looked_at = from_inspection(answer)
            # What is said of another container is not said of this one: commands go by the id.
            facts = looked_at if looked_at.container.id == container_id else facts
    return _Known(listing_key(entry), facts)
