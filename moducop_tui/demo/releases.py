"""Image versions of the simulated device and the names they go by."""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.model.slots import SlotName

DEVICE_TYPE = "moducop-cpu01"


@dataclass(frozen=True, slots=True)
class Release:
    """An image version and the names it goes by."""

    version: str

    @property
    def image(self) -> str:
        """Line 2 of its /etc/issue."""
        return f"Moducop-CPU01_Standard-Image_{self.version}"

    @property
    def artifact(self) -> str:
        """Its name as a Mender artifact."""
        return f"cpu01-standard-{self.version}"


RELEASES = {
    SlotName.A: Release("v2.6.0.f457f6d.20260210.1540"),
    SlotName.B: Release("v2.7.0.40ee657.20260218.1208"),
}
"""What the slots hold when the demo begins."""
