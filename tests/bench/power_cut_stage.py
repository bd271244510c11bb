"""Where the power is cut: an action goes on its way in a small device, whose disk is kept at many moments of it.

A power cut leaves the disk as it is and nothing else. So one run of an action gives as many of them as are wanted:
everything is stopped, the disk's file copied, and everything goes on.
"""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .lab import Lab
from .power_cut import trail
from .technician import Technician

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .lab_stock import Stock
    from .stand_in.fit import Client

_ENVIRONMENT: Final = {"PYTHONPATH": "/opt/moducop_tui/source:/opt/moducop_tui/site", "PYTHONDONTWRITEBYTECODE": "1"}

_EXECUTOR: Final = """
import json, os, signal, sys, time
from moducop_tui.__main__ import main
from moducop_tui.actions.running.moment import Clocks
from moducop_tui.actions.running.orders import OrderDesk, new_id
from moducop_tui.host import Host
from moducop_tui.model.plan import Action
from moducop_tui.model.stored import decode
from moducop_tui.model.work import Order, Who

action, commands, typed, stops = json.loads(sys.argv[1])
write, fsync, begun, writes = os.write, os.fsync, [], [0]

def is_trail(descriptor):
    return os.readlink(f"/proc/self/fd/{descriptor}").endswith("/audit.jsonl")

def stand_still(at, words):
    if stops == at:
        with open("/run/lab-stopped", "w") as file:
            file.write(words)
        os.kill(os.getpid(), signal.SIGSTOP)

def write_and_stop(descriptor, content):
    if is_trail(descriptor):
        event = json.loads(content)
        what = f"step {event['step'] + 1}" if "step" in event else "action"
        if event["event"] in ("ordered", "planned"):
            begun[:] = [event["event"]]
        elif event["event"] == "step begun":
            begun[:] = [f"{what} begun"]
        else:
            stand_still("steps", f"{what} done, not noted")
    return write(descriptor, content)

def fsync_and_stop(descriptor):
    writes[0] += 1
    stand_still("writes", f"before write {writes[0]:2}")
    fsync(descriptor)
    if is_trail(descriptor) and begun:
        stand_still("steps", begun.pop())

os.write, os.fsync = write_and_stop, fsync_and_stop
order = Order(decode(Action, action), Who("root"), tuple(commands), "bench", typed=typed)
action_id = new_id(time.time())
OrderDesk(Host(), Clocks(Host())).post(action_id, order)
sys.exit(main(["work", action_id]))
"""
"""The console's own executor with an order. It says where it is and stands still, if it shall: at `steps`, each just
noted as begun or done and not yet noted as done; or at `writes`, each moment at which it waits for the disk."""

_STANDS: Final = """
pid=$(cat /run/lab-executor)
until [ -e /run/lab-stopped ] && grep -q '^State:.T' "/proc/$pid/status"; do
    kill -0 "$pid" || exit 1
    sleep 0.01
done
cat /run/lab-stopped
"""
_GO_ON: Final = "rm /run/lab-stopped; kill -CONT $(cat /run/lab-executor)"
_FIRST_LINE: Final = """
until [ "$(stat -c %s /data/moducop_tui/audit.jsonl 2>/dev/null)" != "$(cat /run/lab-trail)" ]; do
    kill -0 $(cat /run/lab-executor) || exit 1
    sleep 0.01
done
"""
_LONGEST: Final = 60.0


@dataclass(frozen=True)
class Outfit:
    """What a device has: its Mender client, its module for applications, and whether Docker runs."""

    client: Client
    app_module: str = "app-1"
    engine: bool = False

    def lab(self, stock: Stock, image: Path | None = None) -> Lab:
        """Such a device, switched off, with a copy of that disk."""
        return Lab(stock, self.client, app_module=self.app_module, image=image, engine=self.engine)


@dataclass
class Stage:
    """A disk on which an action can begin, and what the person confirmed."""

    stock: Stock
    outfit: Outfit
    image: Path
    action: dict[str, Any]
    commands: list[str]
    typed: str | None
    seconds: float = 0.0
    """From the action's first line in the trail to its last, when nobody stops it."""

    def lab(self) -> Lab:
        """The device on which it begins."""
        return self.outfit.lab(self.stock, self.image)


