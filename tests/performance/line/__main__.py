"""`make bench-line`: what the console costs on a serial line, beside stock Textual and what Debian has, in one run.

Without a word: the whole table, then answers to keys, CPU and the painter's share. One of them alone by its word;
`hangups` and `noise` are no part of the table: they end with 1 when something was left behind or broken.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from tests.performance.line import answers, cpu, hangups, noise, painting, table
from tests.performance.line.peers import PEERS, installed, walk_peer
from tests.performance.line.stage import OURS, STOCK
from tests.performance.line.steps import FLOW_SECONDS, walk
from tests.performance.line.terminals import RATES, TERMINALS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.performance.line.steps import Costs
    from tests.performance.line.terminals import Terminal

WORDS = ("all", "bytes", "answers", "cpu", "painting", "hangups", "noise")


def main() -> int:
    """Measure and print."""
    wanted = _arguments()
    if wanted.what in ("all", "bytes"):
        show(table.lines(_bytes(wanted)))
    if wanted.what in ("all", "answers"):
        show(answers.report(wanted.baud, _drivers(wanted)))
    if wanted.what in ("all", "cpu"):
        show(cpu.report())
    if wanted.what in ("all", "painting"):
        show(painting.report())
    if wanted.what == "hangups":
        return hangups.run(wanted.times)
    if wanted.what == "noise":
        return noise.run(wanted.bytes)
    return 0


def show(lines: Iterable[str]) -> None:
    """Print each line as soon as it is measured."""
    for line in lines:
        print(line, flush=True)


def _arguments() -> argparse.Namespace:
    names = [one.name for one in TERMINALS]
    programs = [OURS, STOCK, *(peer.name for peer in PEERS)]
    parser = argparse.ArgumentParser(
        prog="python -m tests.performance.line", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=WORDS, default="all", help="one measurement alone")
    parser.add_argument("--terminal", action="append", choices=names, help="only this one; may be repeated")
    parser.add_argument("--program", action="append", choices=programs, help="only this one; may be repeated")
    parser.add_argument("--baud", type=int, choices=sorted(RATES), action="append", help="only this speed of the line")
    parser.add_argument("--flow", type=float, default=FLOW_SECONDS, help="seconds of ten log lines a second")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds at rest, counted as a minute")
    parser.add_argument("--side-by-side", type=int, default=6, help="lines that are watched at the same time")
    parser.add_argument("--times", type=int, default=200, help="hang-ups of each kind")
    parser.add_argument("--bytes", type=int, default=1_000_000, help="bytes of noise")
    return parser.parse_args()


def _drivers(wanted: argparse.Namespace) -> list[str]:
    return [one for one in (OURS, STOCK) if wanted.program is None or one in wanted.program]


def _bytes(wanted: argparse.Namespace) -> table.Measured:
    """All cells of the table; what they count is the same however many are watched at once."""
    terminals = [one for one in TERMINALS if wanted.terminal is None or one.name in wanted.terminal]
    bauds = wanted.baud or list(RATES)
    peers = installed(set(wanted.program) if wanted.program else None)
    programs = [*_drivers(wanted), *(peer.name for peer in peers)]
    jobs = {
        table.Cell(program, terminal.name, baud): (program, terminal, baud, wanted.flow, wanted.idle)
        for terminal in terminals
        for program in programs
        for baud in bauds
    }
    with ProcessPoolExecutor(wanted.side_by_side) as pool:
        futures = {cell: pool.submit(_walk, *job) for cell, job in jobs.items()}
        measured: table.Measured = {}
        for cell, future in futures.items():
            costs = future.result()
            if costs is not None:
                measured[cell] = costs
                print(f"measured {cell.program} on {cell.terminal} at {cell.baud} baud", file=sys.stderr, flush=True)
    return measured


def _walk(program: str, terminal: Terminal, baud: int, flow: float, idle: float) -> Costs | None:
    if program in (OURS, STOCK):
        return walk(terminal, baud, driver=program, flow=flow, idle=idle)
    peer = next(one for one in PEERS if one.name == program)
    return walk_peer(peer, terminal, baud, flow=flow, idle=idle) if peer.fits(terminal) else None


if __name__ == "__main__":
    raise SystemExit(main())
