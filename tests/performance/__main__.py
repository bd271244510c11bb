"""`make bench-performance`: prints one table of starts and one of programs at rest, ours and its peers', in one run."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tests.performance.measure import Rest, Start, Starts, rest, start
from tests.performance.programs import CONSOLE, DEMO, HELLO, Program, installed_peers
from tests.performance.world import twelve_containers


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance", description=__doc__)
    parser.add_argument("--repeat", type=int, default=9, help="starts a program; the median counts")
    parser.add_argument("--settle", type=float, default=5.0, help="seconds before a program counts as at rest")
    parser.add_argument("--seconds", type=float, default=30.0, help="seconds that a program at rest is watched")
    wanted = parser.parse_args()
    with twelve_containers() as world:
        peers = installed_peers()
        print_starts({program: start(program, world, wanted.repeat) for program in (HELLO, CONSOLE, DEMO, *peers)})
        at_rest = {program: rest(program, world, wanted.settle, wanted.seconds) for program in (HELLO, CONSOLE, *peers)}
        print_rests(at_rest)


def print_starts(starts: dict[Program, Starts]) -> None:
    """Seconds and bytes to the first picture and to the first whole screen, and the ratio to the bare Textual app."""
    moments: tuple[tuple[str, Callable[[Starts], Start]], ...] = (
        ("first picture", lambda one: one.first),
        ("first whole screen", lambda one: one.whole),
    )
    for title, moment in moments:
        bare = moment(starts[HELLO])
        print(f"\nStart to {title}, 80x24, 12 containers")
        print(f"{'program':22}{'wall s':>9}{'ratio':>7}{'CPU s':>9}{'ratio':>7}{'bytes':>9}")
        for program, both in starts.items():
            value = moment(both)
            print(
                f"{program.name:22}{value.wall:9.3f}{value.wall / bare.wall:7.2f}"
                f"{value.cpu:9.3f}{value.cpu / bare.cpu:7.2f}{value.sent:9d}"
            )


def print_rests(rests: dict[Program, Rest]) -> None:
    """What a program costs that is only looked at."""
    ours = rests[CONSOLE]
    print("\nAt rest, 12 containers running")
    print(f"{'program':22}{'CPU % of a core':>16}{'to ours':>9}{'RSS MiB':>9}{'PSS MiB':>9}{'bytes/min':>11}")
    for program, value in rests.items():
        ratio = value.cpu_share / ours.cpu_share if ours.cpu_share else float("nan")
        print(
            f"{program.name:22}{value.cpu_share * 100:16.2f}{ratio:9.2f}"
            f"{value.resident:9.1f}{value.proportional:9.1f}{value.sent_per_minute:11.0f}"
        )


if __name__ == "__main__":
    main()
