"""All of the simulated device that an action can change, at one moment; and how the story alone would have it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from moducop_tui.demo import story
from moducop_tui.demo.boots import PastBoot
from moducop_tui.demo.cast import APPLICATIONS
from moducop_tui.demo.releases import RELEASES, Release
from moducop_tui.demo.story import What
from moducop_tui.model.apps import AppKind
from moducop_tui.model.ledger import Known, Ledger, SlotNote
from moducop_tui.model.mender import PendingUpdate
from moducop_tui.model.slots import SlotName
from moducop_tui.model.work import DeadMan, Fired, Snapshot

PARTITIONS = {SlotName.A: 2, SlotName.B: 3}
CLIENT_STARTED = next(scene.begin for scene in story.OPENING if scene.what is What.COMMIT) + 1.4
ENVIRONMENT_SWITCHED = story.COMMITTED - 2.6
"""The moment at which the client's `fw_setenv upgrade_available 0` took effect."""
STORE_WRITTEN = story.COMMITTED - 0.7
"""The client writes the database after the boot environment."""
_APP_ARTIFACT = "nginx-demo-3d51c07"


@dataclass(frozen=True, slots=True)
class State:
    """`boots` are all that the journal remembers, the running one last; `writes` counts those of the environment.

    `versions` are those of apps that Mender has installed, `previous` those that lie beside them in a `-previous`
    directory. The timer of `dead_man` runs from the begin of the boot into its slot.
    """

    release_a: Release
    release_b: Release
    boots: tuple[PastBoot, ...]
    boot_part: int
    upgrade_available: int
    bootcount: int
    writes: int
    artifact_name: str
    rootfs_version: str
    versions: tuple[tuple[str, str], ...]
    previous: tuple[tuple[str, str], ...]
    pending: PendingUpdate | None = None
    ledger: Ledger = field(default_factory=Ledger)
    dead_man: DeadMan | None = None
    fired: Fired | None = None
    before: Snapshot | None = None
    daemon_active: bool = True

    @property
    def running(self) -> SlotName:
        """The slot that runs."""
        return self.boots[-1].slot

    @property
    def chosen(self) -> SlotName:
        """The slot that the boot environment names."""
        return SlotName.A if self.boot_part == PARTITIONS[SlotName.A] else SlotName.B

    def release(self, slot: SlotName) -> Release:
        """What a slot holds."""
        return self.release_a if slot is SlotName.A else self.release_b

    def with_release(self, slot: SlotName, release: Release) -> State:
        """Another image in a slot."""
        return replace(self, release_a=release) if slot is SlotName.A else replace(self, release_b=release)

    def with_boot(self, boot: PastBoot) -> State:
        """The running boot ends where the next begins to come up."""
        return replace(self, boots=(*self.boots[:-1], replace(self.boots[-1], end=boot.off_since), boot))

    def version(self, app: str) -> str | None:
        """The installed version of an app of Mender's."""
        return dict(self.versions).get(app)

    def with_version(self, app: str, version: str, before: str | None = None) -> State:
        """Another version of an app; `before` is kept beside it, None leaves nothing there."""
        versions = dict(self.versions) | {app: version}
        previous = {name: kept for name, kept in self.previous if name != app}
        previous |= {app: before} if before else {}
        return replace(self, versions=tuple(sorted(versions.items())), previous=tuple(sorted(previous.items())))

    def with_note(self, note: SlotNote) -> State:
        """Another entry of the ledger."""
        others = tuple(one for one in self.ledger.notes if one.slot is not note.slot)
        return replace(self, ledger=Ledger(tuple(sorted((*others, note), key=lambda one: one.slot))))


def told_state(boots: tuple[PastBoot, ...], moment: float, before: Snapshot | None) -> State:
    """The state as the story alone has it: the trial of B that the fleet server commits, and nginx-demo's update."""
    stored = moment >= STORE_WRITTEN
    updated = moment >= story.APP_UPDATED
    running = RELEASES[SlotName.B] if stored else RELEASES[SlotName.A]
    versions = {
        one.name: (one.updated_version if updated and one.updated_version else one.version)
        for one in APPLICATIONS
        if one.version is not None and one.kind is AppKind.MENDER
    }
    return State(
        release_a=RELEASES[SlotName.A],
        release_b=RELEASES[SlotName.B],
        boots=boots,
        boot_part=PARTITIONS[SlotName.B],
        upgrade_available=0 if moment >= ENVIRONMENT_SWITCHED else 1,
        bootcount=1,
        writes=1 if moment >= ENVIRONMENT_SWITCHED else 0,
        artifact_name=_APP_ARTIFACT if updated else running.artifact,
        rootfs_version=running.artifact,
        versions=tuple(sorted((name, version) for name, version in versions.items() if version)),
        previous=(("gpx-logger", "1.3.2"),),
        pending=None if stored else _pending(moment),
        ledger=_ledger(boots, stored=stored),
        before=None if stored else before,
    )


def _pending(moment: float) -> PendingUpdate:
    release = RELEASES[SlotName.B]
    return PendingUpdate(
        artifact_name=release.artifact,
        payload_types=("rootfs-image",),
        rootfs_version=release.artifact,
        in_state="ArtifactCommit_Enter" if moment >= CLIENT_STARTED else "Before_ArtifactCommit_Enter",
    )


def _ledger(boots: tuple[PastBoot, ...], *, stored: bool) -> Ledger:
    """A has run for weeks; what the fleet server wrote into B nobody has compared."""
    b = Known.BOOTED if stored else Known.UNKNOWN
    return Ledger(
        (
            SlotNote(SlotName.A, Known.BOOTED, RELEASES[SlotName.A].artifact, boot_id=boots[0].id),
            SlotNote(SlotName.B, b, RELEASES[SlotName.B].artifact),
        )
    )
