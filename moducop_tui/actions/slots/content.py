"""Preconditions about what the other slot holds: whether it would boot, and how its content is known (facts 2.5)."""

from __future__ import annotations

from collections.abc import Iterator

from moducop_tui.actions.scene import Scene
from moducop_tui.model.checks import SlotCheck
from moducop_tui.model.device_types import device_type_of, fits
from moducop_tui.model.ledger import Known
from moducop_tui.model.ledger_rules import known_today
from moducop_tui.model.plan import Met, Precondition
from moducop_tui.model.slots import SlotName

_FILE_SYSTEM = "ext4"
_OLDER = frozenset({"ext2", "ext3"})
"""What the kernel's ext4 mounts and the boot loader reads as well, though no image of a ModuCop is made so."""


def content_conditions(scene: Scene, name: SlotName) -> Iterator[Precondition]:
    """Each check of the other slot with its reading."""
    check = scene.checks.slot
    if check is None or check.slot is not name:
        why = scene.checks.slot_error or f"Slot {name} was not looked at."
        yield Precondition(f"slot {name} can be looked at", why, Met.NO, why)
        return
    yield _free(check)
    yield _file_system(check)
    if check.fs_type != _FILE_SYSTEM and check.fs_type not in _OLDER:
        return
    yield _in_order(check)
    if check.unread is not None:
        yield _unread(check)
        yield _known(scene, check)
        return
    yield _starts(check, "kernel", check.kernel, "The boot loader would find no kernel there")
    yield _starts(check, "first program", check.init, "Its kernel would find no init to start")
    yield _image(check)
    yield _device_type(scene, check)
    for problem in check.problems:
        yield Precondition(f"nothing else against slot {name}", problem, Met.NO, f"Slot {name}: {problem}")
    yield _known(scene, check)


def _free(check: SlotCheck) -> Precondition:
    words = f"slot {check.slot} is not in use"
    if check.mounted:
        remedy = f"{check.device} is mounted: unmount it first, what is written to it now may be torn."
        return Precondition(words, "mounted", Met.NO, remedy)
    return Precondition(words, "not mounted", Met.YES)


def _file_system(check: SlotCheck) -> Precondition:
    words = f"slot {check.slot} holds a whole {_FILE_SYSTEM}"
    if check.fs_type != _FILE_SYSTEM and check.fs_type not in _OLDER:
        remedy = f"Slot {check.slot} ({check.device}) holds no root file system: install an update instead."
        return Precondition(words, check.fs_type or "none", Met.NO, remedy)
    if check.fs_size is None or check.partition_size is None:
        remedy = f"Whether all of slot {check.slot} is there can't be told."
        return Precondition(words, "size not known", Met.DOUBT, remedy)
    reading = f"{_mib(check.fs_size)} of {_mib(check.partition_size)} MiB"
    if check.fs_size > check.partition_size:
        remedy = f"The file system in slot {check.slot} is larger than its partition: it can't be mounted."
        return Precondition(words, reading, Met.NO, remedy)
    if check.fs_type in _OLDER:
        remedy = (
            f"Slot {check.slot} holds {check.fs_type}, and a ModuCop's images are {_FILE_SYSTEM}: it may not be one."
        )
        return Precondition(words, f"{check.fs_type}, {reading}", Met.DOUBT, remedy)
    return Precondition(words, reading, Met.YES)


def _mib(size: int) -> int:
    return size >> 20


def _in_order(check: SlotCheck) -> Precondition:
    words = f"file system of slot {check.slot} in order"
    if check.clean is None:
        remedy = f"Whether slot {check.slot} is undamaged can't be told: {check.clean_words}."
        return Precondition(words, check.clean_words, Met.DOUBT, remedy)
    if not check.clean:
        remedy = f"Slot {check.slot} is damaged: {check.clean_words}. Install an update instead."
        return Precondition(words, check.clean_words, Met.NO, remedy, override="damaged")
    return Precondition(words, check.clean_words, Met.YES)


def _unread(check: SlotCheck) -> Precondition:
    remedy = f"Slot {check.slot}: {check.unread} Whether it has a kernel, and which image it is, can't be told."
    return Precondition(f"slot {check.slot} can be looked into", "files not read", Met.DOUBT, remedy)


def _starts(check: SlotCheck, what: str, found: str | None, without: str) -> Precondition:
    words = f"slot {check.slot} has a {what}"
    if found is None:
        return Precondition(
            words, "none", Met.NO, f"{without}: slot {check.slot} can't boot. Install an update instead."
        )
    return Precondition(words, found, Met.YES)


def _image(check: SlotCheck) -> Precondition:
    words = f"slot {check.slot} says what it is"
    image = check.image
    reading = None if image is None else image.version or image.name or image.artifact_name
    if reading is None:
        remedy = f"Slot {check.slot} holds no image with a version: nobody can say what would boot."
        return Precondition(words, "no version", Met.NO, remedy, override="unnamed")
    return Precondition(words, reading, Met.YES)


def _device_type(scene: Scene, check: SlotCheck) -> Precondition:
    words = "its image is for this device"
    mender, slots = scene.readings.mender.value, scene.readings.slots.value
    device = None if mender is None else mender.device_type
    running = None if slots is None else slots.slot(check.slot.other)
    fit = fits(check.device_type, device, device_type_of(None if running is None else running.image))
    if fit is None:
        remedy = f"Whether the image in slot {check.slot} is for this device can't be told."
        return Precondition(words, check.device_type or "it does not say", Met.DOUBT, remedy)
    if not fit:
        remedy = f"Slot {check.slot} holds an image for {check.device_type}, this is a {device or 'different device'}."
        return Precondition(words, check.device_type or "another", Met.NO, remedy)
    return Precondition(words, check.device_type or "", Met.YES)


def _known(scene: Scene, check: SlotCheck) -> Precondition:
    """A slot that was half overwritten still looks fine: only the ledger tells (device facts 2.5)."""
    words = f"how the content of slot {check.slot} is known"
    readings = scene.readings
    if readings.work.value is None:
        remedy = f"The ledger of slots was not read: whether slot {check.slot} was written to its end is not known."
        return Precondition(words, "ledger not read", Met.DOUBT, remedy)
    today = known_today(
        check.slot,
        readings.work.value.ledger,
        slots=readings.slots.value,
        mender=readings.mender.value,
        boot_id=None if readings.system.value is None else readings.system.value.boot_id,
        superblock=check.superblock,
    )
    if today.known is Known.WRITING:
        remedy = f"Slot {check.slot} may be half overwritten, however well it looks: {today.words}. Install again."
        return Precondition(words, today.words, Met.NO, remedy, override="unfinished")
    if today.known in (Known.VERIFIED, Known.BOOTED):
        return Precondition(words, today.words, Met.YES)
    remedy = f"That slot {check.slot} is whole was never verified: {today.words}."
    return Precondition(words, today.words, Met.DOUBT, remedy)
