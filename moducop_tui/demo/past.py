"""What was done to the simulated device before the demo began: some actions on record, and how it fared before."""

from __future__ import annotations

from collections.abc import Callable

from moducop_tui.demo import story
from moducop_tui.demo.boots import PastBoot
from moducop_tui.demo.releases import RELEASES
from moducop_tui.demo.story import HOUR, MINUTE
from moducop_tui.model.plan import Action, ActionKind, Power
from moducop_tui.model.slots import SlotName
from moducop_tui.model.work import Outcome, Record, Snapshot, StepRecord, StepState, Who

Wall = Callable[[float], float]
"""A moment of the story as seconds since the epoch."""
LOGGER = "gpx-logger-logger-1"
_ON_SITE = Who("root", "ttymxc0")
_REMOTE = Who("root", "pts/0", "10.0.4.2")


def kept_before(boots: tuple[PastBoot, ...], wall: Wall) -> Snapshot:
    """How the device fared before the update whose trial runs when the demo begins."""
    before = boots[-2]
    release = RELEASES[SlotName.B]
    return Snapshot(
        at=wall((before.end or story.BOOTED) - 214),
        boot_id=before.id,
        slot=SlotName.A,
        expected_slot=SlotName.B,
        expected_artifact=release.artifact,
        expected_version=release.artifact,
        failed_units=(),
        apps=4,
        apps_well=4,
        interfaces_up=("end0", "wwu1u1i5"),
        errors=3,
        clock_synchronised=True,
    )


def past_records(boots: tuple[PastBoot, ...], wall: Wall, logger: str) -> tuple[Record, ...]:
    """The trail as the demo finds it, newest first. `logger` is the command that restarts the logger's container."""
    return (_restart_in_vain(boots[-1], wall, logger), _refused_install(boots[0], wall), _reboot(boots[0], wall))


def _restart_in_vain(boot: PastBoot, wall: Wall, command: str) -> Record:
    at = -33 * MINUTE
    found = f"{LOGGER} exited 4 s after its start with code 1."
    output = "cannot open /dev/ttyS101-CPU01UC-com: No such file or directory\ngpx-logger ends, exit code 1"
    return Record(
        id="d3m0-0003",
        action=Action(ActionKind.RESTART, f"container {LOGGER}"),
        title=f"Restart container {LOGGER}",
        who=_REMOTE,
        at=wall(at),
        boot_id=boot.id,
        outcome=Outcome.FAILED,
        sentence=found,
        steps=(
            _step(f"restart {LOGGER}", command, wall(at), 1.3, f"{LOGGER} was started."),
            StepRecord(
                f"wait until {LOGGER} is well", "read the engine, at most 120 s", Power.MAY, StepState.FAILED,
                wall(at + 1.3), 5.1, None, found, output,
            ),
        ),
        ended_at=wall(at + 6.4),
    )  # fmt: skip


def _refused_install(boot: PastBoot, wall: Wall) -> Record:
    at = boot.begin + 2 * HOUR
    return Record(
        id="d3m0-0002",
        action=Action(ActionKind.INSTALL, "/data/cpu01-standard-v2.7.0.mender"),
        title=f"Install {RELEASES[SlotName.B].artifact} into slot B",
        who=_ON_SITE,
        at=wall(at),
        boot_id=boot.id,
        outcome=Outcome.REFUSED,
        sentence="Wait until it has ended: the core API server has an update in progress (downloading).",
        ended_at=wall(at + 1.1),
    )


def _reboot(boot: PastBoot, wall: Wall) -> Record:
    at = boot.begin - 80
    told = "The device is told to reboot."
    return Record(
        id="d3m0-0001",
        action=Action(ActionKind.REBOOT),
        title="Reboot",
        who=_ON_SITE,
        at=wall(at),
        boot_id=None,
        outcome=Outcome.DONE,
        sentence=told,
        reason="new IO module plugged in",
        steps=(
            _step("stop the apps, write everything to disk, reboot", "sync; systemctl reboot", wall(at), 0.4, told),
        ),
        ended_at=wall(at + 0.4),
    )


def _step(words: str, command: str, began: float, seconds: float, sentence: str) -> StepRecord:
    return StepRecord(words, command, Power.MAY, StepState.DONE, began, seconds, 0, sentence)
