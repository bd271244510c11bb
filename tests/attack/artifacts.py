"""Mutated artifacts, judged by the console and by Mender's own tool."""

from __future__ import annotations

import random
import subprocess
import tempfile
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Verified
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_artifact
from moducop_tui.sources.artifact_verify import verify_artifact
from tests.attack.judging import is_sentence, raw_in
from tests.attack.measured import peak_of_this_process
from tests.attack.mutations import mutated
from tests.attack.tally import Tally
from tests.unit.actions_artifact.made_artifacts import UNPACKERS, Parts, make_all, take_apart, untar

_KINDS = ("none", "gzip", "lzma", "app", "rich", "empty")


def attack(seed: int, count: int) -> Tally:
    """So many of them."""
    tally = Tally("artifacts")
    with tempfile.TemporaryDirectory(prefix="attack-") as directory:
        made = make_all(Path(directory))
        sound = {kind: (_parts(made[kind]), made[kind].read_bytes()) for kind in _KINDS}
        place = Path(directory) / "x.mender"
        for kind, (_, whole) in sound.items():
            place.write_bytes(whole)
            if not _judge(tally, place, f"sound, {kind}"):
                tally.crash(f"{kind}: a sound artifact is not taken by both")
        for number in range(count):
            chance = random.Random(seed * 1_000_003 + number)
            kind = chance.choice(_KINDS)
            parts, whole = sound[kind]
            way, content = mutated(parts, whole, chance)
            place.write_bytes(content)
            _judge(tally, place, f"number {number}, {kind}, {way}")
    tally.plus(peak_of_this_process(), "all of them")
    return tally


def _parts(path: Path) -> Parts:
    """An artifact without payload has no such part; then it gets an empty one."""
    try:
        return take_apart(path)
    except ValueError:
        header = untar(path.read_bytes())[2]
        suffix = header.name.removeprefix("header.tar")
        return Parts(suffix, untar(UNPACKERS[suffix](header.content)), [])


def _judge(tally: Tally, place: Path, what: str) -> bool:
    """Whether both take it."""
    tally.tried += 1
    try:
        header = read_artifact(Host(), str(place))
        verified = verify_artifact(Host(), str(place), lambda done, total: None, lambda: False)
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        tally.crash(f"{what}: {type(error).__name__}: {error!a:.200}")
        return False
    for said in (header, verified):
        if isinstance(said, Unavailable) and not is_sentence(said.reason):
            tally.crash(f"{what}: no sentence: {said.reason!a:.200}")
    if isinstance(header, Artifact) and (raw := raw_in(repr(header))) is not None:
        tally.leak(f"{what}: {raw}")
    if not (isinstance(verified, Verified) and isinstance(header, Artifact)):
        return False
    if (why := _refused_by_mender(place)) is not None:
        tally.accept(f"{what}: {why}")
    return why is None


def _refused_by_mender(place: Path) -> str | None:
    """Why Mender's tool does not take it, in its own words; None where it does."""
    for way in (["read", "--no-progress"], ["validate"]):
        done = subprocess.run(["mender-artifact", *way, place], capture_output=True, check=False)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).decode(errors="replace").strip()
            return ascii(said[-140:])
    return None
