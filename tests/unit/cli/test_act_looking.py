"""What a command may look at for its plan: a server only with a word for it, read-only nothing but what is listed."""

from __future__ import annotations

import builtins
import io
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from moducop_tui import config, read_once
from moducop_tui.__main__ import main
from moducop_tui.actions.pin import make_hash
from moducop_tui.cli import confirm
from moducop_tui.config import Config
from moducop_tui.device import Device
from moducop_tui.model.artifact import Artifact
from moducop_tui.model.artifact_place import LOCKED
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.work import Work
from tests.unit.actions_updates.update_scenes import ROOTFS
from tests.unit.cli.acting_device import Orders, acting_device
from tests.unit.core.well_device import well

URL, PATH, LISTED = "https://updates.example/x.mender", "/root/x.mender", "/data/x.mender"
STICK = "stick:/dev/sda1:x.mender"
Guarded = Callable[[str], None]


class Looks:
    """Stands behind InspectPort. `looked` has what was really looked at."""

    def __init__(self) -> None:
        self.looked: list[str] = []

    def artifact(self, place: str, gave_up: object = None, *, listed: bool = False) -> Artifact | Unavailable:
        """Everywhere the same artifact; before unlocking only in one place."""
        if listed and place != LISTED:
            return Unavailable(LOCKED)
        self.looked.append(place)
        return ROOTFS

    def free(self) -> int:
        """Room enough."""
        return 4 << 30


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATHS", ())
    monkeypatch.setattr(read_once, "DISTANCE", 0.0)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> Guarded:
    """The configuration demands a PIN, and this comes on standard input."""

    def demand(typed: str) -> None:
        made = Config(unlock="pin", unlock_pin=make_hash("471147"))
        monkeypatch.setattr("moducop_tui.__main__.load", lambda *_: made)
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))

    return demand


def looking(orders: Orders | None = None) -> tuple[Device, Looks]:
    looks = Looks()
    device = acting_device(orders or Orders(), readings=well(work=Work()))
    return replace(device, inspect=looks, simulated=True), looks  # type: ignore[arg-type]  # all that is looked at


@pytest.mark.parametrize("place", [URL, PATH, STICK])
@pytest.mark.parametrize("said", [["--dry-run"], ["--yes"], ["--dry-run", "--yes"], ["--json"], []])
def test_read_only_holds_for_looks_too(place: str, said: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    device, looks = looking()
    assert main(["--read-only", "install", place, *said], device) == 3
    assert looks.looked == []
    told = "".join(capsys.readouterr())
    assert "no other path, and no URL" in told
    assert "--read-only: it shows, and can't be unlocked" in told


def test_read_only_shows_what_is_listed() -> None:
    device, looks = looking()
    main(["--read-only", "install", LISTED, "--dry-run"], device)
    assert looks.looked == [LISTED]


@pytest.mark.parametrize("said", [["--dry-run"], ["--dry-run", "--json"], [], ["--json"]])
def test_no_server_is_asked_without_a_word_for_it(said: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    device, looks = looking()
    assert main(["install", URL, *said], device) == 3
    assert looks.looked == []
    assert "Say --yes" in "".join(capsys.readouterr())


def test_with_yes_the_server_is_asked_and_a_dry_run_stays_one() -> None:
    orders = Orders()
    device, looks = looking(orders)
    main(["install", URL, "--yes", "--dry-run"], device)
    assert looks.looked == [URL]
    assert orders.given == []


@pytest.mark.parametrize(("typed", "looked"), [("yes", [URL]), ("", []), ("no", []), ("install B", [])])
def test_at_a_terminal_a_word_is_typed_first(
    typed: str, looked: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(confirm, "is_terminal", lambda _: True)
    monkeypatch.setattr(builtins, "input", lambda _: typed)
    device, looks = looking()
    main(["install", URL, "--dry-run"], device)
    assert looks.looked == looked
    capsys.readouterr()


@pytest.mark.parametrize("place", [PATH, STICK])
def test_root_at_a_shell_may_look_at_a_file_that_it_names(place: str) -> None:
    device, looks = looking()
    main(["install", place, "--dry-run"], device)
    assert looks.looked == [place]


@pytest.mark.parametrize("place", [PATH, STICK, URL])
def test_where_a_pin_guards_the_device_it_comes_first(
    place: str, guarded: Guarded, capsys: pytest.CaptureFixture[str]
) -> None:
    guarded("000000")
    device, looks = looking()
    assert main(["install", place, "--dry-run", "--yes"], device) == 3
    assert looks.looked == []
    guarded("471147")
    device, looks = looking()
    main(["install", place, "--dry-run", "--yes"], device)
    assert looks.looked == [place]
    capsys.readouterr()


def test_of_what_is_listed_the_plan_is_shown_without_a_pin(guarded: Guarded) -> None:
    guarded("")
    device, looks = looking()
    main(["install", LISTED, "--dry-run"], device)
    assert looks.looked == [LISTED]


@pytest.mark.parametrize("place", [PATH, URL])
def test_who_can_never_act_looks_at_nothing_else(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    orders.forbidden = "Only root may change the device: start moducop-tui as root."  # type: ignore[assignment]
    device, looks = looking(orders)
    assert main(["install", place, "--yes", "--dry-run"], device) == 3
    assert looks.looked == []
    capsys.readouterr()
