"""`python -m tests.attack`: every kind of attack, as a table; ends with 1 where something was found.

Each kind runs in a process of its own, so that what one takes of memory is not counted for another.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from tests.attack.tally import Tally, table

KINDS = {
    "artifacts": ("mutated artifacts, beside mender-artifact", 2000),
    "trees": ("hostile device trees", 40),
    "engine": ("a hostile container engine", 60),
    "servers": ("hostile web servers", 150),
    "sticks": ("hostile sticks", 40),
    "log": ("hostile log text, painted", 2000),
    "input": ("hostile terminal input", 3000),
}
"""Each kind by its module, in words, and how many inputs of it are tried unless `--count` says otherwise."""
_WHOLE = 2000
"""The count for which these numbers are meant: another one shares them out."""


def main() -> int:
    """Attack."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="another one makes other inputs (1)")
    parser.add_argument("--count", type=int, default=_WHOLE, help=f"mutated artifacts; others in proportion ({_WHOLE})")
    parser.add_argument("--only", choices=list(KINDS), help="one kind alone")
    parser.add_argument("--tell", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.tell:
        return _work(arguments.only, arguments.seed, arguments.count)
    kinds = [arguments.only] if arguments.only else list(KINDS)
    tallies = []
    for kind in kinds:
        print(f"attack: {KINDS[kind][0]} ...", file=sys.stderr, flush=True)
        tallies.append(_in_a_process(kind, arguments.seed, arguments.count))
    print(table(tallies))
    return 0 if all(one.is_well for one in tallies) else 1


def _in_a_process(kind: str, seed: int, count: int) -> Tally:
    argv = [sys.executable, "-m", "tests.attack", "--tell", "--only", kind, "--seed", str(seed), "--count", str(count)]
    began = time.monotonic()
    done = subprocess.run(argv, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], check=False)
    try:
        tally = Tally(**json.loads(done.stdout))
    except (ValueError, TypeError):
        tally = Tally(kind, 1)
        tally.crash(f"the attack itself ended with {done.returncode}")
    tally.seconds = time.monotonic() - began
    return tally


def _work(kind: str, seed: int, count: int) -> int:
    share = max(1, KINDS[kind][1] * count // _WHOLE)
    tally: Tally = import_module(f"tests.attack.{kind}").attack(seed, share)
    print(json.dumps(asdict(tally)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
