"""What gives the right to load an artifact is in the order alone: nothing shows it, records it, or hands it on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from moducop_tui import runner
from moducop_tui.__main__ import main
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.plans import make_plan
from moducop_tui.actions.running import detached, launch, notebook, put_back
from moducop_tui.actions.running.launch import Launcher
from moducop_tui.actions.running.set_aside import set_aside
from moducop_tui.cli import given_place
from moducop_tui.cli.serialise import to_json
from moducop_tui.config import Config
from moducop_tui.demo.artifacts import artifact_at
from moducop_tui.host import Host
from moducop_tui.model.acts import Act, FetchArtifact
from moducop_tui.model.artifact_place import LOCKED, shown_place
from moducop_tui.model.places import ORDERS
from moducop_tui.model.plan import Action, ActionKind, Plan
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.stored import encode
from moducop_tui.model.work import Outcome
from moducop_tui.pages.plan import plan_body
from moducop_tui.planning import prepare
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.text import plain
from tests.unit.actions_engine.engine_stage import Stage, order_of
from tests.unit.actions_updates.update_scenes import ROOTFS, client_of, scene_of
from tests.unit.cli.acting_device import Orders, acting_device

SECRET = "hunter2"
SHOWN = "https://updates.example/a/x.mender"
URLS = (
    f"{SHOWN}?token={SECRET}",
    f"{SHOWN}?a=b&X-Amz-Signature={SECRET}#{SECRET}",
    f"{SHOWN}#{SECRET}",
    f"https://updates.example/a;jsessionid={SECRET}/x.mender;v={SECRET}",
    f"https://someone:{SECRET}@updates.example/a/x.mender",
    f"https://{SECRET}@updates.example/a/x.mender?{SECRET}",
)


def install(url: str) -> Plan:
    return make_plan(Action(ActionKind.INSTALL, url), scene_of(client_of("5.x"), artifact=ROOTFS))


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        *((url, SHOWN) for url in URLS),
        (f"HTTPS://Updates.example:8443/x?{SECRET}", "HTTPS://Updates.example:8443/x"),
        (f" https://a/x?{SECRET}", "https://a/x"),
        (f"ftp://u:{SECRET}@a/x?{SECRET}", "ftp://a/x"),
        (f"https://[fe80::1]:80/x?{SECRET}", "https://[fe80::1]:80/x"),
        (f"https://u:{SECRET}?@a/x", "https://..."),
        (f"https://u:{SECRET}/z@a/x", "https://..."),
        (f"https://a/x?\n{SECRET}", "https://a/x"),
        ("https://a", "https://a"),
        (f"https://u:p@{SECRET}/z@a/x", "https://..."),
        ("https://a/@scope/x", "https://a/@scope/x"),
        (f"https:/a/x?{SECRET}", "https:/a/x"),
        (f"https//a/x#{SECRET}", "https//a/x"),
        (f"a.example/x;{SECRET}", "a.example/x"),
        (f"https:/u:{SECRET}@a/x", "a/x"),
        (f"https:\\\\a\\x?{SECRET}", "https:\\\\a\\x"),
        (f"?{SECRET}", ""),
        ("/data/x?y#z;1.mender", "/data/x?y#z;1.mender"),
        ("stick:/dev/sda1:a?b;c#d", "stick:/dev/sda1:a?b;c#d"),
    ],
)
def test_of_a_place_no_more_is_shown_than_may_be(place: str, shown: str) -> None:
    assert shown_place(place) == shown


@pytest.mark.parametrize("url", URLS)
def test_neither_a_plan_nor_what_is_made_of_it_shows_the_secret(url: str) -> None:
    plan = install(url)
    assert plan.action.subject == SHOWN
    assert plan.action.place == url
    fetch = plan.steps[0].act
    assert isinstance(fetch, FetchArtifact)
    assert (fetch.url, fetch.secret) == (SHOWN, url)
    order = order_of(plan)
    body = "\n".join(plain(row) for row in plan_body(plan, 400))
    for told in (
        repr(plan), repr(order), json.dumps(to_json(plan)), json.dumps(encode(order)), json.dumps(encode(fetch)), body,
        plan.title, plan.action.words, *order.commands,
    ):  # fmt: skip
        assert SECRET not in told
    assert SHOWN in body


class Watched:
    """An executor's stage on which everything that leaves it is looked at while the download runs."""

    def __init__(self, root: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage = Stage(root, install(url))
        self.seen: list[str] = []
        self.fetched: list[str | None] = []
        self.sent: list[str] = []
        monkeypatch.setattr(notebook, "send", self._send)
        monkeypatch.setattr(put_back, "send", self._send)
        first = self.stage.plan.steps[0].act
        self.stage._perform = self._fetch  # type: ignore[method-assign]
        assert isinstance(first, FetchArtifact)

    def _send(self, _: Host, fields: dict[str, Any]) -> None:
        self.sent.append(repr(fields))

    def _fetch(self, act: Act, kit: Kit) -> Result:
        if isinstance(act, FetchArtifact):
            self.fetched.append(act.secret)
            self.seen += all_that_is_kept(self.stage.root)
            kit.say("loading")
            return Result(False, "It broke off.")
        return Result(True, "Done.")


def all_that_is_kept(root: Path) -> list[str]:
    """Every file below the root that holds the secret, names included."""
    return [str(path) for path in root.rglob("*")
            if SECRET in path.name or (path.is_file() and SECRET.encode() in path.read_bytes())]  # fmt: skip


@pytest.mark.parametrize("url", URLS[:4])
def test_the_executor_is_told_by_the_order_and_writes_it_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    watched = Watched(tmp_path, url, monkeypatch)
    plan = watched.stage.plan
    action_id = watched.stage.post(order_of(plan, typed=plan.phrase))
    order = Host(tmp_path).path(f"{ORDERS}/{action_id}.order")
    assert all_that_is_kept(tmp_path) == [str(order)]
    assert order.stat().st_mode & 0o777 == 0o600
    assert order.parent.stat().st_mode & 0o777 == 0o700
    assert watched.stage.run_as(action_id) is Outcome.FAILED
    assert watched.fetched == [url]
    assert watched.seen == []
    assert all_that_is_kept(tmp_path) == []
    assert watched.sent
    assert not any(SECRET in one for one in watched.sent)
    record = watched.stage.newest
    assert record.action.subject == SHOWN
    assert SECRET not in json.dumps(to_json(record))
    assert set_aside(Host(tmp_path)) is None


@pytest.mark.parametrize("url", URLS)
def test_no_word_of_the_service_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    started: list[str] = []

    def run(argv: Sequence[str], *_: object) -> None:
        started.extend(argv)
        raise detached.DetachError("not here")

    monkeypatch.setattr(runner, "run", run)
    monkeypatch.setattr(launch, "why_never", lambda _: None)
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    launcher = Launcher(Config(root=tmp_path), Host(tmp_path))
    assert isinstance(launcher.start(order_of(install(url))), Unavailable)
    assert any(f"install {SHOWN}" in word for word in started)
    assert not any(SECRET in word for word in started)
    assert all_that_is_kept(tmp_path) == []


@pytest.mark.parametrize("url", [*URLS, f"http://a b/?{SECRET}", f"https:///{SECRET}?{SECRET}"])
def test_why_it_can_t_be_read_does_not_tell_it(url: str) -> None:
    url = url.replace("updates.example", "127.0.0.1:1")
    found = read_artifact(Host(), url)
    assert isinstance(found, Unavailable)
    assert SECRET not in found.reason.replace(f"https:///{SECRET}", "")


class Elsewhere:
    """Looks at artifacts on a server; which places were looked at."""

    def __init__(self) -> None:
        self.places: list[str] = []

    def artifact(self, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False) -> Unavailable:
        if listed:
            return Unavailable(LOCKED)
        self.places.append(place)
        return Unavailable("It is not there.")

    def free(self) -> int:
        return 1 << 30


def test_the_look_is_taken_at_the_whole_url() -> None:
    looks, device = Elsewhere(), acting_device(Orders())
    object.__setattr__(device, "inspect", looks)
    plan = prepare(device, Config(), Action(ActionKind.INSTALL, URLS[0]), scene_of(client_of("5.x")).readings)
    assert looks.places == [URLS[0]]
    assert SECRET not in repr(plan)


@pytest.mark.parametrize("typed", [f"{URLS[0]}\n", f"  {URLS[0]}  \nmore\n", f"{URLS[0]}"])
def test_the_command_line_takes_a_place_from_its_input(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looks, device = Elsewhere(), acting_device(Orders())
    object.__setattr__(device, "inspect", looks)
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["install", "-", "--json", "--yes"], device) == 3
    assert looks.places == [URLS[0]]
    out = capsys.readouterr().out
    assert json.loads(out)["plan"]["action"]["subject"] == SHOWN
    assert SECRET not in out


def test_a_person_types_it_unseen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    looks, device = Elsewhere(), acting_device(Orders())
    object.__setattr__(device, "inspect", looks)
    monkeypatch.setattr(given_place, "is_terminal", lambda _: True)
    monkeypatch.setattr("getpass.getpass", lambda _: URLS[0])
    assert main(["install", "-", "--dry-run", "--yes"], device) == 3
    assert looks.places == [URLS[0]]
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize("typed", ["", "\n", "  \nhttps://a/x\n", " "])
def test_an_empty_input_names_nothing(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    looks, device = Elsewhere(), acting_device(Orders())
    object.__setattr__(device, "inspect", looks)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert main(["install", "-"], device) == 3
    assert looks.places == []
    assert "No artifact was named" in capsys.readouterr().err


def test_the_simulated_device_keeps_it_back_too() -> None:
    kept = artifact_at(URLS[0])
    assert kept is not None
    assert kept.artifact.place == SHOWN
