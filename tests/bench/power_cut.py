"""What must be so after the power was cut in an action: what the console says is true, and its way out works."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .technician import Technician

if TYPE_CHECKING:
    from .lab import Lab


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


def look(lab: Lab, payload: bytes, before: bytes, *, b_was_booted: bool) -> Found:
    """Hold everything that the console says against what other tools say. ``payload`` is what an install writes into
    slot B, ``before`` what was there."""
    technician = Technician(lab)
    status = technician.status()
    verdict, work = status["verdict"], status["work"]["value"]
    environment, pending = technician.environment(), technician.pending()
    image = lab.run(["sed", "-n", "2p", "/etc/issue"]).out
    assert (verdict["booted"], verdict["agree"]) == ("AB"[lab.slot - 2], True), verdict
    assert verdict["phase"] == expected_phase(lab.slot, environment, pending, image), (verdict, environment, pending)
    outcome = history_is_true(lab, work)
    known = {note["slot"]: note["known"] for note in work["ledger"]["notes"]}
    if lab.slot == 2 and not b_was_booted:  # a boot changes the superblock
        content = lab.slot_content(3, len(payload))
        if content != payload:
            assert known.get("B") != "verified by checksum", "the ledger vouches for what is not there"
        if content not in (payload, before):
            assert known.get("B") == "being written", "half a slot, and the ledger does not say so"
    state = (lab.slot, verdict["phase"], (pending or {}).get("InState"), *technician.chosen(), known.get("B"))
    return Found(lab.slot, verdict["phase"], outcome, state)


def history_is_true(lab: Lab, work: dict[str, Any]) -> str:
    """Hold what the console says of its last action against the lines of the trail; how that action ended."""
    events = trail(lab)
    last = work["last"]
    assert work["error"] is None, work["error"]
    assert (last and last["id"]) == (events[0]["id"] if events else None), (last, events)
    if not events:
        return "nothing"
    assert last["outcome"] == expected_outcome(events), (last, events)
    assert [step["state"] for step in last["steps"]] == expected_steps(events), (last["steps"], events)
    return str(last["outcome"])


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
