"""Whether an artifact goes onto this device: what Mender's client will ask, and what it does not ask but should.

Pure. The sources of each rule are the device facts, sections 1.3 to 1.6, 2.2 and 4.
"""

from __future__ import annotations

from moducop_tui.model.artifact import Artifact, Signature
from moducop_tui.model.artifact_room import room
from moducop_tui.model.image_match import is_image_of, version_in
from moducop_tui.model.mender import ClientKind, Mender, PendingUpdate, version_key
from moducop_tui.model.phases import ROOTFS_PAYLOADS
from moducop_tui.model.plan import Met, Precondition
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import Image, SlotName, Slots
from moducop_tui.model.versions import is_older
from moducop_tui.model.witnesses import running_slot

_NO_DEVICE_TYPE = (
    "This device does not know its own type, so whether the artifact is made for it can't be told: write "
    "device_type=TYPE into /var/lib/mender/device_type."
)
_LISTED = 3
"""Values that a sentence names at most."""


def artifact_preconditions(artifact: Artifact, readings: Readings, free: int | None) -> tuple[Precondition, ...]:
    """What must be so before it is installed, each with its reading. `free` are bytes free on the data partition."""
    mender = readings.mender.value
    if mender is None:
        remedy = "Mender's state can't be read: whether the artifact is for this device can't be told."
        return (Precondition("made for this device", "Mender not read", Met.NO, remedy),)
    conditions = [_device_type(artifact, mender), _module(artifact, mender), *_depends(artifact, mender)]
    conditions.append(_signature(artifact, mender))
    conditions += room(artifact, readings.slots.value, free)
    conditions += _version(artifact, readings.slots.value, mender)
    return tuple(conditions)


def _device_type(artifact: Artifact, mender: Mender) -> Precondition:
    """The client compares exactly, and only where there is a payload."""
    words, listed = "made for this device", _listed(artifact.device_types)
    if artifact.payload_type is None:
        return Precondition(words, "no payload: not compared", Met.YES)
    if mender.device_type is None:
        return Precondition(words, "device type unknown", Met.NO, mender.device_type_error or _NO_DEVICE_TYPE)
    if mender.device_type in artifact.device_types:
        return Precondition(words, mender.device_type, Met.YES)
    remedy = f"It is for {listed}, and this device is {mender.device_type}: take the artifact that is made for it."
    return Precondition(words, f"for {listed}", Met.NO, remedy)


def _module(artifact: Artifact, mender: Mender) -> Precondition:
    words, kind = "its update module is installed", artifact.payload_type
    if kind is None:
        return Precondition(words, "none needed", Met.YES)
    if kind in mender.modules:
        return Precondition(words, kind, Met.YES)
    if kind == "rootfs-image" and mender.client is ClientKind.MENDER_GO:
        return Precondition(words, f"{kind}, built into the client", Met.YES)
    remedy = f"There is no update module {kind} in /usr/share/mender/modules/v3: this image can't install it."
    if kind in ROOTFS_PAYLOADS and (other := sorted(ROOTFS_PAYLOADS & set(mender.modules))):
        remedy = f"It installs by {kind}, and this image by {_listed(other)}: it is for another generation of images."
    return Precondition(words, f"{kind} missing", Met.NO, remedy)


def _depends(artifact: Artifact, mender: Mender) -> list[Precondition]:
    """One for all that is met, one for each that is not."""
    if not artifact.depends:
        return []
    words = "what it depends on is installed"
    if artifact.payload_type is None:
        return [Precondition(words, "no payload: not compared", Met.YES)]
    provided = dict(mender.provides)
    if mender.artifact_name is not None:
        provided.setdefault("artifact_name", mender.artifact_name)
    unmet = [(key, accepted) for key, accepted in artifact.depends if provided.get(key) not in accepted]
    if not unmet:
        return [Precondition(words, _listed([key for key, _ in artifact.depends]), Met.YES)]
    return [_unmet(words, key, accepted, provided.get(key), mender) for key, accepted in unmet]


