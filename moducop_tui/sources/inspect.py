"""The looks at a real device that plans ask for. Each loads its own reader when it is first asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.artifact import Artifact, Offer, Verified
from moducop_tui.model.checks import AppCheck, SlotCheck
from moducop_tui.model.media import Stick
from moducop_tui.model.places import STATE
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.slots import SlotName


@dataclass(frozen=True, slots=True)
class Inspector:
    """Stands behind `model.ports.InspectPort`."""

    config: Config
    host: Host

    def slot(self, name: SlotName) -> SlotCheck | Unavailable:
        """Whether that slot holds a root file system that can be booted."""
        from moducop_tui.sources.slot_check import check_slot

        return check_slot(self.config, self.host, name)

    def artifact(
        self, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
    ) -> Artifact | Unavailable:
        """The header of an artifact."""
        from moducop_tui.sources.artifact import read_artifact

        return read_artifact(self.host, place, gave_up, listed=listed)

    def verify(
        self,
        place: str,
        tell: Callable[[int, int], None],
        cancelled: Callable[[], bool],
        take: Callable[[bytes], None] | None = None,
    ) -> Verified | Unavailable:
        """Check every part of an artifact against its manifest."""
        from moducop_tui.sources.artifact_verify import verify_artifact

        return verify_artifact(self.host, place, tell, cancelled, take)

    def offers(self, stick: Stick) -> tuple[Offer, ...] | Unavailable:
        """The artifacts on a stick."""
        from moducop_tui.sources.artifact_place import PlaceError
        from moducop_tui.sources.listed_sticks import check_is_listed
        from moducop_tui.sources.stick_offers import find_offers

        try:
            check_is_listed(self.host, stick.device)
        except PlaceError as error:
            return Unavailable(str(error))
        return find_offers(self.host, stick)

    def kept(self) -> tuple[Offer, ...] | Unavailable:
        """The artifacts on the data partition."""
        from moducop_tui.sources.kept_offers import find_kept

        return find_kept(self.host)

    def app(self, name: str) -> AppCheck | Unavailable:
        """An app's directories."""
        from moducop_tui.sources.app_check import check_app

        return check_app(self.host, name)

    def free(self) -> int | None:
        """Bytes free on the data partition."""
        import os

        from moducop_tui.sources.left_copies import bytes_of_copies

        place = self.host.path(STATE).parent
        try:
            status = os.statvfs(place)
        except OSError:
            return None
        return status.f_bavail * status.f_frsize + bytes_of_copies(self.host)
