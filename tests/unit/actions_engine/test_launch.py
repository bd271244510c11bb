"""Orders on their way: an executor outside of the session, and the answer that is waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from moducop_tui import runner
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running import detached, launch
from moducop_tui.actions.running.detached import DetachError, Service, start_detached
from moducop_tui.actions.running.launch import Launcher, await_answer
from moducop_tui.actions.running.orders import new_id
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.acts import Act, VerifyArtifact
from moducop_tui.model.reading import Unavailable
from moducop_tui.runner import CommandError, CommandNotFoundError, Finished
from tests.patience import PATIENCE
from tests.unit.actions_engine.engine_stage import Stage, order_of, plan_of, step


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, plan_of(step("a")))


def runs() -> None:
    return None


def test_an_order_that_is_taken_up_gives_its_id(stage: Stage) -> None:
    action_id = stage.post()
    threading.Timer(0.1, lambda: stage.desk.answer(action_id, None)).start()
    assert await_answer(stage.desk, action_id, runs, 5.0) == action_id


def test_a_refusal_comes_back_in_its_own_words(stage: Stage) -> None:
    action_id = stage.post()
    stage.desk.answer(action_id, "The device is being changed.")
    assert await_answer(stage.desk, action_id, lambda: 1, 5.0) == Unavailable("The device is being changed.")


def test_an_executor_that_ends_at_once_is_said(stage: Stage) -> None:
    refused = await_answer(stage.desk, stage.post(), lambda: 127, 5.0)
    assert refused == Unavailable("The executor ended at once (exit code 127). Nothing was done.")


def test_an_order_that_nobody_takes_is_taken_back(stage: Stage) -> None:
    action_id = stage.post()
    refused = await_answer(stage.desk, action_id, runs, 0.1)
    assert refused == Unavailable("The executor did not begin within 0 s. The order was taken back.")
    stage.run_as(action_id)
    assert stage.performed == []


def test_an_order_that_was_taken_without_a_word_is_not_called_undone(stage: Stage) -> None:
    action_id = stage.post()
    stage.desk.take(action_id)
    refused = await_answer(stage.desk, action_id, runs, 0.1)
    assert isinstance(refused, Unavailable)
    assert "look at the history first" in refused.reason


def test_ids_are_unique_and_later_ones_sort_behind() -> None:
    ids = [new_id(1_770_000_000.0 + number) for number in range(100)]
    assert ids == sorted(ids)
    assert len({new_id(0.0) for _ in range(100)}) == 100


def test_what_lies_below_a_root_prefix_is_not_acted_on(tmp_path: Path) -> None:
    launcher = Launcher(Config(root=tmp_path), Host(tmp_path))
    refused = launcher.start(order_of(plan_of(step("a"))))
    assert refused == Unavailable(
        "Only the machine itself can be acted on, not what lies below a root prefix (--root). Nothing was done."
    )
    assert list(tmp_path.iterdir()) == []


def test_only_root_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    refused = Launcher(Config(), Host()).start(order_of(plan_of(step("a"))))
    assert refused == Unavailable("Only root may change the device: start moducop-tui as root. Nothing was done.")


def test_an_action_is_asked_to_stop_only_while_a_step_runs_that_can_be_stopped(stage: Stage) -> None:
    launcher = Launcher(Config(root=stage.root), stage.host)
    answers: list[Unavailable | None] = []

    def cancels(_: Act, kit: Kit) -> Result:
        answers.append(launcher.cancel(action_id))
        return Result(not kit.cancelled(), "stopped")

    stage.plan = plan_of(step("a"), step("look", act=VerifyArtifact("/x", "0")))
    stage.hands = {"a": cancels, "VerifyArtifact": cancels}
    action_id = stage.post()
    stage.run_as(action_id)
    assert answers == [Unavailable("The step that runs now can't be stopped without harm: wait for its end."), None]
    assert launcher.cancel(action_id) == Unavailable("That action does not run any more.")


# -- the process itself ----------------------------------------------------------------------------------------------


class Systemd:
    """Stands for systemd-run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int | CommandError = 0) -> None:
        self.argv: Sequence[str] = ()
        self._code = code
        monkeypatch.setattr(runner, "run", self._run)

    def _run(self, argv: Sequence[str], timeout: float) -> Finished:
        self.argv = argv
        if isinstance(self._code, CommandError):
            raise self._code
        return Finished(self._code, b"", b"", 0.01)


