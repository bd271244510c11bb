"""What must be so after the power was cut in an update of an application, with a real Docker engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from .power_cut import Found, history_is_true
from .technician import DONE, Technician
from .witness import Witness

if TYPE_CHECKING:
    from .lab import Lab
    from .witness import Container

APP: Final = "nginx-demo"
UPDATE: Final = "/uboot/new-app.mender"
SERVICES: Final = frozenset({"web", "db"})
_WAYS_OUT: Final = (("commit",), ("rollback",), ("resume",), ("repair", APP))
_ON_THE_DISK: Final = "cd /data/mender-app && ls -A && cat */manifests/.env; cd .transactions && ls -A *"


def look_at_app(lab: Lab) -> Found:
    """Hold what the console says of the application, of Mender and of the action against what other tools say."""
    technician = Technician(lab)
    status = technician.status()
    verdict, pending = status["verdict"], technician.pending()
    assert (verdict["booted"], verdict["next_boot"], verdict["agree"]) == ("A", "A", True), verdict
    assert verdict["phase"] == ("app update pending" if pending else "idle"), (verdict, pending)
    outcome = history_is_true(lab, status["work"]["value"])
    there = _containers(lab)
    told = {one["name"]: one for app in status["apps"]["value"]["apps"] for one in app["containers"]}
    assert {name: one["image"] for name, one in told.items()} == {name: one.image for name, one in there.items()}
    versions = sorted((str(one.service), one.labels["software-version"], one.status) for one in there.values())
    on_the_disk = lab.sh(_ON_THE_DISK).stdout
    state = (verdict["phase"], (pending or {}).get("InState"), *versions, on_the_disk)
    return Found(lab.slot, verdict["phase"], outcome, state)


def take_apps_way_out(lab: Lab) -> tuple[str, ...]:
    """Do what the console offers until nothing is pending and the application is whole, in the version that Mender
    knows; what it was.

    Docker may have lost a network, a start or half a container with the power. Then a module's rollback or a repair can
    fail: the console says so, starts the application, and where it says to install it again, that puts all right.
    """
    technician = Technician(lab)
    taken: list[str] = []
    is_to_be_installed = False
    for words in _WAYS_OUT:
        if technician.refusal(*words) is None:
            taken.append(words[0])
            told = technician.act(*words)
            if told["code"] != DONE:
                assert technician.pending() is None, told["record"]
                is_to_be_installed |= "install it again" in told["record"]["sentence"]
    assert (technician.phase(), technician.pending()) == ("idle", None)
    if not _runs(lab):
        said = [one["sentence"] for one in technician.status()["problems"]]
        assert any(APP in sentence for sentence in said), f"{_containers(lab)}, and the console says only {said}"
        technician.do("start", "app", APP)
        taken.append("start")
    if is_to_be_installed:
        technician.do("install", UPDATE)
        if technician.pending() is not None:
            technician.do("commit")
        taken.append("install")
    _is_whole(lab)
    lab.reboot()
    _is_whole(lab)
    return tuple(taken)


def _runs(lab: Lab) -> bool:
    """Whether all containers run, or do so soon: Docker answers before it has started what ran before."""
    running = f'[ "$(docker ps --quiet --filter label=com.docker.compose.project={APP} | wc -l)" = {len(SERVICES)} ]'
    return lab.sh(f"for _ in $(seq 30); do {running} && exit; sleep 0.1; done; exit 1").rc == 0


def _is_whole(lab: Lab) -> None:
    """Whether all of the application runs in the one version that Mender believes to be installed."""
    provides = json.loads(Technician(lab).memory().get("artifact-provides", "{}"))
    version = provides.get(f"data-partition.{APP}.version")
    assert _runs(lab), _containers(lab)
    found = {str(one.service): one.labels["software-version"] for one in _containers(lab).values()}
    assert found == dict.fromkeys(SERVICES, version), f"{found} run, and Mender knows {version}"


def _containers(lab: Lab) -> dict[str, Container]:
    found = Witness(lab).containers()
    return {name: one for name, one in found.items() if one.project == APP}
