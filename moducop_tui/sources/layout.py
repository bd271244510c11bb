"""Where the file systems differ from the layout that a ModuCop's concept promises, and what follows from each.

The expected layout is that of the concept document and of the device facts, section 6. Newer images keep /var/log on
the data partition, which is no deviation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from moducop_tui.model.foreign import clean
from moducop_tui.model.storage import UpperHome
from moducop_tui.sources.mount_choice import AUTOMOUNT, MEMORY_TYPES
from moducop_tui.sources.mounts import Mount, is_within, mount_at
from moducop_tui.sources.overlays import DATA, overlay_directories, upper_home, upper_mount

KEPT_OVERLAYS = ("/etc", "/root")
"""Overlays whose upper directory is on the data partition."""
VOLATILE_OVERLAYS = ("/var/cache", "/var/lib", "/var/spool")
"""Overlays whose upper directory is in memory."""
LINKED = ("/var/log", "/var/run")
"""Places that are links on most images; `Layout.links` says where they lead."""

_NOT_A_MODUCOP = (
    "This machine has no /data and no /etc/mender/mender.conf: it is not laid out as a ModuCop, "
    "so its storage is shown as it is and not judged."
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the rules look at: the whole mount table, where `LINKED` places lead, and whether Mender is configured."""

    mounts: Sequence[Mount]
    links: Mapping[str, str]
    """Place -> the path behind all its links; a place that does not exist is missing."""
    has_mender: bool
    lost: frozenset[str] = frozenset()
    """Mount points of overlays whose upper directory is not found at its path: what holds that path says nothing."""
    closed: frozenset[str] = frozenset()
    """Those among the lost at which this user may not look: nothing is known to be different there."""
    uppers: Mapping[str, str] = field(default_factory=dict)
    """Upper directory as it was given -> the path behind its links and dots."""

    def holder(self, path: str) -> Mount | None:
        """The mount that holds a path."""
        return mount_at(self.mounts, path)

    def mount(self, point: str) -> Mount | None:
        """The mount exactly there."""
        holder = self.holder(point)
        return holder if holder is not None and holder.mount_point == point else None

    def home(self, path: str) -> UpperHome:
        """Where what is written at a path is kept, below an overlay where there is one."""
        holder = self.holder(path)
        return self.overlay_home(holder) if holder is not None and holder.fs_type == "overlay" else self.home_of(holder)

    def home_of(self, holder: Mount | None) -> UpperHome:
        """What a mount that is no overlay keeps."""
        return upper_home(holder, self.mounts)

    def overlay_home(self, overlay: Mount) -> UpperHome:
        """Where an overlay keeps what is written to it."""
        upper = overlay_directories(overlay).upper
        if upper is None or overlay.mount_point in self.lost:
            return UpperHome.UNKNOWN
        return self.home_of(self.upper_holder(upper))

    def upper_holder(self, upper: str) -> Mount | None:
        """The mount that holds an upper directory."""
        return upper_mount(self.mounts, self.uppers.get(upper, upper))

    def in_memory(self, path: str) -> bool:
        """Whether what is written at a path is gone at the next reboot."""
        return self.home(path) is UpperHome.TMPFS


def deviations(layout: Layout) -> tuple[str, ...]:
    """A sentence for each difference; one single sentence on a machine that is no ModuCop at all."""
    if layout.mount(DATA) is None and not layout.has_mender:
        return (_NOT_A_MODUCOP,)
    return (
        *_root(layout),
        *_data(layout),
        *(sentence for place in KEPT_OVERLAYS for sentence in _kept(layout, place)),
        *(sentence for place in VOLATILE_OVERLAYS for sentence in _volatile(layout, place)),
        *_memory(layout),
        *_log(layout),
    )


def _root(layout: Layout) -> Iterator[str]:
    root = layout.mount("/")
    if root is not None and not root.read_only:
        yield (
            "/ is mounted read-write, not read-only: a power cut can damage this slot, "
            "and what is changed there is lost with the next update."
        )


