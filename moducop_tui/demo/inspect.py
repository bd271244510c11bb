"""The looks at the simulated device that plans ask for. They take a moment, as on a real one."""

from __future__ import annotations

import time
from collections.abc import Callable

from moducop_tui.demo.artifacts import ON_DATA, ON_STICK, Kept, artifact_at
from moducop_tui.demo.chance import Chance
from moducop_tui.demo.media import STICK, media_at
from moducop_tui.demo.releases import DEVICE_TYPE
from moducop_tui.demo.slots import SLOT_SIZE, image_in, slots_at
from moducop_tui.demo.storage import storage_at
from moducop_tui.demo.world import World
from moducop_tui.model.artifact import Artifact, Offer, Verified
from moducop_tui.model.artifact_place import LOCKED
from moducop_tui.model.checks import AppCheck, SlotCheck
from moducop_tui.model.media import Stick
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.slots import SlotName

_LOOK = 0.7
"""Seconds that a look at a slot, at a header or at a stick takes."""
_APPS = "/data/mender-app"
_COMPOSE = ("docker", "compose")


class SimulatedInspector:
    """Stands behind `model.ports.InspectPort`."""

    def __init__(self, world: World, sleep: Callable[[float], object] = time.sleep) -> None:
        self._world = world
        self._sleep = sleep

    def slot(self, name: SlotName) -> SlotCheck | Unavailable:
        """The other slot: always a sane root file system, for nothing unverified is ever written into it."""
        self._sleep(_LOOK)
        now = self._world.now()
        state = self._world.state_at(now)
        slot = slots_at(self._world, now).slot(name)
        if slot is None:
            return Unavailable(f"There is no slot {name} on this device.")
        image = image_in(state, name, slot.partition.device)
        return SlotCheck(
            slot=name,
            device=slot.partition.device,
            fs_type="ext4",
            fs_size=SLOT_SIZE,
            partition_size=SLOT_SIZE,
            clean=True,
            clean_words="left in order, e2fsck -n finds nothing",
            kernel="/boot/Image",
            init="/sbin/init",
            image=image,
            device_type=DEVICE_TYPE,
            mounted=state.running is name,
            superblock=Chance(0).derive(f"superblock {image.version} {len(state.boots)}").digits(64),
        )

    def artifact(
        self, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
    ) -> Artifact | Unavailable:
        """The header of an artifact. A look here takes no longer than a person who leaves it."""
        del gave_up
        if listed and place not in {kept.place for kept in (*ON_STICK, *ON_DATA)}:
            return Unavailable(LOCKED)
        self._sleep(_LOOK)
        if place.startswith("stick:") and not media_at(self._world, self._world.now()).sticks:
            return Unavailable(f"The stick {STICK} is not plugged in any more.")
        kept = artifact_at(place)
        if kept is None:
            name = place.rpartition("/")[2] or place
            return Unavailable(f"{name} can't be read: there is no such file on the simulated device.")
        return kept.artifact

    def verify(
        self,
        place: str,
        tell: Callable[[int, int], None],
        cancelled: Callable[[], bool],
        take: Callable[[bytes], None] | None = None,
    ) -> Verified | Unavailable:
        """Check every part against the manifest."""
        del take  # nothing is written for it
        kept = artifact_at(place)
        if kept is None:
            return Unavailable(f"{place} can't be read.")
        tell(kept.size, kept.size)
        if cancelled():
            return Unavailable("Stopped as asked.")
        if kept.damaged is not None:
            return Unavailable(kept.damaged)
        return Verified(kept.artifact.manifest, kept.artifact.files, kept.artifact.payload_size or 0, 9.0)

    def offers(self, stick: Stick) -> tuple[Offer, ...] | Unavailable:
        """The artifacts on the stick."""
        self._sleep(_LOOK)
        if stick.device != STICK or not media_at(self._world, self._world.now()).sticks:
            return Unavailable(f"The stick {stick.device} is not plugged in any more.")
        return tuple(_offer(kept) for kept in ON_STICK)

    def kept(self) -> tuple[Offer, ...] | Unavailable:
        """The artifacts on the data partition."""
        return tuple(_offer(kept) for kept in ON_DATA)

    def app(self, name: str) -> AppCheck | Unavailable:
        """An app's directories."""
        state = self._world.state_at(self._world.now())
        by_mender = state.version(name) is not None
        before = dict(state.previous).get(name)
        file = f"{_APPS}/{name}/manifests/docker-compose.yaml" if by_mender else None
        return AppCheck(
            app=name,
            file=file,
            compose=_COMPOSE,
            previous=f"{_APPS}/{name}-previous" if before else None,
            previous_file=file if before else None,
            previous_version=before,
        )

    def free(self) -> int | None:
        """Bytes free on the data partition."""
        data = storage_at(self._world, self._world.now()).at("/data")
        return data.available if data else None


def _offer(kept: Kept) -> Offer:
    place = kept.place
    if not place.startswith("stick:"):
        return Offer(place, kept.size, artifact=kept.artifact)
    _, device, path = place.split(":", 2)
    return Offer(path, kept.size, device, kept.artifact)
