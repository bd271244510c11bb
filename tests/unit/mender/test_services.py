from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.model.mender import Unit
from moducop_tui.runner import CommandError, Finished
from moducop_tui.sources.services import Services, parse_show

NAMES = ("mender-updated", "mender-client", "core-api-server")
# systemd 252, with Debian's mender-client installed and the others not.
SHOWN = (
    "LoadState=not-found\nActiveState=inactive\n\n"
    "LoadState=loaded\nActiveState=active\n\n"
    "LoadState=not-found\nActiveState=inactive\n"
)


class Systemd:
    """Stands for `systemctl`: counts how often it was started."""

    def __init__(self, answer: str | CommandError) -> None:
        self.answer = answer
        self.calls: list[list[str]] = []

    def __call__(self, argv: Sequence[str], timeout: float) -> Finished:
        self.calls.append(list(argv))
        if isinstance(self.answer, CommandError):
            raise self.answer
        return Finished(0, self.answer.encode(), b"", 0.01)


class BootedHost(Host):
    """This machine as far as it matters: systemd runs here."""

    def exists(self, device_path: str) -> bool:
        return device_path in {"/run/systemd/system", "/lib/systemd/system/mender-updated.service"}


@pytest.fixture
def now() -> list[float]:
    return [100.0]


def services(now: list[float], host: Host | None = None) -> Services:
    return Services(NAMES, host or BootedHost(), 15.0, lambda: now[0])


def test_one_call_answers_for_all(monkeypatch: pytest.MonkeyPatch, now: list[float]) -> None:
    systemd = Systemd(SHOWN)
    monkeypatch.setattr(runner, "run", systemd)
    units = services(now).units()
    assert units["mender-client"] == Unit("mender-client", True, "active")
    assert units["mender-updated"] == Unit("mender-updated", False, "inactive")
    assert len(systemd.calls) == 1
    assert systemd.calls[0][-3:] == ["mender-updated.service", "mender-client.service", "core-api-server.service"]


def test_it_is_not_asked_again_before_its_time(monkeypatch: pytest.MonkeyPatch, now: list[float]) -> None:
    systemd = Systemd(SHOWN)
    monkeypatch.setattr(runner, "run", systemd)
    asked = services(now)
    asked.units()
    now[0] += 14.9
    asked.units()
    assert len(systemd.calls) == 1
    now[0] += 0.1
    asked.units()
    assert len(systemd.calls) == 2


@pytest.mark.parametrize("answer", [CommandError("systemctl did not answer within 3 s and was ended."), "", "rubbish"])
def test_a_systemd_that_does_not_answer_leaves_what_is_installed(
    monkeypatch: pytest.MonkeyPatch, now: list[float], answer: str | CommandError
) -> None:
    monkeypatch.setattr(runner, "run", Systemd(answer))
    units = services(now).units()
    assert units["mender-updated"] == Unit("mender-updated", True, None)
    assert units["mender-client"] == Unit("mender-client", False, None)


def test_below_a_root_prefix_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, now: list[float], tmp_path: Path
) -> None:
    systemd = Systemd(SHOWN)
    monkeypatch.setattr(runner, "run", systemd)
    (tmp_path / "lib/systemd/system").mkdir(parents=True)
    (tmp_path / "lib/systemd/system/core-api-server.service").write_text("")
    units = services(now, Host(tmp_path)).units()
    assert units["core-api-server"] == Unit("core-api-server", True, None)
    assert systemd.calls == []


def test_a_masked_unit_is_present() -> None:
    found = parse_show("LoadState=masked\nActiveState=inactive\n", ["mender-updated"])
    assert found == {"mender-updated": Unit("mender-updated", True, "inactive")}


def test_an_answer_for_too_few_is_none() -> None:
    assert parse_show("LoadState=loaded\nActiveState=active\n", NAMES) is None