@dataclass(frozen=True)
class Cut:
    """A disk as a power cut left it."""

    when: str
    image: Path
    b_was_booted: bool
    """Whether slot B had been booted before: a boot changes its superblock."""


def make_stage(stock: Stock, outfit: Outfit, image: Path, words: Sequence[str]) -> Stage:
    """Plan the action of these words on that disk."""
    with outfit.lab(stock, image) as lab:
        plan = Technician(lab).plan(*words)
    assert plan["refusal"] is None, plan["refusal"]
    return Stage(stock, outfit, image, plan["action"], [step["command"] for step in plan["steps"]], plan["phrase"])


def cut_at_every_step(stage: Stage, place: Path) -> list[Cut]:
    """The disk at each step just noted as begun, and at each done and not yet noted as done, in the directory
    ``place``."""
    return _cut_where_it_stands(stage, place, "steps")


def cut_at_every_write(stage: Stage, place: Path) -> list[Cut]:
    """The disk at each moment at which the action waits for it: what is written then is what a cut can leave."""
    return _cut_where_it_stands(stage, place, "writes")


def _cut_where_it_stands(stage: Stage, place: Path, stops: str) -> list[Cut]:
    """Measures how long the action takes, too."""
    cuts: list[Cut] = []
    took = goes_on = 0.0
    with stage.lab() as lab:
        _start(lab, stage, stops)
        while (when := _stands(lab)) is not None:
            took += time.monotonic() - goes_on if cuts else 0.0
            cuts.append(_keep(lab, when, place / f"{stops}-{len(cuts)}.img"))
            goes_on = time.monotonic()
            lab.sh(_GO_ON)
        stage.seconds = took + time.monotonic() - goes_on
        if "reboot" in stage.commands[-1]:
            lab.await_reboot()
        events = trail(lab)
    assert events[-1].get("outcome") == "done", [event.get("sentence") for event in events]
    return cuts


def cut_after(stage: Stage, seconds: Sequence[float], place: Path) -> list[Cut]:
    """The disk so long after the action's first line in the trail, in the directory ``place``."""
    cuts: list[Cut] = []
    with stage.lab() as lab:
        _start(lab, stage, "never")
        lab.sh(_FIRST_LINE, timeout=_LONGEST).check()
        began = time.monotonic()
        for after in sorted(seconds):
            time.sleep(max(began + after - time.monotonic(), 0.0))
            before = time.monotonic()
            cuts.append(_keep(lab, f"after {after:6.3f} s", place / f"random-{len(cuts)}.img"))
            began += time.monotonic() - before  # it stood still meanwhile
    return cuts


def _keep(lab: Lab, when: str, image: Path) -> Cut:
    lab.copy_as_cut(image)
    return Cut(when, image, any(choice.slot == 3 for choice in lab.choices))


def _start(lab: Lab, stage: Stage, stops: str) -> None:
    """Start the executor in a session of its own. Streaming is slowed down, that instants can fall into it."""
    lab.sh("echo 16000000 >/run/mender-stand-in-pace").check()
    lab.sh("stat -c %s /data/moducop_tui/audit.jsonl >/run/lab-trail 2>/dev/null || :").check()
    order = json.dumps([stage.action, stage.commands, stage.typed, stops])
    script = 'setsid python3 -c "$1" "$2" </dev/null >/run/lab-executor.log 2>&1 & echo $! >/run/lab-executor'
    lab.run(["sh", "-c", script, "sh", _EXECUTOR, order], env=_ENVIRONMENT).check()


def _stands(lab: Lab) -> str | None:
    """Wait until the executor stands still, and say where; None when it has ended, or the device has gone down."""
    try:
        found = lab.sh(_STANDS, timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        log = lab.run(["cat", "/run/lab-executor.log"]).stdout
        raise AssertionError(f"the executor came neither to its end nor to a stop:\n{log}") from None
    return found.out if found.rc == 0 else None
