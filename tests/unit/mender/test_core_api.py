from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.host import Host
from moducop_tui.model.mender import Unit
from moducop_tui.sources.core_api import judge_state, read_core_api

UNIT = Unit("core-api-server", True, "active")
ABSENT = Unit("core-api-server", False, "inactive")


def state(mender: str, entity: str = "never_deployed") -> str:
    """As the server's diskstate store writes it: indented JSON of persistentState."""
    status = {"Code": entity, "Message": ""}
    coreos = {"Name": "coreos", "EntityType": "coreos", "DeployStatus": status, "MenderArtifact": ""}
    job = {"State": mender, "CurrentArtifact": "", "CurrentEntityType": "coreos"}
    return json.dumps({"MenderState": job, "Entities": {"coreos": coreos}, "BootID": "4b2f"}, indent=2)


@pytest.mark.parametrize(
    "word", ["installing", "rebooting", "committing", "recover_install_committing", "recover_install_clear_app"]
)
def test_a_server_at_work_is_busy(word: str) -> None:
    assert judge_state(state(word)) == (word, True)


def test_an_idle_server_is_not() -> None:
    assert judge_state(state("idle", "success")) == ("idle", False)


@pytest.mark.parametrize("code", ["waiting", "in_progress"])
def test_a_deployment_that_waits_for_its_turn_is_busy(code: str) -> None:
    assert judge_state(state("idle", code)) == ("idle", True)


def test_an_unknown_state_is_shown_and_not_judged() -> None:
    assert judge_state(state("daydreaming")) == ("daydreaming", None)
    assert judge_state('{"MenderState":{"State":3}}') == ("3", None)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"MenderState":7}', '{"MenderState":{}}', "[" * 100_000, "\x00"])
def test_a_file_that_makes_no_sense_is_unknown(text: str) -> None:
    assert judge_state(text) == (None, None)


def test_a_hostile_state_is_cleaned() -> None:
    assert judge_state(state("\x1b[2Jx"))[0] == "x"


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    judge_state(text)
    judge_state(state(text))


def test_the_state_file_is_read_where_the_server_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "data/core-api-server").mkdir(parents=True)
    (tmp_path / "data/core-api-server/cpumanager-state.json").write_text(state("installing"))
    server = read_core_api(Host(tmp_path), UNIT)
    assert server is not None
    assert (server.state, server.busy, server.unit) == ("installing", True, UNIT)


def test_without_unit_and_file_there_is_no_server(tmp_path: Path) -> None:
    assert read_core_api(Host(tmp_path), ABSENT) is None


def test_a_server_that_never_wrote_is_unknown_while_it_runs_and_idle_when_stopped(tmp_path: Path) -> None:
    running = read_core_api(Host(tmp_path), UNIT)
    stopped = read_core_api(Host(tmp_path), Unit("core-api-server", True, "inactive"))
    assert running is not None
    assert stopped is not None
    assert (running.busy, stopped.busy) == (None, False)
