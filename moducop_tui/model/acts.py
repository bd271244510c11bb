"""The acts that plans are made of, as data: what the executor performs on a real device and the demo on its own.

A plan maker only names an act; `actions/hands/` has one function for each kind that does it and reads the device again
to judge the result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from moducop_tui.model.artifact_place import shown_place
from moducop_tui.model.expected import Expected
from moducop_tui.model.kept_back import KEPT_BACK
from moducop_tui.model.ledger import SlotNote
from moducop_tui.model.slots import SlotName


@dataclass(frozen=True, slots=True)
class MountStick:
    """Mount a stick at a directory of our own: read-only, no programs, no suid, no device nodes, by these commands.

    `shared`: somebody else has it mounted, and may write to it.
    """

    device: str
    directory: str
    commands: tuple[tuple[str, ...], ...]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseStick:
    """Unmount it; then it is safe to remove."""

    device: str
    directory: str


@dataclass(frozen=True, slots=True)
class FetchArtifact:
    """Load an artifact from a URL into a file on the data partition; at most `limit` bytes.

    `url` is shown and recorded; `secret` is the whole URL, where that is more.
    """

    url: str
    target: str
    limit: int
    secret: str | None = field(default=None, repr=False, metadata=KEPT_BACK)

    def __post_init__(self) -> None:
        """However it is made, what is shown of it never holds what must not be seen."""
        if (shown := shown_place(self.url)) != self.url:
            object.__setattr__(self, "secret", self.url)
            object.__setattr__(self, "url", shown)


@dataclass(frozen=True, slots=True)
class DropFile:
    """Delete a file of the console's own: one that a step of the same plan made, or what was kept for it."""

    path: str


@dataclass(frozen=True, slots=True)
class VerifyArtifact:
    """Check every part of an artifact against its manifest. `manifest` is the manifest's sha256 as it was shown.

    `copy` is where what was read is kept, of `size` bytes at most: the only thing that may be installed where others
    can write to `path`. None: nobody can.
    """

    path: str
    manifest: str
    copy: str | None = None
    size: int | None = None


class ClientVerb(StrEnum):
    """What Mender's client is told."""

    INSTALL = "install"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class RunClient:
    """Run Mender's client to its end. `path` is the artifact with INSTALL. `expected` is what counts as success."""

    verb: ClientVerb
    expected: Expected
    path: str | None = None
    stop_before: str | None = None
    """A state before which the client stops, such as `ArtifactInstall_Enter`; only 5.x knows how."""
    artifact: str | None = None
    """Name of the artifact that must be pending or committed afterwards; None: whichever."""
    slot: SlotName | None = None
    """The slot that the boot environment must name afterwards; None: the slots are no matter of it."""
    size: int | None = None
    """Bytes that its progress counts; None where it counts none, or it is not known how many."""
    unless_verified: SlotName | None = None
    """Do nothing where nothing is pending, or where the ledger says that this slot was verified: takes back an update
    whose content turned out wrong after it was installed."""


@dataclass(frozen=True, slots=True)
class ControlUnit:
    """Start or stop a systemd unit, such as Mender's daemon around an install."""

    unit: str
    start: bool


@dataclass(frozen=True, slots=True)
class SetEnvironment:
    """Write boot variables in one batch, read back, compare; on a mismatch put back.

    `before` are the values that the plan was made from: where they differ by then, nothing is written.
    """

    variables: tuple[tuple[str, str], ...]
    before: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NoteSlot:
    """Write into the ledger what a slot holds and how that is known."""

    note: SlotNote


@dataclass(frozen=True, slots=True)
class VerifySlot:
    """Read the first `size` bytes of a slot back and compare their sha256 (hexadecimal); notes it in the ledger.

    `size` None: as many as the file with that checksum has in the artifact at `path`. `kernel` is the sha256 of the
    slot's kernel where that lies on the boot partition, None where it is part of the slot.
    """

    slot: SlotName
    device: str
    sha256: str
    size: int | None
    path: str | None = None
    kernel: str | None = None


@dataclass(frozen=True, slots=True)
class ArmDeadMan:
    """On the next boot into `slot`, reboot `seconds` after it unless somebody has committed by then."""

    slot: SlotName
    seconds: int


@dataclass(frozen=True, slots=True)
class DisarmDeadMan:
    """Take the dead-man timer away. `unless_on_trial`: only where the boot environment has no slot on trial.

    So a plan that armed it puts it back, should the environment not have been written after all.
    """

    unless_on_trial: bool = False


@dataclass(frozen=True, slots=True)
class RememberBefore:
    """Keep how the device fares now, to be compared after the reboot. `expected_...` is what is being installed."""

    slot: SlotName | None
    expected_slot: SlotName | None
    expected_artifact: str | None
    expected_version: str | None


@dataclass(frozen=True, slots=True)
class RepairProvides:
    """Make Mender believe what is true: install an artifact without payload that provides these."""

    artifact_name: str
    device_type: str
    provides: tuple[tuple[str, str], ...]
    clears: tuple[str, ...]


class Verb(StrEnum):
    """What is done with a container or an app."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class ControlContainer:
    """Start, stop or restart one container of the engine at `endpoint`. `argv` is the whole command."""

    id: str
    name: str
    verb: Verb
    argv: tuple[str, ...]
    endpoint: str


@dataclass(frozen=True, slots=True)
class ControlApp:
    """Start, stop or restart an app as a whole in compose's order. `argv` is the whole command.

    It is told to, and judged by, the engine at `endpoint`. `otherwise` makes the containers anew where that fails;
    empty where they are left alone.
    """

    app: str
    verb: Verb
    argv: tuple[str, ...]
    endpoint: str
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestorePrevious:
    """Put an app's `-previous` directory in its place. What was there is kept aside until the app runs again."""

    app: str
    directory: str


@dataclass(frozen=True, slots=True)
class AwaitHealth:
    """Wait until these containers run and are healthy, at most `seconds`; says how it went, with the log lines."""

    names: tuple[str, ...]
    seconds: int
    app: str | None = None
    endpoint: str | None = None
    """The engine that was told something; None where another program told it."""
    longest: int = 0
    """Seconds that it may take while nothing is undecided but health checks that still have their own time."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Sync, then reboot or power off. The last step: what follows is judged after the next boot."""

    off: bool = False


Act: TypeAlias = (
    MountStick | ReleaseStick | FetchArtifact | DropFile | VerifyArtifact | RunClient | ControlUnit | SetEnvironment
    | NoteSlot | VerifySlot | ArmDeadMan | DisarmDeadMan | RememberBefore | RepairProvides | ControlContainer
    | ControlApp | RestorePrevious | AwaitHealth | Leave
)  # fmt: skip
"""Everything that can be done to a device."""
