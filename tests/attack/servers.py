"""Every play of the hostile web server, looked at and loaded; and where it may not lead to."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from moducop_tui.actions.hands import fetch
from moducop_tui.actions.hands.fetch import fetch_artifact
from moducop_tui.host import Host
from moducop_tui.model.acts import FetchArtifact
from moducop_tui.model.places import DOWNLOADS
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources import artifact
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.web import connecting, loading, wire
from tests.attack.judging import is_sentence
from tests.attack.measured import peak_of_this_process
from tests.attack.tally import Tally
from tests.attack.web_server import PLAYS, HostileServer
from tests.unit.actions_updates.client_kits import Bench
from tests.unit.actions_updates.update_scenes import client_of, readings_of

_MOMENT = 0.3
_LONGEST = 20.0
"""Seconds of one play that are far beyond all limits, which are a moment here."""
_LIMIT = 16 << 20
_GOOD = ("more than its length",)


def attack(seed: int, count: int) -> Tally:
    """As many plays as asked for, each looked at and loaded."""
    tally = Tally("servers")
    for module, name in (
        (loading, "ANSWER_LIMIT"), (loading, "RATE_SPAN"), (wire, "SILENCE_LIMIT"), (connecting, "SILENCE_LIMIT"),
        (fetch, "LONGEST"), (artifact, "_TIME_LIMIT"), (artifact, "_GRACE"),
    ):  # fmt: skip
        setattr(module, name, _MOMENT)
    names = list(PLAYS)
    random.Random(seed).shuffle(names)
    with HostileServer() as server, tempfile.TemporaryDirectory(prefix="attack-") as directory:
        for number in range(count):
            name = names[number // 2 % len(names)]
            _try(tally, server, Path(directory), name, looks=bool(number % 2))
        for name in server.endured:
            tally.crash(f"{name}: read until the server gave up")
    tally.plus(peak_of_this_process(), "all of them")
    return tally


def _try(tally: Tally, server: HostileServer, root: Path, name: str, *, looks: bool) -> None:
    tally.tried += 1
    began = time.monotonic()
    try:
        said, good = _look(server.url(name)) if looks else _load(server.url(name), root)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        tally.crash(f"{name}: {type(error).__name__}: {error!a:.200}")
        return
    if not is_sentence(said):
        tally.crash(f"{name}: no sentence: {said!a:.200}")
    if time.monotonic() - began > _LONGEST:
        tally.crash(f"{name}: took {time.monotonic() - began:.0f} s")
    if "hunter2" in said:
        tally.leak(f"{name}: a password or token: {said!a:.200}")
    if good and name not in _GOOD:
        tally.accept(f"{name}: {said!a:.200}")
    kept = [path.name for path in Host(root).path(DOWNLOADS).glob("*") if not good]
    if kept:
        tally.leak(f"{name}: left {kept}")
    for path in Host(root).path(DOWNLOADS).glob("*"):
        path.unlink()


def _look(url: str) -> tuple[str, bool]:
    found = read_artifact(Host(), url)
    return (found.reason, False) if isinstance(found, Unavailable) else ("It was taken for an artifact.", True)


def _load(url: str, root: Path) -> tuple[str, bool]:
    idle = readings_of(client_of("5.x"))
    kit = Bench(idle, idle, root / "done").kit(root)
    result = fetch_artifact(FetchArtifact(url, f"{DOWNLOADS}/x.mender", _LIMIT), kit)
    return result.sentence, result.good
