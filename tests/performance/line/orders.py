"""A device that would do all that it is asked for: each look finds everything well, and orders are written down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from moducop_tui.model.ports import ActionPort, InspectPort
from moducop_tui.model.reading import Unavailable
from tests.screens import acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from moducop_tui.model.artifact import Artifact, Offer, Verified
    from moducop_tui.model.checks import AppCheck, SlotCheck
    from moducop_tui.model.media import Stick
    from moducop_tui.model.slots import SlotName
    from moducop_tui.model.work import Order


class WrittenDown(ActionPort):
    """One line an order, in a file that outlives the console."""

    forbidden = None

    def __init__(self, file: Path) -> None:
        self._file = file

    def start(self, order: Order) -> str | Unavailable:
        """The order's words."""
        with self._file.open("a") as file:
            file.write(order.action.words + "\n")
        return "written down"

    def cancel(self, action_id: str) -> Unavailable | None:
        """Nothing runs."""
        return Unavailable(f"{action_id} does not run.")


class Willing(InspectPort):
    """Whatever a plan needs is there."""

    def slot(self, name: SlotName) -> SlotCheck | Unavailable:
        """A slot that can be booted."""
        return acting.slot_check(name)

    def artifact(
        self, place: str, gave_up: Callable[[], bool] = lambda: False, *, listed: bool = False
    ) -> Artifact | Unavailable:
        """One for this device."""
        return acting.ARTIFACT

    def verify(
        self,
        place: str,
        tell: Callable[[int, int], None],
        cancelled: Callable[[], bool],
        take: Callable[[bytes], None] | None = None,
    ) -> Verified | Unavailable:
        """Only an install asks for it, and none gets so far."""
        return Unavailable(f"{place} is not looked at here.")

    def offers(self, stick: Stick) -> tuple[Offer, ...] | Unavailable:
        """Three artifacts."""
        return acting.OFFERS

    def kept(self) -> tuple[Offer, ...] | Unavailable:
        """Nothing beside."""
        return ()

    def app(self, name: str) -> AppCheck | Unavailable:
        """An app that is well."""
        return acting.APP_CHECK

    def free(self) -> int | None:
        """Much."""
        return 1 << 32