def with_systemd(root: Path) -> Host:
    (root / "run/systemd/system").mkdir(parents=True)
    return Host(root)


def service(*argv: str) -> Service:
    return Service("moducop-tui-x", "switch A", argv, ("/p y", "$HOME"), "/run/left")


def mark_of(root: Path, words: str = "touch") -> list[str]:
    return ["sh", "-c", f"{words} {root}/mark"]


def eventually(place: Path) -> bool:
    until = time.monotonic() + PATIENCE
    while not place.exists() and time.monotonic() < until:
        time.sleep(0.01)
    return place.exists()


def test_systemd_runs_it_as_a_service_whose_end_takes_its_commands_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemd = Systemd(monkeypatch)
    assert start_detached(with_systemd(tmp_path), service("/p", "$HOME", "work"))() is None
    before, after = systemd.argv[: systemd.argv.index("--")], systemd.argv[systemd.argv.index("--") + 1 :]
    assert after == ["/p", "$$HOME", "work"]  # systemd would put a variable's value in its place
    assert "--unit=moducop-tui-x" in before
    assert "--property=KillMode=mixed" in before
    assert "--property=OOMPolicy=continue" in before
    then = """--property=ExecStopPost=/bin/sh -c "test ! -e /run/left || exec '/p y' '$$HOME'\""""
    assert then in before
    assert any(word.startswith("--setenv=PYTHONPATH=") for word in before)


@pytest.mark.parametrize("code", [1, CommandNotFoundError("systemd-run is not installed.")])
def test_without_systemd_it_gets_a_session_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int | CommandError
) -> None:
    host = with_systemd(tmp_path)
    Systemd(monkeypatch, code)
    ended = start_detached(host, service(*mark_of(tmp_path, "ps -o sid= -p $$ >")))
    assert eventually(tmp_path / "mark")
    until = time.monotonic() + PATIENCE
    while ended() is None and time.monotonic() < until:
        time.sleep(0.01)
    assert ended() == 0
    assert int((tmp_path / "mark").read_text()) != os.getsid(0)


def test_a_program_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DetachError, match="/nonexistent could not be started: No such file"):
        start_detached(Host(tmp_path), service("/nonexistent"))


def test_an_action_goes_on_when_the_session_that_asked_for_it_is_dropped(tmp_path: Path) -> None:
    """What sshd and a getty do when the line drops: SIGHUP to the whole session, then its end."""
    program = (
        "import sys, time, pathlib\n"
        "from moducop_tui.actions.running.detached import Service, start_detached\n"
        "from moducop_tui.host import Host\n"
        f"argv = ['sh', '-c', 'sleep 0.5; touch {tmp_path}/mark']\n"
        f"start_detached(Host(pathlib.Path({str(tmp_path)!r})), Service('x', 'x', argv, (), ''))\n"
        f"pathlib.Path({str(tmp_path / 'started')!r}).touch()\n"
        "time.sleep(60)\n"
    )
    console = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    assert eventually(tmp_path / "started")
    os.killpg(console.pid, signal.SIGHUP)
    os.killpg(console.pid, signal.SIGKILL)
    console.wait()
    assert not (tmp_path / "mark").exists()
    assert eventually(tmp_path / "mark")


def test_the_executor_is_this_program_with_the_same_configuration() -> None:
    launcher = Launcher(Config(), Host(), Path("/etc/other.toml"))
    started = launcher._service("20261123T063045Z-3f9a1c", order_of(plan_of(step("a"))))
    words = list(started.argv)
    assert started.afterwards == [*words[:-1], "--put-back"]
    assert words == [sys.executable, "-m", "moducop_tui", "--config", "/etc/other.toml", "work",
                     "20261123T063045Z-3f9a1c"]  # fmt: skip
    done = subprocess.run([*words[:3], "work", "20261123T063045Z-3f9a1c", "--root", "/nonexistent"],
                          env=dict(detached._environment()), cwd="/", capture_output=True, text=True)  # fmt: skip
    assert done.stderr == "moducop-tui: --root /nonexistent is no directory.\n"


def test_the_limit_for_a_beginning_is_longer_than_reading_takes() -> None:
    assert launch.BEGIN_LIMIT >= 10
