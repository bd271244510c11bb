"""The STORAGE topic: file systems, overlays, and where both differ from what a ModuCop promises."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from dataclasses import replace

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.storage import FileSystem, Overlay, Storage, UpperHome
from moducop_tui.model.wake import Wake
from moducop_tui.sources.layout import LINKED, Layout, deviations
from moducop_tui.sources.mount_choice import chosen, is_network
from moducop_tui.sources.mounts import Mount, parse_mountinfo, read_table, table_path, visible_mounts
from moducop_tui.sources.overlays import device_overlays, overlay_directories, upper_home, upper_mount
from moducop_tui.sources.upper_counts import UpperCounts
from moducop_tui.sources.usage import Growth, measure

_SETTLE = 0.25
"""Seconds in which changes of the mount table are taken as one: a container's start makes several."""


class StorageSource:
    """Reads mount table, usage and overlays. Also returns from `wait` when anything is mounted or unmounted."""

    topic = Topic.STORAGE
    cadence = 5.0
    time_limit = 15.0

    def __init__(self, config: Config, host: Host, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host
        self._clock = clock
        self._table = ""
        self._mounts: tuple[Mount, ...] = ()
        """The whole table, for look-ups: a covered mount leads to those that lie on it."""
        self._visible: tuple[Mount, ...] = ()
        """What can be reached, for lists."""
        self._shown: tuple[Mount, ...] = ()
        self._growth: dict[tuple[str, str], Growth] = {}
        self._counts = UpperCounts(host, config.overlay_walk_limit, clock)
        self._watched: int | None = None

    def read(self) -> Storage | Unavailable:
        """All that matters of what is mounted, or why the mount table can't be had."""
        try:
            table = read_table(self._host)
        except OSError as error:
            reason = error.strerror or error
            return Unavailable(f"The mount table {table_path(self._host)} could not be read: {reason}.")
        if table != self._table:
            self._table, self._mounts = table, parse_mountinfo(table)
            self._visible = visible_mounts(self._mounts)
            self._shown = chosen(mount for mount in self._visible if not self._is_bound_file(mount))
        if not self._visible:
            return Unavailable(f"The mount table {table_path(self._host)} shows no root file system.")
        overlays = self._overlays()
        return Storage(self._file_systems(), overlays, self._deviations(overlays))

    def wait(self, timeout: float, wake: Wake) -> None:
        """Return when something was mounted or unmounted, when woken, or after `timeout` seconds."""
        watched = self._watch()
        if watched is None:
            wake.wait(timeout)
            return
        poller = select.poll()
        poller.register(wake.fileno(), select.POLLIN)
        # The kernel signals a change of the table once, as an exceptional condition (man 5 proc, /proc/PID/mounts).
        poller.register(watched, select.POLLPRI | select.POLLERR)
        happened = poller.poll(max(0.0, timeout) * 1000)
        if any(descriptor == watched for descriptor, _ in happened):
            wake.wait(_SETTLE)

    def close(self) -> None:
        """Give back the watched mount table."""
        if self._watched is not None:
            os.close(self._watched)
            self._watched = None

    def _watch(self) -> int | None:
        if self._watched is None:
            try:
                self._watched = os.open(self._host.path(table_path(self._host)), os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                return None
        return self._watched

    def _file_systems(self) -> tuple[FileSystem, ...]:
        now = self._clock()
        measured = []
        growth: dict[tuple[str, str], Growth] = {}
        for mount in self._shown:
            found = measure(mount, self._host)
            if found.used is not None:
                key = (mount.mount_point, mount.device)
                growth[key] = self._growth.get(key) or Growth()
                found = replace(found, growth=growth[key].add(now, found.used))
            measured.append(found)
        self._growth = growth
        return tuple(measured)

    def _is_bound_file(self, mount: Mount) -> bool:
        """Whether a single file is mounted, as container engines do with /etc/hosts: no place where one can write."""
        if mount.root == "/" or is_network(mount):
            return False
        try:
            return not self._host.path(mount.mount_point).is_dir()
        except OSError:
            return False

    def _overlays(self) -> tuple[Overlay, ...]:
        mounts = device_overlays(self._visible)
        self._counts.forget_all_but(mounts)
        return tuple(self._overlay(mount) for mount in mounts)

    def _overlay(self, mount: Mount) -> Overlay:
        directories = overlay_directories(mount)
        upper = self._behind_links(directories.upper)
        holder = upper_mount(self._mounts, upper) if upper else None
        home = upper_home(holder, self._mounts)
        content, error, is_closed = None, None, False
        if upper is None:
            error = "It has no upper directory: nothing can be written to it."
        elif holder is None:
            error = "Where its upper directory is can't be told from here."
        else:
            counted = self._counts.of(mount, upper)
            content, error, is_closed = counted.content, counted.error, counted.is_closed
            if counted.mark is None:  # the path leads elsewhere now than when the overlay was mounted
                home, holder = UpperHome.UNKNOWN, None
        return Overlay(
            mount_point=clean(mount.mount_point),
            lower=tuple(clean(path) for path in directories.lower),
            upper=clean_or_none(directories.upper),
            work=clean_or_none(directories.work),
            upper_home=home,
            upper_device=clean(holder.source) if holder is not None else None,
            content=content,
            content_error=error,
            is_closed=is_closed,
        )

    def _deviations(self, overlays: tuple[Overlay, ...]) -> tuple[str, ...]:
        links = {place: target for place in LINKED if (target := self._resolved(place)) is not None}
        lost = frozenset(one.mount_point for one in overlays if one.upper_home is UpperHome.UNKNOWN)
        closed = frozenset(one.mount_point for one in overlays if one.is_closed)
        given = (overlay_directories(mount).upper for mount in device_overlays(self._visible))
        uppers = {upper: self._behind_links(upper) or upper for upper in given if upper}
        has_mender = self._host.exists("/etc/mender/mender.conf")
        return deviations(Layout(self._mounts, links, has_mender, lost, closed, uppers))

    def _behind_links(self, upper: str | None) -> str | None:
        """An upper directory without links and dots, which the mount options have as they were given."""
        if upper is None or not upper.startswith("/"):
            return upper
        return self._resolved(upper) or upper

    def _resolved(self, place: str) -> str | None:
        """Where a place leads behind all links, as a path of the device; None where that is nothing."""
        try:
            return self._host.resolved(place)
        except OSError:
            return None
