"""What this console and the real `mender-artifact` say of the same broken artifacts, for tests and for `make attack`.

python -m tests.unit.actions_artifact.against_mender --seed 1 --count 3000
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Verified
from moducop_tui.sources.artifact import read_artifact
from tests.unit.actions_artifact.made_artifacts import accepted_by_mender, make_all, verify
from tests.unit.actions_artifact.mutator import Mutant, mutants


@dataclass
class Comparison:
    """The verdicts. `wrong` names each artifact that is verified here and refused there."""

    tried: int = 0
    both: int = 0
    neither: int = 0
    wrong: list[str] = field(default_factory=list)
    stricter: Counter[str] = field(default_factory=Counter)
    """What only Mender's tool takes, by our sentence without its names and numbers."""
    unread: list[str] = field(default_factory=list)
    """Verified, but its header can't be shown."""


def compare(tried: Iterable[Mutant], place: Path) -> Comparison:
    """Ask both about each; `place` is a file that is written anew for each."""
    found = Comparison()
    for mutant in tried:
        place.write_bytes(mutant.content)
        ours, theirs = verify(place), accepted_by_mender(place)
        found.tried += 1
        if isinstance(ours, Verified):
            found.both += theirs
            found.wrong += [] if theirs else [mutant.what]
            found.unread += [] if isinstance(read_artifact(Host(), str(place)), Artifact) else [mutant.what]
        elif theirs:
            found.stricter[_kind(ours.reason)] += 1
        else:
            found.neither += 1
    return found


def _kind(reason: str) -> str:
    """A sentence without what is particular in it."""
    text = re.sub(r"^\S+ can't be used: ", "", reason)
    text = re.sub(r"(not known|does not know|makes no sense): .*", r"\1: ...", text)
    return re.sub(r"'[^']*'|\d+", "...", text)


def main() -> None:
    """Compare and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.unit.actions_artifact.against_mender", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=3000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as directory:
        sound = {
            name: path.read_bytes()
            for name, path in make_all(Path(directory), image=b"rail" * 500, fit=b"fit" * 500).items()
        }
        found = compare(mutants(sound, wanted.seed, wanted.count), Path(directory) / "x.mender")
    print(f"tried {found.tried}, taken by both {found.both}, refused by both {found.neither}")
    print(f"wrongly accepted {len(found.wrong)}", *found.wrong, sep="\n  ")
    print(f"header of a verified one not shown {len(found.unread)}", *found.unread, sep="\n  ")
    print(f"refused here alone {found.stricter.total()}")
    for sentence, count in found.stricter.most_common():
        print(f"{count:6}  {sentence}")


if __name__ == "__main__":
    main()
