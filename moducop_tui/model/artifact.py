"""A Mender artifact as its own header describes it (format version 3, device facts 5), and how it checks out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moducop_tui.model.rootfs_provides import rootfs_version_in


class Signature(StrEnum):
    """What is known of an artifact's signature."""

    NONE = "not signed"
    VERIFIED = "signed, verified"
    UNVERIFIED = "signed, no key here to verify it"
    WRONG = "signature WRONG"


@dataclass(frozen=True, slots=True)
class PayloadFile:
    """One file of the payload, as the manifest names it. `size` in bytes is None until the payload has been read."""

    name: str
    sha256: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Artifact:
    """What an artifact's header says. Everything in it is foreign text and has been cleaned."""

    place: str
    """The path or URL it was read from."""
    name: str
    device_types: tuple[str, ...]
    payload_type: str | None
    """`rootfs-image`, `app`...; None: no payload, it only changes what Mender believes."""
    compression: str
    """Of the payload: `none`, `gzip`, `xz` or `zstd`."""
    signature: Signature
    provides: tuple[tuple[str, str], ...]
    depends: tuple[tuple[str, tuple[str, ...]], ...]
    """What must be so on the device before: key and the values that are accepted. Without `device_type`."""
    clears: tuple[str, ...]
    scripts: tuple[str, ...]
    files: tuple[PayloadFile, ...]
    size: int | None
    """Bytes of the artifact file itself; None when the server does not say."""
    manifest: str
    """sha256 of its manifest, in hexadecimal: two artifacts with the same one are the same."""
    app: str | None = None
    """Name of the app that payload type `app` installs, from the payload's meta-data or its provides."""
    payload_size: int | None = None
    """Bytes of the payload unpacked, where the header or its meta-data says so."""
    key_demanded: bool | None = None
    """Whether Mender's configuration here names keys, so that its client refuses what none of them has signed.

    None: the configuration could not be read.
    """

    @property
    def root(self) -> PayloadFile | None:
        """The file that becomes a slot's content byte for byte, by the modules' patterns; None: none, or unclear."""
        if self.payload_type == "rootfs-image":
            return self.files[0] if len(self.files) == 1 else None
        if self.payload_type != "bootfit-rootfs" or self.kernel is None:
            return None
        images = [file for file in self.files if file.name.endswith((".ext4", ".ext4.verity"))]
        return images[0] if len(images) == 1 and len(self.files) == 2 else None

    @property
    def kernel(self) -> PayloadFile | None:
        """The file that becomes the slot's `fitImage-A` or `fitImage-B` on the boot partition (device facts 0)."""
        kernels = [file for file in self.files if file.name.startswith("fitImage")]
        return kernels[0] if self.payload_type == "bootfit-rootfs" and len(kernels) == 1 else None

    @property
    def version(self) -> str | None:
        """The version it would install: of the root file system, or of the app."""
        provides = dict(self.provides)
        if self.app is not None and f"data-partition.{self.app}.version" in provides:
            return provides[f"data-partition.{self.app}.version"]
        return rootfs_version_in(provides)


@dataclass(frozen=True, slots=True)
class Verified:
    """An artifact of which every part agrees with its manifest. `payload_size` in bytes, unpacked."""

    manifest: str
    files: tuple[PayloadFile, ...]
    payload_size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Offer:
    """An artifact file that lies on a stick or in a directory. `size` in bytes; `error` says why it can't be read."""

    path: str
    size: int
    stick: str | None = None
    """The stick's device, such as `/dev/sda1`; `path` is then relative to its root."""
    artifact: Artifact | None = None
    error: str | None = None
