"""The bars at the top of every screen: what device this is, and what must be seen before anything else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from moducop_tui.roles import Role
from moducop_tui.text import Line, Span

_QUIET: Mapping[Role, Role] = MappingProxyType(
    {
        Role.TEXT: Role.HEAD,
        Role.DIM: Role.HEAD,
        Role.OK: Role.HEAD,
        Role.TITLE: Role.HEAD_TITLE,
        Role.KEY: Role.HEAD_TITLE,
        Role.WARN: Role.ALERT,
        Role.BAD: Role.ALARM,
    }
)
_LOUD: Mapping[Role, Role] = MappingProxyType({Role.WARN: Role.ALERT, Role.BAD: Role.ALARM})


def in_bar(row: Line) -> Line:
    """A row as one of the bars; one that begins with a warning is an alert to its end, so for what is bad an alarm."""
    loud = next((_LOUD.get(span.role) for span in row if span.text.strip()), None)
    return tuple(Span(span.text, loud or _QUIET.get(span.role, span.role)) for span in row)


def loud(role: Role) -> Role:
    """A warning as an alert, what is bad as an alarm; every other role as it is."""
    return _LOUD.get(role, role)