def _data(layout: Layout) -> Iterator[str]:
    data = layout.mount(DATA)
    if data is None:
        yield (
            "/data is not mounted: settings, apps and Mender's memory are out of reach, and nothing written now is "
            "kept. Look for the data partition in the kernel's log."
        )
    elif data.fs_type == AUTOMOUNT:
        yield (
            "/data is not mounted: an automount waits there for its first access, or its mount has failed. "
            "Look for data.mount in the journal."
        )
    elif data.fs_type in MEMORY_TYPES:
        yield (
            "/data is in memory (tmpfs), not on the data partition: everything written there, settings and apps "
            "too, is gone at the next reboot."
        )
    elif data.read_only:
        yield (
            "/data is mounted read-only: settings can't be saved, containers and updates can't write. "
            "Look for ext4 errors in the kernel's log."
        )


def _kept(layout: Layout, place: str) -> Iterator[str]:
    overlay = _overlay(layout, place)
    if overlay is None:
        yield f"{place} is not an overlay: {_without_overlay(layout, place)}"
        return
    if place in layout.closed:
        return
    home = layout.overlay_home(overlay)
    if home is UpperHome.TMPFS:
        yield f"{place} keeps its changes in memory (tmpfs), not on /data: they are gone at the next reboot."
    elif home is UpperHome.OTHER:
        yield (
            f"{place} keeps its changes on {_upper_source(layout, overlay)}, not on /data: "
            "the other slot will not have them."
        )
    elif home is UpperHome.UNKNOWN:
        yield f"{place} {_unknown_home(overlay, 'do not count on them after a reboot')}"
    elif overlay.read_only:
        yield f"{place} is mounted read-only: its settings can't be changed now."


def _volatile(layout: Layout, place: str) -> Iterator[str]:
    overlay = _overlay(layout, place)
    if overlay is None:
        if layout.in_memory(place):
            yield f"{place} is a plain tmpfs, not an overlay: what the image ships there may be missing."
        elif layout.home(place) is UpperHome.DATA:
            yield f"{place} is on /data, not in memory: it wears the flash and survives reboots."
        else:
            yield f"{place} is not an overlay: {_without_overlay(layout, place)}"
        return
    if place in layout.closed:
        return
    home = layout.overlay_home(overlay)
    if home is UpperHome.UNKNOWN:
        yield f"{place} {_unknown_home(overlay, 'it may fill without being seen')}"
    elif home is not UpperHome.TMPFS:
        yield (
            f"{place} keeps its changes on {_upper_source(layout, overlay)}, not in memory: "
            "that wears the flash, and what should be gone after a reboot stays."
        )


def _memory(layout: Layout) -> Iterator[str]:
    if not layout.in_memory("/var/volatile"):
        yield "/var/volatile is not a tmpfs: what programs write there goes to the flash or is refused."
    if not layout.in_memory("/run"):
        yield "/run is not a tmpfs: services can't keep their run-time files, and old ones outlive a reboot."
    var_run = layout.links.get("/var/run")
    if var_run is not None and not layout.in_memory(var_run):
        yield f"/var/run leads to {clean(var_run)}, not into memory: run-time files of a past boot mislead services."


def _log(layout: Layout) -> Iterator[str]:
    place = layout.links.get("/var/log")
    if place is None:
        yield "/var/log is missing or leads nowhere: programs can't write their logs."
    elif layout.home(place) not in {UpperHome.TMPFS, UpperHome.DATA}:
        yield (
            f"/var/log leads to {clean(place)}, neither in memory nor on /data: "
            "logs wear this slot's flash or can't be written."
        )


def _overlay(layout: Layout, place: str) -> Mount | None:
    mount = layout.mount(place)
    return mount if mount is not None and mount.fs_type == "overlay" else None


def _without_overlay(layout: Layout, place: str) -> str:
    holder = layout.holder(place)
    if holder is None or holder.read_only:
        return "nothing can be changed there."
    if is_within("/", holder.mount_point):
        return "changes go into this slot and are lost with the next update."
    return f"changes go to {clean(holder.source)} ({clean(holder.fs_type)} on {clean(holder.mount_point)})."


def _unknown_home(overlay: Mount, follows: str) -> str:
    if overlay_directories(overlay).upper is None:
        return "is an overlay without an upper directory: nothing can be changed there."
    return f"keeps its changes in a place that can't be found: {follows}."


def _upper_source(layout: Layout, overlay: Mount) -> str:
    holder = layout.upper_holder(overlay_directories(overlay).upper or "")
    return clean(holder.source) if holder is not None else "an unknown place"
