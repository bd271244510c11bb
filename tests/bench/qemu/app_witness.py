"""Whether an application is whole after a cut: all its containers run in one version, the one that Mender knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ..technician import DONE, REFUSED, Technician
from ..witness import Witness
from .updates import APP

if TYPE_CHECKING:
    from .device import Device

_SERVICES: Final = frozenset({"web", "db"})


class AppWitness:
    """Asks Docker and Mender's own memory."""

    def __init__(self, device: Device) -> None:
        self._technician = Technician(device)
        self._witness = Witness(device)

    def heal(self) -> list[str]:
        """Have the console bring the application back where it offers that, and see that it is whole; what it took.

        After a cut Docker itself may not know its own network any more: then a repair ends with an app that does not
        run, says so, and starting it is the next thing that is offered.
        """
        taken: list[str] = []
        told = self._technician.act("repair", APP)
        if told["code"] != REFUSED:
            taken.append("repair")
            if told["code"] != DONE:
                self._technician.do("start", "app", APP)
                taken.append("start")
        running = self._running()
        believed = self._believed()
        assert running == dict.fromkeys(_SERVICES, believed), f"{running} run, and Mender knows {believed}"
        return taken

    def _running(self) -> dict[str, str]:
        found = self._witness.containers().values()
        own = [one for one in found if one.project == APP and one.status == "running"]
        return {str(one.service): one.labels["software-version"] for one in own}

    def _believed(self) -> str | None:
        provides: dict[str, str] = json.loads(self._technician.memory().get("artifact-provides", "{}"))
        return provides.get(f"data-partition.{APP}.version")
