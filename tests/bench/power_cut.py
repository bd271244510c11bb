"""One action of the console, the power cut somewhere in it, and a look at what is there after the next boot."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .lab import Lab
from .technician import Technician

if TYPE_CHECKING:
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

action, commands, typed, stop_at, side = json.loads(sys.argv[1])
line, write, fsync = [-1], os.write, os.fsync

def is_trail(descriptor):
    return os.readlink(f"/proc/self/fd/{descriptor}").endswith("/audit.jsonl")

def stop(at):
    if line[0] == stop_at and side == at:
        open("/run/lab-stopped", "w").close()
        os.kill(os.getpid(), signal.SIGSTOP)

def counted_write(descriptor, content):
    if is_trail(descriptor):
        line[0] += 1
        stop("before")
    return write(descriptor, content)

def counted_fsync(descriptor):
    fsync(descriptor)
    if is_trail(descriptor):
        stop("after")

os.write, os.fsync = counted_write, counted_fsync
order = Order(decode(Action, action), Who("root"), tuple(commands), "bench", typed=typed)
action_id = new_id(time.time())
OrderDesk(Host(), Clocks(Host())).post(action_id, order)
sys.exit(main(["work", action_id]))
"""
"""The console's own executor with an order; it stops at a line of its trail, before it or after it is on the disk."""

_RECORDS: Final = ("ordered", "planned", "step begun")
_LONGEST: Final = 60.0


@dataclass(frozen=True)
class Instant:
    """When the power is cut: at the ``line``-th line of the trail, or ``seconds`` after the first."""

    words: str
    line: int = -1
    side: str = "-"
    seconds: float | None = None


@dataclass
class Stage:
    """A disk on which an action can begin, what the person confirmed, and how it goes when nobody cuts it."""

    name: str
    stock: Stock
    client: Client
    image: Path
    action: dict[str, Any]
    commands: list[str]
    typed: str | None
    events: list[dict[str, Any]]
    seconds: float
    """From the action's first line in the trail to its last."""

    def boundaries(self) -> list[Instant]:
        """Each step just noted as begun, each one done and not yet noted as done, and what lies around them."""
        found = []
        for line, event in enumerate(self.events):
            kind = str(event["event"])
            step = f"step {event['step'] + 1}" if "step" in event else "action"
            if kind in _RECORDS:
                words = {"ordered": "ordered", "planned": "planned"}.get(kind, f"{step} begun")
                found.append(Instant(words, line, "after"))
            else:
                found.append(Instant(f"{step} done, not noted", line, "before"))
        return found


def make_stage(name: str, stock: Stock, client: Client, image: Path, words: tuple[str, ...]) -> Stage:
    """Plan the action on the disk ``image``, and let it go to its end once to see how it goes."""
    with Lab(stock, client, image=image) as lab:
        technician = Technician(lab)
        plan = technician.plan(*words)
        assert plan["refusal"] is None, plan["refusal"]
        commands = [step["command"] for step in plan["steps"]]
        stage = Stage(name, stock, client, image, plan["action"], commands, plan["phrase"], [], 0.0)
        start(lab, stage, Instant("never"))
        wait(lab, Instant("never"))
        if lab.is_down():
            lab.await_reboot()
        stage.events = trail(lab)
        assert stage.events[-1]["event"] == "ended", stage.events[-1]
        assert stage.events[-1]["outcome"] == "done", [event.get("sentence") for event in stage.events]
        stage.seconds = stage.events[-1]["at"] - stage.events[0]["at"]
    return stage


def start(lab: Lab, stage: Stage, instant: Instant) -> None:
    """Start the executor in a session of its own. Streaming is slowed down, that instants can fall into it."""
    lab.sh("echo 16000000 >/run/mender-stand-in-pace").check()
    lab.sh("stat -c %s /data/moducop_tui/audit.jsonl >/run/lab-trail 2>/dev/null || :").check()
    order = json.dumps([stage.action, stage.commands, stage.typed, instant.line, instant.side])
    script = 'setsid python3 -c "$1" "$2" </dev/null >/run/lab-executor.log 2>&1 & echo $! >/run/lab-executor'
    lab.run(["sh", "-c", script, "sh", _EXECUTOR, order], env=_ENVIRONMENT).check()


def wait(lab: Lab, instant: Instant) -> None:
    """Until the executor stands at the instant, has ended, or the device has gone down by itself."""
    reached = "[ -e /run/lab-stopped ]"
    if instant.seconds is not None:
        reached = '[ "$(stat -c %s /data/moducop_tui/audit.jsonl 2>/dev/null)" != "$(cat /run/lab-trail)" ]'
    script = f"until {reached} || ! kill -0 $(cat /run/lab-executor) 2>/dev/null; do sleep 0.01; done"
    try:
        if lab.run(["sh", "-c", script], timeout=_LONGEST).rc:
            assert lab.is_down(5.0)
    except subprocess.TimeoutExpired:
        log = lab.run(["cat", "/run/lab-executor.log"]).stdout
        raise AssertionError(f"the executor came neither to its end nor to {instant}:\n{log}") from None
    time.sleep(instant.seconds or 0.0)


def cut(lab: Lab) -> None:
    """Cut the power and switch on again; a device that has gone down by itself only comes up again."""
    if lab.is_down():
        lab.await_reboot()
        return
    lab.power_cut()
    lab.power_on()


def trail(lab: Lab) -> list[dict[str, Any]]:
    """The whole lines of the trail, as they lie on the disk, of the newest action in it."""
    lines = lab.run(["cat", "/data/moducop_tui/audit.jsonl"]).stdout.splitlines()
    events: list[dict[str, Any]] = []
    for line in lines:
        try:
            events.append(json.loads(line))
        except ValueError:
            continue  # torn
    return [event for event in events if event["id"] == events[-1]["id"]]


