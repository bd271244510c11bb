"""The MENDER topic: which client, what it believes to be installed, what is pending, and who is updating just now."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.foreign import clean, clean_or_none
from moducop_tui.model.mender import ClientKind, Mender, Unit
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.sources import core_api
from moducop_tui.sources.device_type import ManifestError, manifest_value, read_device_type
from moducop_tui.sources.mender_client import ClientFinder
from moducop_tui.sources.mender_memory import read_memory
from moducop_tui.sources.mender_modules import RollbackAsker
from moducop_tui.sources.mender_processes import MODULES, updating_processes
from moducop_tui.sources.services import Services

POLICY = "/usr/share/ci4rail/ota/policy.json"
ARTIFACT_INFO = "/etc/mender/artifact_info"
DAEMONS = {
    ClientKind.MENDER_UPDATE: ("mender-updated", "mender-client", "mender"),
    ClientKind.MENDER_GO: ("mender-client", "mender", "mender-updated"),
    ClientKind.NONE: ("mender-updated", "mender-client", "mender"),
}
"""The daemon's service by client, the likeliest name first."""
_SERVICES_DISTANCE = 15.0


class MenderSource:
    """Reads files and process names; starts `systemctl` once in 15 s, and the client only when its file has changed."""

    topic = Topic.MENDER
    cadence = 5.0
    time_limit = 10.0

    def __init__(self, config: Config, host: Host, clock: Callable[[], float] = time.monotonic) -> None:
        del config  # nothing of Mender can be set
        self._host = host
        self._client = ClientFinder(host, clock)
        self._rollback = RollbackAsker(host)
        names = (*DAEMONS[ClientKind.MENDER_UPDATE], core_api.UNIT)
        self._services = Services(names, host, _SERVICES_DISTANCE, clock)

    def read(self) -> Mender | Unavailable:
        """What is known of Mender; a device without a client is an answer too."""
        client = self._client.look()
        installed = client.kind is not ClientKind.NONE
        memory = read_memory(self._host, expected=installed)
        units = self._services.units()
        device_type = read_device_type(self._host, client.kind)
        artifact_name = memory.artifact_name
        if artifact_name is None and memory.pending_error is None and client.kind is ClientKind.MENDER_GO:
            artifact_name = self._shipped_artifact()
        return Mender(
            client=client.kind,
            version=client.version,
            artifact_name=artifact_name,
            provides=memory.provides,
            device_type=device_type.value,
            device_type_error=device_type.problem if installed else None,
            modules=self._modules(),
            protected=self._host.exists(POLICY) if installed else None,
            pending=memory.pending,
            pending_error=memory.pending_error,
            daemon=choose_daemon(client.kind, units),
            deployment=memory.deployment,
            processes=updating_processes(self._host),
            core_api=core_api.read_core_api(self._host, units[core_api.UNIT]),
            error=client.error,
            note=memory.note,
            app_rollback=self._rollback.ask(),
        )

    def wait(self, timeout: float, wake: Wake) -> None:
        """Return when woken or after `timeout` seconds: processes come and go without notice."""
        wake.wait(timeout)

    def close(self) -> None:
        """Nothing is held open."""

    def _shipped_artifact(self) -> str | None:
        """What the image shipped with; the Go client names it while its store has no name (transcript go34)."""
        try:
            return clean_or_none(manifest_value(self._host.read_bytes(ARTIFACT_INFO), "artifact_name"))
        except (OSError, ManifestError):
            return None

    def _modules(self) -> tuple[str, ...]:
        try:
            entries = sorted(self._host.path(MODULES).iterdir())
        except OSError:
            return ()
        return tuple(clean(entry.name) for entry in entries if entry.is_file())


def choose_daemon(client: ClientKind, units: Mapping[str, Unit]) -> Unit:
    """The daemon's unit: an active one first, then one that is installed, then the likeliest name as missing."""
    candidates = [units[name] for name in DAEMONS[client]]
    active = [unit for unit in candidates if unit.active == "active"]
    present = [unit for unit in candidates if unit.present]
    return (active or present or candidates)[0]
