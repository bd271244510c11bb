"""The lines of the audit trail by action, unread: a trail of megabytes is sorted in a moment, and told where asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from moducop_tui.model.audit_events import LINE_LIMIT, from_line
from moducop_tui.model.audit_fold import with_event
from moducop_tui.model.work import Record

MOST_ACTIONS = 4000
"""Actions that are kept in memory; two full parts of the trail hold fewer."""
_HEAD = re.compile(rb'\{"event":"([a-z ]{1,20})","id":"([ !#-\[\]-~]{1,64})"')
"""The beginning of a line as our own writer makes it."""
_KIND = re.compile(rb'"action":\{"kind":"([a-z ]{1,20})"')
_NO_STEPS = frozenset({b"step begun", b"step ended"})


class AuditedAction:
    """One action's lines, and its record once that has been asked for."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.has_ended = False
        self._lines: list[tuple[bytes, bytes]] = []
        self._told: Record | None = None

    def add(self, event: bytes, line: bytes) -> None:
        """Another line of it. A torn one ends nothing."""
        self._lines.append((event, line))
        self._told = None
        self.has_ended = self.has_ended or (event == b"ended" and from_line(line) is not None)

    def record(self) -> Record | None:
        """All that is on record; None when its order is not."""
        if self._told is None:
            self._told = self._fold(frozenset())
        return self._told

    def without_steps(self) -> Record | None:
        """The same without its steps, for less: of an action that has ended."""
        record = self._fold(_NO_STEPS)
        return None if record is None else replace(record, steps=())

    def _fold(self, left_out: frozenset[bytes]) -> Record | None:
        record: Record | None = None
        for name, line in self._lines:
            event = None if name in left_out else from_line(line)
            record = record if event is None else with_event(record, event)
        return record


class AuditIndex:
    """All actions of a trail, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._actions: dict[str, AuditedAction] = {}

    def add(self, line: bytes) -> None:
        """A line of the trail; what is none of ours is passed over."""
        head = _HEAD.match(line)
        if head is None or len(line) > LINE_LIMIT:
            return
        event, action_id = head[1], head[2].decode("ascii", "replace")
        action = self._actions.get(action_id)
        if action is None:
            kind = _KIND.search(line)
            if event != b"ordered" or kind is None:
                return  # its order is not there any more
            action = self._actions[action_id] = AuditedAction(kind[1].decode("ascii"))
            if len(self._actions) > MOST_ACTIONS:
                del self._actions[next(iter(self._actions))]
        action.add(event, line)

    def clear(self) -> None:
        """Forget everything."""
        self._actions.clear()

    @property
    def open_ids(self) -> frozenset[str]:
        """Ids of actions that have no end on record."""
        return frozenset(action_id for action_id, action in self._actions.items() if not action.has_ended)

    def newest_first(self) -> Iterator[AuditedAction]:
        """All actions, the last one that was ordered first."""
        yield from reversed(self._actions.values())
