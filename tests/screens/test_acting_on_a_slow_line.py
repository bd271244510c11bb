"""On a pseudo-terminal behind a slow line: a plan that is still on its way is not confirmed, and noise runs none."""

from __future__ import annotations

import random
import sys
import time

from tests.bench.console import Console

DEMO = (sys.executable, "-m", "moducop_tui", "--demo", "--config=/dev/null", "--baud", "9600")
BYTES_A_SECOND = 960
ASKED_BY = "asked by"
"""Stands on the screen of what is at work, and on no plan."""


def unlocked_on_apps() -> Console:
    console = Console(DEMO, term="vt220", rate=BYTES_A_SECOND)
    console.wait_for("1 Overview", 60)
    console.settle(0.5, 10)
    console.press("u")
    console.wait_for("Type yes", 20)
    console.settle(1.0, 5)
    for key in ("y", "e", "s"):
        console.press(key)
        time.sleep(0.15)
    time.sleep(0.5)
    console.press("enter")
    console.wait_for("UNLOCKED", 20)
    console.press("4")
    console.wait_for("Its log", 30)
    console.settle(1.0, 10)
    return console


def test_only_one_enter_that_comes_alone_after_the_plan_was_seen_runs_it() -> None:
    chance = random.Random(3)
    with unlocked_on_apps() as console:
        console.press("r")
        time.sleep(0.3)
        console.press("enter")
        time.sleep(0.2)
        console.press("enter")
        console.wait_for("[Enter] runs it", 30)
        console.settle(1.0, 10)
        assert ASKED_BY not in console.text(), "typed before the plan was on the terminal"
        for _ in range(30):
            console.send(bytes(chance.choice(b"\r\n\r\xff\x8fx\r") for _ in range(chance.randint(2, 9))))
            time.sleep(chance.choice([0.02, 0.15, 0.3]))
        console.settle(1.0, 10)
        assert ASKED_BY not in console.text(), "noise"
        time.sleep(0.5)
        console.press("enter")
        console.wait_for(ASKED_BY, 20)
