"""The power is cut at every step of install, switch, commit and rollback, and at random instants of them.

After each cut: one slot boots; what the console says of the device, of the action and of the other slot's content is
so; and its way out leads back to a device on which nothing is pending. What was tried is printed as a table.

``MODUCOP_POWER_CUTS`` random instants (100) are drawn with the seed ``MODUCOP_POWER_CUTS_SEED``.
"""

from __future__ import annotations

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest

from .lab import Lab
from .lab_artifacts import Shelf
from .power_cut import Instant, Stage, cut, look, make_stage, start, take_way_out, wait
from .technician import Technician

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .lab_stock import Stock
    from .stand_in.fit import Client

CLIENTS: Final[tuple[Client, ...]] = ("4.0", "5.1")
INSTANTS: Final = int(os.environ.get("MODUCOP_POWER_CUTS", "100"))
SEED: Final = int(os.environ.get("MODUCOP_POWER_CUTS_SEED", "20261123"))
WORKERS: Final = 2

INSTALL: Final = ("install", "/uboot/next.mender")
ACTIONS: Final[dict[str, tuple[bool, tuple[str, ...]]]] = {
    # whether an update was installed before, which the boot then tries; the action
    "install": (False, INSTALL),
    "switch": (False, ("switch", "B")),
    "commit": (True, ("commit",)),
    "rollback": (True, ("rollback",)),
}


@dataclass
class Tried:
    """What was tried and found, and which ways out have been gone already."""

    rows: list[str] = field(default_factory=list)
    ways: dict[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@pytest.fixture(scope="module")
def stages(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Client, str], Stage]:
    """For each client and action a disk on which the action can begin."""
    place = tmp_path_factory.mktemp("stages")
    Shelf(stock).get("next.mender")
    made = {}
    for client in CLIENTS:
        images = {False: place / f"{client}-idle.img", True: place / f"{client}-installed.img"}
        with Lab(stock, client) as lab:
            lab.keep(images[False])
            lab.power_on()
            Technician(lab).do(*INSTALL)
            lab.keep(images[True])
        for name, (installed, words) in ACTIONS.items():
            made[client, name] = make_stage(name, stock, client, images[installed], words)
    return made


def _try(stage: Stage, instant: Instant, tried: Tried) -> None:
    """One cut, from the boot before it to the way out behind it."""
    stock = stage.stock
    payload, before = stock.release("2.8.0").read_bytes(), stock.release("2.7.0").read_bytes()
    where = f"{stage.name:8} {stage.client} {instant.words:24}"
    with Lab(stock, stage.client, image=stage.image) as lab:
        start(lab, stage, instant)
        wait(lab, instant)
        cut(lab)
        try:
            found = look(lab, payload, before)
            key = (stage.client, *found.state)
            with tried.lock:
                way, again = tried.ways.get(key, ()), key in tried.ways
                tried.ways.setdefault(key, ())
            if not again:
                way = take_way_out(lab)
                with tried.lock:
                    tried.ways[key] = way
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"{where}: {error}") from error
    led = "as above" if again else ", ".join(way) or "nothing to do"
    row = f"  {where} boots {'AB'[found.slot - 2]}  {found.phase:30} history: {found.outcome:8} then: {led}"
    with tried.lock:
        tried.rows.append(row)


def _all(tries: Iterator[tuple[Stage, Instant]], tried: Tried) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        all_done = [pool.submit(_try, stage, instant, tried) for stage, instant in tries]
        failures = [str(failure) for done in all_done if (failure := done.exception()) is not None]
    assert not failures, "\n".join(failures)


def _print(title: str, tried: Tried, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{title}:", *tried.rows, f"  {len(tried.rows)} cuts, all as they must be", sep="\n")


def test_at_every_step(stages: dict[tuple[Client, str], Stage], capsys: pytest.CaptureFixture[str]) -> None:
    tried = Tried()
    _all(((stage, instant) for stage in stages.values() for instant in stage.boundaries()), tried)
    _print("Power cut at every step", tried, capsys)


def test_at_random_instants(stages: dict[tuple[Client, str], Stage], capsys: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(SEED)
    tries = []
    for number in range(INSTANTS):
        stage = list(stages.values())[number % len(stages)]
        seconds = draw.uniform(0, stage.seconds + 0.2)
        tries.append((stage, Instant(f"after {seconds:6.3f} s", seconds=seconds)))
    tried = Tried()
    _all(iter(tries), tried)
    _print(f"Power cut at {INSTANTS} random instants (seed {SEED})", tried, capsys)
