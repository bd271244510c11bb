"""What other tools in the machine say, as plain values: the truth that the console's screens are held against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .inside import Result


class Device(Protocol):
    """A machine in which tools can be asked: played in a container, or emulated."""

    @property
    def mender(self) -> str:
        """The name of its Mender client's program."""

    def run(self, argv: Sequence[str]) -> Result:
        """Run a command inside to its end."""

    def sh(self, script: str) -> Result:
        """Run a shell script inside."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of findmnt; sizes in bytes, None where the file system has none."""

    target: str
    source: str
    fstype: str
    options: frozenset[str]
    size: int | None
    used: int | None


@dataclass(frozen=True, slots=True)
class Container:
    """One container as ``docker inspect`` tells it."""

    id: str
    name: str
    image: str
    status: str
    health: str | None
    restarts: int
    exit_code: int
    labels: Mapping[str, str]

    @property
    def project(self) -> str | None:
        """The compose project it belongs to."""
        return self.labels.get("com.docker.compose.project")

    @property
    def service(self) -> str | None:
        """The compose service it is an instance of."""
        return self.labels.get("com.docker.compose.service")


class Witness:
    """Asks the tools of one machine. Each call asks anew."""

    def __init__(self, machine: Device) -> None:
        self._machine = machine

    def _out(self, *argv: str) -> str:
        return self._machine.run(argv).check().stdout

    # -- disk --------------------------------------------------------------------------------------------------

    def mounts(self) -> dict[str, Mount]:
        """All mounts by their targets; of two on one target the upper one."""
        told = json.loads(
            self._out("findmnt", "--json", "--list", "--bytes", "-o", "TARGET,SOURCE,FSTYPE,OPTIONS,SIZE,USED")
        )
        return {item["target"]: _mount(item) for item in told["filesystems"]}

    def root_device(self) -> str:
        """The device that is mounted on the root."""
        return self.mounts()["/"].source

    def block_devices(self) -> list[dict[str, Any]]:
        """lsblk's tree; sizes in bytes."""
        told = json.loads(self._out("lsblk", "--json", "--bytes", "-o", "NAME,MAJ:MIN,SIZE,RO,TYPE,MOUNTPOINTS"))
        devices: list[dict[str, Any]] = told["blockdevices"]
        return devices

    def superblock(self, device: str) -> dict[str, str]:
        """What blkid reads on a device: TYPE, LABEL, UUID, PARTUUID."""
        return _pairs(self._out("blkid", "--probe", "--output", "export", device))

    # -- boot and updates --------------------------------------------------------------------------------------

    def environment(self, *names: str) -> dict[str, str]:
        """Boot environment variables, all of them without names; one that is not set is empty."""
        return _pairs(self._out("fw_printenv", *names))

    def artifact(self) -> str:
        """The name of the installed artifact, as Mender knows it."""
        return self._out(self._machine.mender, "show-artifact").strip()

    def provides(self) -> dict[str, str]:
        """What Mender's database says is installed."""
        return _pairs(self._out(self._machine.mender, "show-provides"))

    def image_name(self) -> str:
        """The second line of /etc/issue of the running root itself, below the overlay."""
        # A bind mount of the root alone does not take the overlay on /etc with it.
        look = "d=$(mktemp -d /run/root.XXXX); mount --bind / $d && cat $d/etc/issue; umount $d; rmdir $d"
        return self._machine.sh(look).check().stdout.split("\n")[1]

    # -- applications ------------------------------------------------------------------------------------------

    def containers(self) -> dict[str, Container]:
        """All containers, running or not, by name."""
        numbers = self._out("docker", "ps", "--all", "--quiet", "--no-trunc").split()
        if not numbers:
            return {}
        found = [_container(item) for item in json.loads(self._out("docker", "inspect", *numbers))]
        return {container.name: container for container in found}

    # -- journal and units -------------------------------------------------------------------------------------

    def journal(self, *matches: str, lines: int | None = None) -> list[dict[str, Any]]:
        """Journal entries, oldest first: ``matches`` are journalctl's, such as ``CONTAINER_NAME=x`` or ``-p3``."""
        count = () if lines is None else ("--lines", str(lines))
        told = self._out("journalctl", "--output=json", "--all", "--no-pager", *count, *matches)
        return [json.loads(line) for line in told.splitlines() if line]

    def boot_id(self) -> str:
        """The running boot's id, without dashes as in the journal."""
        return self._out("cat", "/proc/sys/kernel/random/boot_id").strip().replace("-", "")

    def failed_units(self) -> list[str]:
        """Units in state failed."""
        told = self._out("systemctl", "list-units", "--failed", "--plain", "--no-legend")
        return [line.split()[0] for line in told.splitlines() if line]


def _pairs(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def _mount(item: Mapping[str, Any]) -> Mount:
    options = frozenset(item["options"].split(","))
    return Mount(item["target"], item["source"], item["fstype"], options, _int(item["size"]), _int(item["used"]))


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _container(item: Mapping[str, Any]) -> Container:
    state = item["State"]
    return Container(
        id=item["Id"],
        name=item["Name"].lstrip("/"),
        image=item["Config"]["Image"],
        status=state["Status"],
        health=state.get("Health", {}).get("Status"),
        restarts=item["RestartCount"],
        exit_code=state["ExitCode"],
        labels=item["Config"]["Labels"] or {},
    )
