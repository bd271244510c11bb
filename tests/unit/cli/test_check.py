from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from moducop_tui.__main__ import main
from moducop_tui.model.apps import Health
from moducop_tui.model.reading import Reading
from tests.unit.cli.fake_device import fake_device
from tests.unit.core.well_device import APPS, NGINX, SYSTEM, WEB, well, with_container


def checked(capsys: pytest.CaptureFixture[str], readings: Any) -> tuple[int, list[str]]:
    code = main(["check"], fake_device(readings))
    return code, capsys.readouterr().out.splitlines()


def test_a_well_device_is_one_line_and_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(capsys, well()) == (0, ["OK - all is well"])


def test_a_warning_is_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = checked(capsys, well(system=replace(SYSTEM, clock_synchronised=False)))
    assert code == 1
    assert lines[0] == "WARNING - ! clock not synchronised"
    assert lines[1].startswith("WARNING: The clock is not synchronised [the kernel's clock has no time source] Check")


def test_the_worst_decides_and_each_problem_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    readings = well(apps=with_container(health=Health.UNHEALTHY), system=replace(SYSTEM, clock_synchronised=False))
    code, lines = checked(capsys, readings)
    assert code == 2
    assert lines[0] == "CRITICAL - x 1 app fails  ! clock not synchronised"
    assert [line.split(":")[0] for line in lines[1:]] == ["CRITICAL", "WARNING"]


def test_what_could_not_be_read_is_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = checked(capsys, replace(well(), log=Reading(error="There is no journal.")))
    assert code == 3
    assert lines == [
        "UNKNOWN - ? log unknown",
        "UNKNOWN: The journal: not readable [There is no journal.]",
    ]


def test_sticks_that_cannot_be_seen_say_nothing_of_the_device(capsys: pytest.CaptureFixture[str]) -> None:
    """Below a root prefix nobody can see any: a well device there is well."""
    assert checked(capsys, replace(well(), media=Reading(error="Sticks can only be seen on the machine itself."))) == (
        0,
        ["OK - all is well"],
    )


def test_unknown_weighs_less_than_what_is_known_to_be_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    readings = well(system=replace(SYSTEM, clock_synchronised=False))
    code, lines = checked(capsys, replace(readings, log=Reading(error="There is no journal.")))
    assert code == 1
    assert lines[0] == "WARNING - ! clock not synchronised  ? log unknown"
    assert [line.split(":")[0] for line in lines[1:]] == ["WARNING", "UNKNOWN"]


def test_foreign_text_brings_no_performance_data_and_no_letter_that_mail_can_t_carry(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ill = replace(NGINX, name="bahn|höf=1;2", containers=(replace(WEB, health=Health.UNHEALTHY),))
    _, lines = checked(capsys, well(apps=replace(APPS, apps=(ill,))))
    assert lines[1].startswith("CRITICAL: App bahn/hof=1;2: web up unhealthy")
