"""The states of which there are pictures, by name."""

from __future__ import annotations

from dataclasses import replace

from moducop_tui.model.apps import App, AppKind, Apps, ContainerState
from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.foreign import clean
from moducop_tui.model.log import RepeatedEntry
from moducop_tui.model.mender import ClientKind, Mender, PendingUpdate, Unit
from moducop_tui.model.reading import Reading
from moducop_tui.model.readings import Readings
from moducop_tui.model.slots import SlotName, Slots
from moducop_tui.model.storage import Storage
from tests.screens import builders as build

_HOSTILE = "\x1b[31mevil\x1b[0m\x07\u202enoitadpu\u0000 [bold]x[/bold] \xe9\u6f22\u5b57 " + "y" * 300


def _pending() -> PendingUpdate:
    return PendingUpdate(build.ARTIFACT_B, ("rootfs-image",), build.ARTIFACT_B, "Before_ArtifactCommit_Enter")


def _trial() -> Readings:
    return build.readings(
        boot=build.environment(part=3, upgrade=1),
        mender=build.mender(build.ARTIFACT_A, _pending()),
        storage=build.storage(volatile=0.81, growth=4_700.0),
        apps=build.apps(failing=True),
        log=build.log(),
    )


def _broken() -> Readings:
    return build.readings(boot=build.environment(part=2), log=build.log())


def _environment_unreadable() -> Readings:
    sentence = (
        "The boot environment can't be read: both copies on /dev/mmcblk0 have a wrong checksum. U-Boot would start "
        "with its defaults. Do not update or reboot; keep the device powered and call support."
    )
    return build.readings(boot=BootEnvironment(EnvironmentState.UNREADABLE, sentence))


def _engine_down() -> Readings:
    error = "Docker is not answering on /run/docker.sock: timed out after 2 s. systemctl status docker says why."
    return build.readings(apps=Reading(error=error, failed_at=build.NOW - 3))


def _stale() -> Readings:
    error = "Docker is not answering on /run/docker.sock: timed out after 2 s."
    apps = Reading(build.apps(), taken_at=build.NOW - 47, error=error, failed_at=build.NOW - 2)
    hung = "The file systems have not answered for 12 s."
    storage = Reading(build.storage(), taken_at=build.NOW - 190, error=hung, failed_at=build.NOW - 1)
    return build.readings(apps=apps, storage=storage)


def _no_moducop() -> Readings:
    system = replace(
        build.system(),
        host_name="laptop",
        model="ThinkPad T14",
        is_moducop=False,
        not_moducop="No Mender client, no boot environment and no second slot.",
    )
    slots = Slots(
        "/dev/nvme0n1", "gpt", (), (), "nothing", "UUID=6d3f2b1c-0a5e-4c55-9d1b-6a1f6f0e8f10", None,
        "/dev/nvme0n1p2", None, disk_error="This disk has no two slots: it is not that of a ModuCop.",
    )  # fmt: skip
    mender = Mender(
        ClientKind.NONE, None, None, (), None, (), None, None, None, Unit("mender-updated", present=False, active=None),
        None, (), None,
    )  # fmt: skip
    storage = Storage(
        (
            build.file_system("/", "/dev/nvme0n1p2", 502e9, 0.71),
            build.file_system("/boot/efi", "/dev/nvme0n1p1", 536e6, 0.06),
            build.file_system("/tmp", "tmpfs", 8e9, 0.01),
        ),
        (),
        ("/data is not mounted: nothing would survive an update.",),
    )
    return build.readings(
        system=system,
        slots=slots,
        boot=BootEnvironment(EnvironmentState.NO_TOOL, "fw_printenv is not installed: the next boot can't be known."),
        mender=mender,
        storage=storage,
        apps=Reading(error="There is no container engine: /run/docker.sock does not exist.", failed_at=build.NOW),
    )


def _hostile() -> Readings:
    name = clean(_HOSTILE)
    evil = build.container("gpx-logger", "logger", name=name, service=name, image=name, state=ContainerState.EXITED,
                           exit_code=139, finished_at=build.WALL - 9)  # fmt: skip
    apps = Apps(build.apps().engine, (App(name, AppKind.COMPOSE, (evil,), name), *build.apps().apps))
    recent = (RepeatedEntry(build.entry(100, name, 3, name), 999), *build.RECENT)
    system = replace(build.system(), host_name=name, failed_units=(name,))
    return build.readings(apps=apps, log=build.log(recent), system=system)


def _many_apps() -> Readings:
    few = build.apps(failing=True)
    more = tuple(App(f"probe-{n:02}", AppKind.SINGLE, (build.container(f"probe-{n:02}", "x"),)) for n in range(9))
    return build.readings(apps=Apps(few.engine, (*few.apps, *more)), log=build.log())


def _fallen_back() -> Readings:
    return build.readings(
        slots=build.slots(SlotName.A),
        boot=build.environment(part=2, bootcount=2),
        mender=build.mender(build.ARTIFACT_A, _pending()),
    )


STATES = {
    "idle": build.readings,
    "trial": _trial,
    "fell_back": _fallen_back,
    "broken": _broken,
    "environment_unreadable": _environment_unreadable,
    "engine_down": _engine_down,
    "stale": _stale,
    "no_moducop": _no_moducop,
    "hostile": _hostile,
    "many_apps": _many_apps,
    "nothing_yet": Readings,
}
