from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from moducop_tui.__main__ import main
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.model.readings import Readings
from tests.patience import PATIENCE
from tests.unit.cli.fake_device import fake_device
from tests.unit.core.well_device import APPS, NGINX, SYSTEM, well


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def page(capsys: pytest.CaptureFixture[str], readings: Readings | None = None, *, simulated: bool = False) -> list[str]:
    assert main(["status"], fake_device(readings, simulated=simulated)) == 0
    return capsys.readouterr().out.splitlines()


def test_one_page_has_every_section_with_its_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(page(capsys))
    for part in (
        "MEC01-4711",
        "--Problems",
        "Nothing is wrong",
        "--Verdict",
        "root=/dev/mmcblk0p3",
        "--Slots",
        "v2.7.0",
        "--Boot environment",
        "--Mender",
        "--File systems",
        "/var/volatile",
        "--Overlays",
        "/data/overlay-etc/upper",
        "--Apps",
        "nginx-demo",
        "cannot open /dev/ttyS101",
        "--Machine",
        "--Network",
        "10.0.4.17/24",
    ):
        assert part in text


def test_the_page_is_plain_ascii_and_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    apps = replace(APPS, apps=(replace(NGINX, name="Fahrgäste-列車"),))
    lines = page(capsys, well(apps=apps))
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert max(map(len, lines)) <= 80
    assert any("Fahrgaste-??" in line for line in lines)


def test_what_could_not_be_read_has_its_sentence_in_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    readings = replace(well(), apps=Reading(error="Docker does not answer on /run/docker.sock."))
    lines = page(capsys, readings)
    section = lines.index(next(line for line in lines if line.startswith("--Apps")))
    assert "Docker does not answer on /run/docker.sock." in lines[section + 1]


def test_a_device_of_which_nothing_can_be_read_still_has_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    lines = page(capsys, Readings(**{topic.value: Reading(error=f"{topic} is gone.") for topic in Topic}))
    assert sum("is gone." in line for line in lines) >= len(Topic)


def test_a_simulated_device_says_so_in_the_first_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert page(capsys, simulated=True)[0].split()[:2] == ["DEMO", "MEC01-4711"]


def test_a_machine_that_is_no_moducop_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    laptop = replace(SYSTEM, is_moducop=False, not_moducop="No /etc/mender and no boot environment.")
    assert any("No /etc/mender and no boot environment." in line for line in page(capsys, well(system=laptop)))


def test_the_page_comes_without_any_terminal() -> None:
    program = [sys.executable, "-m", "moducop_tui", "--demo", "status"]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    done = subprocess.run(program, capture_output=True, stdin=subprocess.DEVNULL, env=environment, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.lstrip().startswith(b"DEMO  ")
    assert b"\x1b" not in done.stdout
