"""Apps and Logs in a whole virtual ModuCop: what docker and journalctl say, live, chosen, found and paused by keys."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE

from .desk import QUIET, SEEN, Desk, open_console, show, turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .machine import Machine
    from .witness import Witness


@pytest.fixture(scope="module")
def desk(machine: Machine) -> Iterator[Desk]:
    """One console for all tests here, as one technician would have it open."""
    with open_console(machine) as console:
        yield console


@pytest.fixture
def console(desk: Desk) -> Desk:
    """That console, on Overview."""
    show(desk, "Overview")
    return desk


class TestApps:
    def test_has_each_container_as_docker_has_it(self, console: Desk, machine: Machine, witness: Witness) -> None:
        show(console, "Apps")
        containers = witness.containers()
        console.press("<", "d")
        for _ in range(len(containers)):
            console.wait_for("log driver")
            text = console.settle(QUIET)
            facts = dict(re.findall(r"\|  (\S+(?: \S+)*)  +(.+)$", text, re.MULTILINE))
            name = re.search(r"\|(\w[\w-]*)$", text, re.MULTILINE)
            assert name, text
            container = containers.pop(name[1])
            told = json.loads(machine.run(["docker", "inspect", container.id]).check().stdout)[0]
            assert facts["id"] == container.id[:12]
            assert facts["image"] == container.image
            assert facts["state"].startswith("up ")
            assert facts["health check"] == (container.health or "none")
            assert facts["restarts"] == f"{container.restarts}, policy {told['HostConfig']['RestartPolicy']['Name']}"
            assert facts["service"] == container.service
            assert facts["pid"] == str(told["State"]["Pid"])
            assert facts["log driver"] == "journald"
            console.press("j")
            if containers:
                console.wait_gone(name[1])
        console.press("d", "<")
        assert not containers

    def test_shows_the_live_log_of_the_picked_container_beside_it(self, console: Desk, witness: Witness) -> None:
        show(console, "Apps")
        names = sorted(witness.containers())
        for key, name in (("<", "gpx-logger-logger-1"), (">", "nginx-demo-web-1")):
            assert name in names
            service = name.split("-")[-2]
            console.press(key)
            text = console.picture(re.compile(rf"\|{name}\n(.*\n)*.*\|\d\d:.* {service}: request \d+ served"))
            newest = max(int(number) for number in re.findall(rf"{service}: request (\d+) served", text))
            console.wait_for(f"{service}: request {newest + 2} served", timeout=PATIENCE)
            others = {one.split("-")[-2] for one in names} - {service}
            assert not any(f"{other}: request" in console.text() for other in others)


class TestLogs:
    @pytest.fixture
    def logs(self, console: Desk) -> Iterator[Desk]:
        """Logs, with everything in it; whatever a test chooses is taken back."""
        show(console, "Logs")
        yield console
        self.choose(console, "all")
        while "all levels" not in console.text():
            turn(console, "l", lambda screen: screen.split("\n")[1])

    def choose(self, console: Desk, source: str) -> None:
        console.press("s")
        console.wait_for("Log source")
        console.write(source)
        console.wait_for(re.compile(rf"> {source}"))
        console.press("enter")
        console.wait_gone("Log source")
        console.wait_for(f"Log of {source} - ")
        console.settle(QUIET)

    def entries(self, text: str) -> list[str]:
        return re.findall(r"^[ >]\d\d:\d\d:\d\d . .*", text, re.MULTILINE)

    def test_shows_one_container_alone(self, logs: Desk, witness: Witness) -> None:
        self.choose(logs, "nginx-demo-db-1")
        text = logs.picture(re.compile("db: request .*served"))
        assert all("nginx-demo-db-1" in entry for entry in self.entries(text))
        shown = re.findall(r"db: request (\d+) served", text)
        told = [entry["MESSAGE"] for entry in witness.journal("CONTAINER_NAME=nginx-demo-db-1")]
        assert {f"db: request {number} served" for number in shown} <= set(told)

    def test_shows_one_unit_alone(self, logs: Desk, witness: Witness) -> None:
        self.choose(logs, "docker.service")
        shown = [entry.split(maxsplit=3)[3] for entry in self.entries(logs.wait_for(re.compile(r"served\n.*served")))]
        said = [entry["MESSAGE"] for entry in witness.journal("--unit=docker.service")]
        told = [message.strip() for message in said if isinstance(message, str)]  # hostile bytes come as numbers
        assert all(any(message.startswith(one.removesuffix("..")) for message in told) for one in shown)

    def test_shows_from_a_level_on(self, logs: Desk, machine: Machine) -> None:
        for priority in ("info", "notice", "warning", "err"):
            machine.run(["logger", "-p", f"user.{priority}", "-t", "bench", f"level {priority}"]).check()
        words = {"info": "info and worse", "notice": "notice and worse", "warning": "warnings and errors"}
        for level, title in {**words, "err": "errors only"}.items():
            logs.press("l")
            logs.wait_for(title)
            logs.wait_for("level err")
            text = logs.settle(QUIET)
            hidden = list({**words, "err": ""})[: list({**words, "err": ""}).index(level)]
            assert not any(f"level {less}" in text for less in hidden)
            assert f"level {level}" in text or level == "info"  # the containers' own talk may have pushed it out

    def test_finds_a_text_and_goes_to_the_hit_before(self, logs: Desk, machine: Machine) -> None:
        for number in (1, 2):
            machine.run(["logger", "-p", "user.info", "-t", "bench", f"needle {number} of two"]).check()
        logs.wait_for("needle 2 of two", timeout=SEEN)
        logs.write("/NEEDLE")
        logs.press("enter")
        logs.wait_for(re.compile(r"^>\d.*needle 2 of two", re.MULTILINE))
        assert "PAUSED" in logs.row(1)
        logs.press("n")
        logs.wait_for(re.compile(r"^>\d.*needle 1 of two", re.MULTILINE))
        logs.press("enter")
        logs.wait_for(re.compile(r"Entry-+\n(.*\n)*?.*\| needle 1 of two"))
        logs.press("enter")
        logs.wait_gone("s after boot")
        logs.press(">")
        logs.wait_for("live")

    def test_loses_nothing_while_paused(self, logs: Desk, machine: Machine) -> None:
        self.choose(logs, "all")
        logs.press("f")
        logs.wait_for("PAUSED")
        before = self.entries(logs.settle(QUIET))
        word = f"pause{time.monotonic_ns() % 10**6}"
        script = f"for n in $(seq 60); do logger -p user.notice -t bench {word} $n; done"
        machine.sh(script).check()
        logs.wait_for(lambda text: int((re.search(r"PAUSED, (\d+) new", text) or [0, 0])[1]) >= 60)
        assert self.entries(logs.text()) == before
        logs.press("f")
        logs.wait_for(f"{word} 60")
        found: set[int] = set()
        for _ in range(40):
            found |= {int(number) for number in re.findall(rf"{word} (\d+)", logs.text())}
            if 1 in found:
                break
            turn(logs, "b", lambda text: self.entries(text)[0])
            logs.settle(QUIET)
        assert found == set(range(1, 61))
        logs.press(">")
        logs.wait_for("live")
