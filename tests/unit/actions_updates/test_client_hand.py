"""Mender's client at work: judged by the device, never by its code or its words, and nothing of it is left behind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from moducop_tui.actions.hands import client_run
from moducop_tui.actions.hands.client import run_client
from moducop_tui.model.acts import ClientVerb, RunClient
from moducop_tui.model.expected import Expected
from moducop_tui.model.ledger import Known, SlotNote
from moducop_tui.model.mender import UpdateProcess
from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings
from tests.unit.actions_updates.client_kits import Bench, program
from tests.unit.actions_updates.update_scenes import (
    NEW_ARTIFACT,
    SHA,
    SIZE,
    STAGED,
    WAITS,
    boot,
    client_of,
    noted,
    readings_of,
    slots,
    update,
)
from tests.unit.slots.verdict_cases import A, B

IDLE = readings_of(client_of("5.x"))
INSTALLED = readings_of(client_of("5.x", update(WAITS)), environment=boot(3, 1))
CUT_4 = readings_of(client_of("4.x", update(None)), environment=boot(2))
IDLE_4 = readings_of(client_of("4.x"))
INSTALL = RunClient(ClientVerb.INSTALL, Expected.INSTALLED, "/data/ok.mender", artifact=NEW_ARTIFACT, slot=B)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of programs that stands before all others."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(client_run, "TICK", 0.02)
    return tmp_path


def bench(tools: Path, before: Readings = IDLE, after: Readings = INSTALLED) -> Bench:
    return Bench(before, after, tools / "done")


def client(tools: Path, script: str, name: str = "mender-update") -> None:
    program(tools, name, script)


def is_gone(pid_file: Path) -> bool:
    """Whether the process of that number does nothing any more; who waits for its end is no matter of ours."""
    try:
        state = Path(f"/proc/{int(pid_file.read_text())}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state in ("Z", "X")


def test_success_is_what_the_device_looks_like(tools: Path) -> None:
    client(tools, f'echo "$@" >{tools}/argv; touch {tools}/done; echo Streaming failed.; exit 1')
    desk = bench(tools)
    result = run_client(INSTALL, desk.kit())
    assert result.good
    assert (tools / "argv").read_text() == "install /data/ok.mender\n"
    assert result.sentence == (
        "An update is installed in B. The next boot tries it, once. (The client ended with code 1.)"
    )
    assert (result.exit_code, desk.lines) == (1, ["Streaming failed."])


def test_an_exit_code_of_0_is_no_success(tools: Path) -> None:
    client(tools, "echo 'Installed, but not committed.'; exit 0")
    result = run_client(INSTALL, bench(tools).kit())
    assert not result.good
    assert result.exit_code == 0
    assert "B may be overwritten in part" in result.sentence


def test_a_commit_that_rolls_back_with_code_0_is_no_commit(tools: Path) -> None:
    """Transcript cpp51, H: `Rolled back.`, exit code 0."""
    on_trial = readings_of(client_of("5.x", update(WAITS)), slots(mounted=B), boot(3, 1, 1))
    thrown_away = readings_of(client_of("5.x"), slots(mounted=B), boot(2, count=1))
    client(tools, f"touch {tools}/done; echo 'Rolled back.'; exit 0")
    act = RunClient(ClientVerb.COMMIT, Expected.COMMITTED, artifact=NEW_ARTIFACT, slot=B)
    result = run_client(act, bench(tools, on_trial, thrown_away).kit())
    assert not result.good
    assert result.sentence.startswith("It was not committed. Mender rolled it back. B runs, but A boots next")


def test_a_failure_says_why_and_what_is_so_now(tools: Path) -> None:
    client(
        tools,
        """echo 'record_id=1 severity=error time="x" name="Global" msg="Artifact device type does not match" ' >&2
    exit 1""",
    )
    result = run_client(INSTALL, bench(tools).kit())
    assert result.sentence.startswith("It was not installed: Artifact device type does not match. B may be")
    assert result.sentence.endswith("A is booted and committed. No update is pending.")


def test_go_is_called_by_its_own_name(tools: Path) -> None:
    client(tools, f"touch {tools}/done", "mender")
    go = readings_of(client_of("3.x", update(None)), environment=boot(3, 1))
    assert run_client(INSTALL, bench(tools, readings_of(client_of("3.x")), go).kit()).good


def test_5_x_is_stopped_before_it_arms(tools: Path) -> None:
    client(tools, f'echo "$@" >{tools}/argv; touch {tools}/done')
    staged = readings_of(client_of("5.x", update(STAGED)))
    act = RunClient(ClientVerb.INSTALL, Expected.STAGED, "/data/ok.mender", "ArtifactInstall_Enter", NEW_ARTIFACT, A)
    result = run_client(act, bench(tools, after=staged).kit())
    assert result.good
    assert (tools / "argv").read_text() == "install --stop-before ArtifactInstall_Enter /data/ok.mender\n"


def test_progress_is_in_bytes_of_what_the_client_counts(tools: Path) -> None:
    client(tools, f"printf '\\r0%%\\r50%%' >&2; sleep 0.1; printf '\\r100%%' >&2; touch {tools}/done")
    desk = bench(tools)
    act = RunClient(ClientVerb.INSTALL, Expected.INSTALLED, "/data/ok.mender", artifact=NEW_ARTIFACT, size=2000)
    assert run_client(act, desk.kit()).good
    assert [(one.share, one.done, one.total) for one in desk.told] == [(0.5, 1000, 2000), (1.0, 2000, 2000)]


def test_stopping_kills_the_module_too_though_it_is_in_a_group_of_its_own(tools: Path) -> None:
    """Transcript misc51, b: killed alone, the client leaves its module and a `cat` behind for ever."""
    module = program(tools, "module", f"echo $$ >{tools}/module.pid; exec sleep 60")
    client(tools, f"printf '\\r20%%' >&2; perl -e 'setpgrp; exec @ARGV' {module} & sleep 60")
    desk, asked = bench(tools), []

    def cancelled() -> bool:
        asked.append((tools / "module.pid").exists())
        return asked[-1]

    began = time.monotonic()
    result = run_client(INSTALL, desk.kit(cancelled=cancelled))
    assert time.monotonic() - began < 10
    assert not result.good
    assert result.sentence.startswith("It was not installed: stopped as asked. B may be overwritten in part")
    assert is_gone(tools / "module.pid")


def test_an_orphan_that_a_client_leaves_is_killed(tools: Path) -> None:
    client(tools, f"sleep 60 & echo $! >{tools}/orphan; touch {tools}/done; exit 0")
    assert run_client(INSTALL, bench(tools).kit()).good
    assert is_gone(tools / "orphan")


def test_4_x_has_noted_the_update_before_it_writes_so_it_is_told_to_drop_it(tools: Path) -> None:
    """Transcript misc40, b: after a SIGTERM in the middle the next install is refused."""
    script = f"""case $1 in
        install) touch {tools}/done; printf '\\r20%%' >&2; sleep 60;;
        rollback) touch {tools}/cleared; echo 'Rolled back.';;
    esac"""
    client(tools, script)
    desk = Bench(IDLE_4, CUT_4, tools / "done", IDLE_4)
    result = run_client(INSTALL, desk.kit(cancelled=(tools / "done").exists))
    assert not result.good
    assert result.sentence == (
        "It was not installed: stopped as asked. Mender has dropped it. "
        "B is overwritten in part: install again before it is booted."
    )
    assert (tools / "cleared").exists()


def test_a_client_that_was_killed_by_somebody_leaves_nothing_pending_either(tools: Path) -> None:
    script = f"""case $1 in
        install) touch {tools}/done; kill -9 $$;;
        rollback) touch {tools}/cleared;;
    esac"""
    client(tools, script)
    result = run_client(INSTALL, Bench(IDLE_4, CUT_4, tools / "done", IDLE_4).kit())
    assert result.exit_code == 137
    assert result.sentence.startswith("It was not installed: its client was ended by signal 9. Mender has dropped it.")


def test_what_is_all_written_is_not_stopped_any_more(tools: Path) -> None:
    client(tools, f"printf '\\r100%%' >&2; sleep 0.5; touch {tools}/written; sleep 0.6; touch {tools}/done")
    assert run_client(INSTALL, bench(tools).kit(cancelled=(tools / "written").exists)).good


@pytest.mark.parametrize("verb", [ClientVerb.COMMIT, ClientVerb.ROLLBACK, ClientVerb.RESUME])
def test_only_an_install_can_be_stopped(verb: ClientVerb, tools: Path) -> None:
    client(tools, f"sleep 0.3; touch {tools}/done")
    act = RunClient(verb, Expected.INSTALLED)
    assert run_client(act, bench(tools).kit(cancelled=lambda: True)).good


def test_an_app_is_not_stopped_in_the_middle_of_its_install(tools: Path) -> None:
    client(tools, f"sleep 0.3; touch {tools}/done")
    done = readings_of(client_of("4.x", artifact_name="app-1"))
    act = RunClient(ClientVerb.INSTALL, Expected.APP_DONE, "/data/app.mender", artifact="app-1")
    result = run_client(act, bench(tools, IDLE_4, done).kit(cancelled=lambda: True))
    assert result.good
    assert result.sentence == "app-1 is installed and committed."


def test_a_client_that_says_and_does_nothing_is_ended(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_run, "QUIET", 0.6)
    client(tools, "echo beginning; sleep 60")
    result = run_client(INSTALL, bench(tools).kit())
    assert not result.good
    assert "said and did nothing" in result.sentence


def test_a_client_that_works_without_a_word_is_left_alone(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_run, "QUIET", 0.6)
    busy = "i=0; while [ $i -lt 20 ]; do i=$((i+1)); cat /proc/self/stat >/dev/null; sleep 0.1; done"
    client(tools, f"{busy}; touch {tools}/done")
    assert run_client(INSTALL, bench(tools).kit()).good


def test_a_client_that_takes_for_ever_is_ended(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_run, "LONGEST", 0.3)
    client(tools, "while :; do echo still here; sleep 0.05; done")
    result = run_client(INSTALL, bench(tools).kit())
    assert "did not end within" in result.sentence


def test_nothing_is_begun_beside_another_client(tools: Path) -> None:
    client(tools, f"touch {tools}/done")
    busy = readings_of(client_of("5.x", processes=(UpdateProcess(812, "mender-update install x"),)))
    result = run_client(INSTALL, bench(tools, busy).kit())
    assert not result.good
    assert result.sentence == (
        "Nothing was done: mender-update install x (process 812) is at work. Wait until it has ended."
    )
    assert not (tools / "done").exists()


def test_the_client_of_another_machine_is_not_run(tools: Path, tmp_path: Path) -> None:
    client(tools, f"touch {tools}/done")
    assert not run_client(INSTALL, bench(tools).kit(tmp_path)).good
    assert not (tools / "done").exists()


def test_a_missing_client_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("moducop_tui.runner._SEARCH_PATH", str(tmp_path))
    result = run_client(INSTALL, bench(tmp_path).kit())
    assert result.sentence == "Mender's client could not be run: mender-update is not installed."


def test_a_device_that_can_t_be_read_afterwards_leaves_the_question_open(tools: Path) -> None:
    client(tools, "sleep 0.2")
    desk = bench(tools)
    kit = desk.kit(cancelled=lambda: bool(desk.broken.update({Topic.BOOT: "fw_printenv hangs."})))
    result = run_client(INSTALL, kit)
    assert not result.good
    assert result.sentence == (
        "What became of it can't be told: fw_printenv hangs. Look at Slots before anything else."
    )


TAKE_BACK = RunClient(ClientVerb.ROLLBACK, Expected.ROLLED_BACK, artifact=NEW_ARTIFACT, slot=A, unless_verified=B)


def with_note(known: Known) -> Readings:
    note = SlotNote(B, known, NEW_ARTIFACT, None, SHA, SIZE)
    return readings_of(client_of("4.x", update(None)), environment=boot(3, 1), work=noted(note))


def test_an_update_whose_content_is_wrong_is_taken_back(tools: Path) -> None:
    client(tools, f'echo "$@" >{tools}/argv; touch {tools}/done')
    result = run_client(TAKE_BACK, bench(tools, with_note(Known.WRITING), IDLE_4).kit())
    assert result.good
    assert result.sentence == "Rolled back. A is booted and committed. No update is pending."


@pytest.mark.parametrize("before", [with_note(Known.VERIFIED), IDLE_4])
def test_nothing_is_taken_back_that_is_verified_or_not_there(before: Readings, tools: Path) -> None:
    client(tools, f"touch {tools}/done")
    result = run_client(TAKE_BACK, bench(tools, before).kit())
    assert result.good
    assert result.sentence.endswith("there is nothing to be taken back.")
    assert not (tools / "done").exists()
