"""The artifacts that the simulated device can be given: on its stick, on its data partition, and on a server."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.demo.chance import Chance
from moducop_tui.demo.media import STICK
from moducop_tui.demo.releases import DEVICE_TYPE, Release
from moducop_tui.model.artifact import Artifact, PayloadFile, Signature
from moducop_tui.model.artifact_place import is_url, shown_place

MIB = 1 << 20
_IMAGE_SIZE = 968 * MIB
NEW = Release("v2.8.0.9c31d7e.20261104.0917")
DAMAGED = Release("v2.8.1.b60f2aa.20261119.1603")
_OTHER_DEVICE = "moducop-cpu01plus"


@dataclass(frozen=True, slots=True)
class Kept:
    """One artifact. `damaged` is what is wrong with it where its content is not what its manifest says.

    `spoils` is the app of which a container does not come up again with it.
    """

    artifact: Artifact
    size: int
    release: Release | None = None
    damaged: str | None = None

    @property
    def place(self) -> str:
        """Where it lies, as an `InspectPort` takes it."""
        return self.artifact.place


def _sha(name: str) -> str:
    return Chance(0).derive(f"sha256 {name}").digits(64)


def _image(place: str, release: Release, device_type: str = DEVICE_TYPE, damaged: str | None = None) -> Kept:
    size = 312 * MIB + int(_sha(place)[:5], 16)
    name = release.artifact if device_type == DEVICE_TYPE else release.artifact.replace("cpu01", "cpu01plus", 1)
    artifact = Artifact(
        place=place,
        name=name,
        device_types=(device_type,),
        payload_type="rootfs-image",
        compression="gzip",
        signature=Signature.NONE,
        provides=(("rootfs-image.checksum", _sha(name)), ("rootfs-image.version", name)),
        depends=(),
        clears=("artifact_group", "rootfs_image_checksum", "rootfs-image.*"),
        scripts=(),
        files=(PayloadFile("core-image.ext4", _sha(name), _IMAGE_SIZE),),
        size=size,
        manifest=_sha(f"manifest {place}"),
        payload_size=_IMAGE_SIZE,
    )
    return Kept(artifact, size, release, damaged)


def _app(place: str, app: str, version: str) -> Kept:
    size = 41 * MIB + int(_sha(place)[:5], 16)
    artifact = Artifact(
        place=place,
        name=f"{app}-{version}",
        device_types=(DEVICE_TYPE, _OTHER_DEVICE),
        payload_type="app",
        compression="none",
        signature=Signature.NONE,
        provides=((f"data-partition.{app}.version", version),),
        depends=(),
        clears=(f"data-partition.{app}.*",),
        scripts=(),
        files=(PayloadFile("images.tar.gz", _sha(f"{app} images"), 38 * MIB), PayloadFile("manifests.tar.gz",
               _sha(f"{app} manifests"), 21_400)),
        size=size,
        manifest=_sha(f"manifest {place}"),
        app=app,
        payload_size=39 * MIB,
    )  # fmt: skip
    return Kept(artifact, size)


def _on_stick(name: str) -> str:
    return f"stick:{STICK}:updates/{name}"


_WRONG_SUM = (
    "core-image.ext4 is not what the manifest says: its sha256 begins with 5d0f31, it must begin with {wanted}. "
    "The file is damaged: copy it to the stick again."
)
ON_STICK = (
    _image(_on_stick("cpu01-standard-v2.8.0.mender"), NEW),
    _image(_on_stick("cpu01-standard-v2.8.1-copied-in-a-hurry.mender"), DAMAGED,
           damaged=_WRONG_SUM.format(wanted=_sha(DAMAGED.artifact)[:6])),
    _image(_on_stick("cpu01plus-standard-v2.8.0.mender"), NEW, _OTHER_DEVICE),
    _app(_on_stick("gpx-logger-1.5.0.mender"), "gpx-logger", "1.5.0"),
)  # fmt: skip
ON_DATA = (_app("/data/nginx-demo-3d51c07.mender", "nginx-demo", "3d51c07"),)
_SERVED = NEW
"""What every URL of the demo gives that ends in `.mender`."""


def artifact_at(place: str) -> Kept | None:
    """The artifact at a place; None when there is none."""
    place = shown_place(place)
    known = next((one for one in (*ON_STICK, *ON_DATA) if one.place == place), None)
    if known is None and is_url(place) and place.endswith(".mender"):
        return _image(place, _SERVED)
    return known


def artifact_of(manifest: str) -> Kept | None:
    """The artifact with that manifest: what a copy of it is, wherever that lies now."""
    return next((one for one in (*ON_STICK, *ON_DATA) if one.artifact.manifest == manifest), None)


def artifact_named(name: str) -> Kept | None:
    """The artifact of that name, wherever it lies."""
    served = _image("https://demo/update.mender", _SERVED)
    return next((one for one in (*ON_STICK, *ON_DATA, served) if one.artifact.name == name), None)
