"""What must survive a power cut is brought to the disk before anything else happens: seen at the kernel's own door."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from moducop_tui.actions.running import durable
from moducop_tui.actions.running.audit import AuditWriter
from moducop_tui.host import Host
from moducop_tui.model.audit_events import Ordered
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.work import Who

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Door:
    """What was brought to the disk: each file's or directory's number, and what it held then."""

    _known: dict[int, object] = field(default_factory=dict)

    def sync(self, descriptor: int) -> None:
        """In the place of ``os.fsync``."""
        number = os.fstat(descriptor).st_ino
        self._known[number] = self._look(f"/proc/self/fd/{descriptor}")

    def holds(self, path: Path) -> bool:
        """Whether the disk has it as it is now."""
        return self._known.get(path.stat().st_ino) == self._look(str(path))

    @staticmethod
    def _look(path: str) -> object:
        if not Path(path).is_dir():
            return Path(path).read_bytes()
        with os.scandir(path) as entries:
            return {(entry.name, entry.inode()) for entry in entries}


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    """Stands where the kernel is asked to bring something to the disk."""
    standing = Door()
    monkeypatch.setattr(os, "fsync", standing.sync)
    return standing


def ordered(number: int) -> Ordered:
    """An action's first event."""
    return Ordered(str(number), 1.0, 2.0, "b" * 32, Action(ActionKind.SWITCH, "A"), Who("root", "ttymxc0"), ())


@pytest.mark.parametrize("way", [AuditWriter.write, AuditWriter.note])
def test_each_line_of_the_trail_and_the_trail_itself(
    door: Door, tmp_path: Path, way: Callable[[AuditWriter, Ordered], None]
) -> None:
    writer = AuditWriter(Host(tmp_path))
    writer.open()
    trail = tmp_path / "data/moducop_tui/audit.jsonl"
    for number in range(3):
        way(writer, ordered(number))
        assert door.holds(trail)
        assert door.holds(trail.parent)
        assert door.holds(trail.parent.parent)
    writer.close()
    assert len(trail.read_bytes().splitlines()) == 3


def test_a_file_is_there_before_its_name_is(door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "slots.json"
    replace = type(place).replace

    def look_and_replace(self: Path, target: Path) -> Path:
        assert door.holds(self), "its content is on the disk before anybody can find it by its name"
        return replace(self, target)

    monkeypatch.setattr(type(place), "replace", look_and_replace)
    for content in (b"one", b"two, longer"):
        durable.write_durably(place, content)
        assert door.holds(place)
        assert door.holds(tmp_path)


def test_links_directories_and_what_is_taken_away(door: Door, tmp_path: Path) -> None:
    durable.make_directory_durably(tmp_path / "a/b")
    assert door.holds(tmp_path)
    assert door.holds(tmp_path / "a")
    for target in ("one", "two"):
        durable.link_durably(tmp_path / "link", target)
        assert door.holds(tmp_path)
    durable.remove_durably(tmp_path / "link")
    assert door.holds(tmp_path)
    assert not os.path.lexists(tmp_path / "link")
