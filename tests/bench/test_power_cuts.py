"""The power is cut at every step of install, switch, confirm, commit, rollback and an app's update, and at random.

After each cut: one slot boots; what the console says of the device, of the action, of the other slot's content and of
the application is so; and its way out leads back to a device on which nothing is pending. What was tried stands as a
table at the end of the tests' output.

``MODUCOP_POWER_CUTS`` random instants (100, over all actions) are drawn with the seed ``MODUCOP_POWER_CUTS_SEED``.
"""

from __future__ import annotations

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from .lab_artifacts import Shelf, write_app_artifact
from .lab_engine import bring_images
from .places import BENCH
from .power_cut import look, take_way_out
from .power_cut_apps import APP, UPDATE, look_at_app, take_apps_way_out
from .power_cut_stage import Cut, Outfit, Stage, cut_after, cut_at_every_step, cut_at_every_write, make_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .lab import Lab
    from .lab_stock import Stock

INSTANTS: Final = int(os.environ.get("MODUCOP_POWER_CUTS", "100"))
SEED: Final = int(os.environ.get("MODUCOP_POWER_CUTS_SEED", "20261123"))
WORKERS: Final = 2
"""How many devices boot at the same time: much of each one's time is waiting."""

INSTALL: Final = ("install", "/uboot/next.mender")
SWITCH: Final = ("switch", "B")
OLD_APP: Final = ("install", "/uboot/old-app.mender")


@dataclass(frozen=True)
class Case:
    """An action: what was done before on a device of that outfit, and the words of it."""

    name: str
    outfit: Outfit
    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    every_write: bool = False
    """Whether the power is cut at each of its writes as well. Those of a switch arm its timer, file by file."""

    def __str__(self) -> str:
        return f"{self.name} {self.outfit.client}"


def _cases() -> list[Case]:
    found = []
    for client in ("4.0", "5.1"):
        outfit = Outfit(client)
        found += [
            Case("install", outfit, INSTALL),
            Case("switch", outfit, SWITCH, every_write=client == "5.1"),
            Case("commit", outfit, ("commit",), (INSTALL,)),
            Case("rollback", outfit, ("rollback",), (INSTALL,)),
        ]
    found.append(Case("confirm", Outfit("5.1"), ("confirm",), (SWITCH,)))
    update = ("install", UPDATE)
    found.append(Case("app", Outfit("4.0", "app-1", engine=True), update, (OLD_APP,)))
    found.append(Case("app", Outfit("5.1", "app-2", engine=True), update, (OLD_APP, ("commit",))))
    return found


CASES: Final = _cases()


@dataclass
class Ways:
    """Which ways out have been gone already, by the state that they led out of."""

    gone: dict[tuple[object, ...], tuple[str, ...]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_new(self, state: tuple[object, ...]) -> bool:
        """Whether nobody has gone it, nor begun to."""
        with self.lock:
            new = state not in self.gone
            self.gone.setdefault(state, ())
        return new


@pytest.fixture(scope="module")
def ways() -> Ways:
    return Ways()


@pytest.fixture(scope="module")
def artifacts(stock: Stock) -> Stock:
    """The stock with all artifacts that are installed here."""
    Shelf(stock).get("next.mender")
    compose = (BENCH / f"device/apps/{APP}/docker-compose.yml").read_text()
    for path, version in ((OLD_APP[1], "8f249b9"), (UPDATE, "a895c3c")):
        write_app_artifact(stock.artifacts / Path(path).name, APP, version, compose, image=False)
    return stock


def _stage(case: Case, stock: Stock, place: Path) -> Stage:
    image = place / "begin.img"
    with case.outfit.lab(stock) as lab:
        if case.outfit.engine:
            bring_images(lab, stock)
        for words in case.before:
            done = lab.run(["moducop-tui", *words, "--yes", "--reason", "bench"], timeout=180)
            assert lab.is_down(5.0) if words is SWITCH else done.rc == 0, done  # the next boot tries it
        lab.keep(image)
    return make_stage(stock, case.outfit, image, case.words)


def _look_and_go_out(case: Case, lab: Lab, cut: Cut, ways: Ways) -> str:
    """What was found after the cut, as the end of a row of the table."""
    if case.outfit.engine:
        found, go_out = look_at_app(lab), take_apps_way_out
    else:
        payload, before = (lab.stock.release(version).read_bytes() for version in ("2.8.0", "2.7.0"))
        found, go_out = look(lab, payload, before, b_was_booted=cut.b_was_booted), take_way_out
    way = "as above"
    if ways.is_new((case.outfit, *found.state)):
        way = ", ".join(go_out(lab)) or "nothing to do"
    return f"boots {'AB'[found.slot - 2]}  {found.phase:30} history: {found.outcome:8} then: {way}"


def _try(case: Case, stock: Stock, cut: Cut, ways: Ways) -> str:
    """Switch on after a cut; the row of the table."""
    where = f"{case!s:12} {cut.when:24}"
    with case.outfit.lab(stock, cut.image) as lab:
        cut.image.unlink()
        try:
            return f"{where} {_look_and_go_out(case, lab, cut, ways)}"
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"{where}: {error}") from error


def _try_all(case: Case, stock: Stock, cuts: list[Cut], ways: Ways) -> list[str]:
    with ThreadPoolExecutor(WORKERS) as pool:
        tries = [pool.submit(_try, case, stock, cut, ways) for cut in cuts]
        failures = [str(failure) for one in tries if (failure := one.exception()) is not None]
    assert not failures, "\n".join(failures)
    return [one.result() for one in tries]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_after_each_power_cut_one_slot_boots_and_the_console_knows_the_way_out(
    case: Case, artifacts: Stock, ways: Ways, tmp_path: Path, tell: Callable[[str, Sequence[str]], None]
) -> None:
    stage = _stage(case, artifacts, tmp_path)
    rows = _try_all(case, artifacts, cut_at_every_step(stage, tmp_path), ways)
    if case.every_write:
        rows += _try_all(case, artifacts, cut_at_every_write(stage, tmp_path), ways)
    count = len(range(CASES.index(case), INSTANTS, len(CASES)))
    draw = random.Random(f"{SEED} {case}")
    instants = [draw.uniform(0, stage.seconds) for _ in range(count)]
    rows += _try_all(case, artifacts, cut_after(stage, instants, tmp_path), ways)
    tell(f"power cuts, the random ones with seed {SEED}", rows)