# -- what must be so -------------------------------------------------------------------------------------------


def expected_phase(slot: int, environment: dict[str, str], pending: dict[str, Any] | None, image: str) -> str:
    """Where the device stands by the device facts' table 2.4, told by other means than the console's."""
    chosen, armed = int(environment["mender_boot_part"]), environment["upgrade_available"] == "1"
    here = chosen == slot
    if environment["mender_boot_part_hex"] != environment["mender_boot_part"]:
        return "broken"
    if pending is None:
        names = {(True, True): "manual trial", (True, False): "manual switch armed", (False, True): "idle"}
        return names.get((armed, here), "rolled back, waiting for reboot")
    state = pending.get("InState", "Before_ArtifactCommit_Enter")
    if state == "Before_ArtifactInstall_Enter":
        return "staged"
    if state == "ArtifactInstall_Enter":
        return "install cut"
    if (
        state in {"ArtifactRollback_Enter", "ArtifactFailure_Enter"}
        or pending.get("Failed")
        or pending.get("RolledBack")
    ):
        return "rollback cut"
    if state not in {"Before_ArtifactCommit_Enter", "ArtifactCommit_Enter"}:
        return "commit cut"
    if armed:
        return "trial" if here else "installed"
    if not here:
        return "rollback cut"
    version = str(pending["ArtifactName"]).rpartition("-v")[2]
    return "commit cut" if image.endswith(version) else "fell back"


def expected_outcome(events: list[dict[str, Any]]) -> str:
    """What the history must call an action of which these lines are on the disk."""
    ends = [event["outcome"] for event in events if event["event"] == "ended"]
    return str(ends[-1]) if ends else "cut off"


def expected_steps(events: list[dict[str, Any]]) -> list[str]:
    """What the history must say of each step: begun and not ended is cut off, not begun is never done."""
    planned = [event for event in events if event["event"] == "planned"]
    states = ["skipped"] * len(planned[0]["steps"] if planned else events[0]["commands"])
    for event in events:
        if event["event"] == "step begun":
            states[event["step"]] = "cut off"
        elif event["event"] == "step ended":
            states[event["step"]] = event["state"]
    return states


@dataclass(frozen=True)
class Found:
    """What was there after the boot."""

    slot: int
    phase: str
    outcome: str
    state: tuple[object, ...]
    """Whatever decides about the way out; the same twice needs to be tried once."""


def look(lab: Lab, payload: bytes, before: bytes) -> Found:
    """Hold everything that the console says against what other tools say. ``payload`` is what an install writes into
    slot B, ``before`` what was there."""
    technician = Technician(lab)
    status = technician.status()
    verdict, work = status["verdict"], status["work"]["value"]
    environment, pending = technician.environment(), technician.pending()
    image = lab.run(["sed", "-n", "2p", "/etc/issue"]).out
    assert (verdict["booted"], verdict["agree"]) == ("AB"[lab.slot - 2], True), verdict
    assert verdict["phase"] == expected_phase(lab.slot, environment, pending, image), (verdict, environment, pending)
    events = trail(lab)
    last = work["last"]
    assert work["error"] is None, work["error"]
    assert (last and last["id"]) == (events[0]["id"] if events else None), (last, events)
    if events:
        assert last["outcome"] == expected_outcome(events), (last, events)
        assert [step["state"] for step in last["steps"]] == expected_steps(events), (last["steps"], events)
    known = {note["slot"]: note["known"] for note in work["ledger"]["notes"]}
    if lab.slot == 2 and not any(choice.slot == 3 for choice in lab.choices):  # a boot changes the superblock
        content = lab.slot_content(3, len(payload))
        if content != payload:
            assert known.get("B") != "verified by checksum", "the ledger vouches for what is not there"
        if content not in (payload, before):
            assert known.get("B") == "being written", "half a slot, and the ledger does not say so"
    state = (lab.slot, verdict["phase"], (pending or {}).get("InState"), *technician.chosen(), known.get("B"))
    return Found(lab.slot, verdict["phase"], last["outcome"] if last else "nothing", state)


_WAYS_OUT: Final = {
    "staged": ("resume", "rollback"),
    "install cut": ("rollback", "resume"),
    "fell back": ("rollback",),
    "rollback cut": ("rollback", "resume"),
    "commit cut": ("resume", "keep"),
    "trial": ("commit",),
    "manual trial": ("confirm",),
    "manual switch armed": ("disarm",),
}
_BY_REBOOT: Final = frozenset({"installed", "rolled back, waiting for reboot"})


def take_way_out(lab: Lab) -> tuple[str, ...]:
    """Do what the console offers until nothing is left to be done; what it was."""
    technician = Technician(lab)
    taken: list[str] = []
    while (phase := technician.phase()) != "idle":
        assert len(taken) < 5, f"no end: {taken}, and still {phase}"
        if phase in _BY_REBOOT:
            taken.append("reboot")
            lab.reboot()
            continue
        offered = [words for words in _WAYS_OUT[phase] if technician.refusal(words) is None]
        assert offered, f"no way out of {phase}: " + str(
            {words: technician.refusal(words) for words in _WAYS_OUT[phase]}
        )
        taken.append(offered[0])
        technician.act_to_the_end(offered[0])
    assert technician.pending() is None
    assert technician.chosen() == (str(lab.slot), str(lab.slot), "0")
    slot = lab.slot
    assert lab.reboot().slot == slot
    assert technician.phase() == "idle"
    return tuple(taken)