def _unmet(words: str, key: str, accepted: tuple[str, ...], found: str | None, mender: Mender) -> Precondition:
    wanted = _listed(accepted)
    there = f"{key} is {_short(found)}" if found is not None else f"{key} is not known"
    remedy = f"It needs {_short(key)} {wanted}; Mender's memory has {_short(found) if found is not None else 'none'}."
    if found is None and mender.pending_error is not None:
        remedy = f"{remedy} {mender.pending_error}"
    return Precondition(words, there, Met.NO, remedy)


def _signature(artifact: Artifact, mender: Mender) -> Precondition:
    words, found = "its signature", artifact.signature
    demanded = artifact.key_demanded or mender.protected
    if found is Signature.WRONG:
        remedy = (
            "It is not signed by a key that this device trusts: Mender's client refuses it. Take the maker's own file."
        )
        return Precondition(words, found.value, Met.NO, remedy)
    if found is Signature.VERIFIED:
        return Precondition(words, found.value, Met.YES)
    if found is Signature.NONE and demanded:
        remedy = "It is not signed, and this device installs only what is: take the signed artifact."
        return Precondition(words, f"{found.value}, but demanded", Met.NO, remedy)
    if demanded is None:
        remedy = "Whether this device demands a signature can't be told; Mender's client will."
        return Precondition(words, found.value, Met.DOUBT, remedy)
    if demanded:
        remedy = "It can't be verified here (openssl or the key is missing): Mender's client will, before it installs."
        return Precondition(words, found.value, Met.DOUBT, remedy)
    return Precondition(words, f"{found.value}; none demanded", Met.YES)


def _version(artifact: Artifact, slots: Slots | None, mender: Mender) -> list[Precondition]:
    """What is there already, and what is newer: worth a word, and nothing more."""
    if artifact.payload_type in ROOTFS_PAYLOADS:
        return _image_version(artifact, slots, mender)
    if artifact.app is None or artifact.version is None:
        return []
    installed = dict(mender.provides).get(version_key(artifact.app))
    if installed is None:
        return []
    words = f"newer than the installed {_short(artifact.app)}"
    if installed == artifact.version:
        return [Precondition(words, "the same", Met.DOUBT, f"{_short(installed)} is installed already.")]
    return [_age(words, artifact.version, installed)]


def _image_version(artifact: Artifact, slots: Slots | None, mender: Mender) -> list[Precondition]:
    running = None if slots is None else running_slot(slots)
    image = _image(slots, running)
    words = "newer than what runs"
    wanted = PendingUpdate(artifact.name, (artifact.payload_type or "",), artifact.version, None)
    if is_image_of(image, wanted):
        found = [Precondition(words, "the same", Met.DOUBT, f"Slot {running} runs this version already.")]
    else:
        here = (image.version or image.artifact_name) if image is not None else mender.rootfs_version
        found = [_age(words, version_in(artifact.version or artifact.name), here)]
    if running is not None and is_image_of(_image(slots, running.other), wanted):
        remedy = f"Slot {running.other} holds this version already: switching to it may be enough."
        found.append(Precondition(f"new to slot {running.other}", "held already", Met.DOUBT, remedy))
    return found


def _image(slots: Slots | None, name: SlotName | None) -> Image | None:
    slot = None if slots is None or name is None else slots.slot(name)
    return None if slot is None else slot.image


def _age(words: str, version: str | None, installed: str | None) -> Precondition:
    reading = f"{_short(version or '?')} after {_short(installed or '?')}"
    older = is_older(version, installed)
    if older:
        remedy = (
            f"It is older than what is installed: {_short(version or '?')} would follow {_short(installed or '?')}."
        )
        return Precondition(words, reading, Met.DOUBT, remedy)
    if older is None:
        return Precondition(words, f"{reading}: not comparable", Met.YES)
    return Precondition(words, reading, Met.YES)


def _listed(values: tuple[str, ...] | list[str]) -> str:
    if not values:
        return "nothing"
    shown = ", ".join(_short(value) for value in values[:_LISTED])
    return shown if len(values) <= _LISTED else f"{shown} and {len(values) - _LISTED} more"


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
