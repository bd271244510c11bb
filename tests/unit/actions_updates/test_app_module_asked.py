"""Whether apps wait for a commit is asked of the update module itself, once for each change of its file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from moducop_tui import runner
from moducop_tui.host import Host
from moducop_tui.runner import CommandError, Finished
from moducop_tui.sources import mender_modules
from moducop_tui.sources.mender_memory import pending_update
from moducop_tui.sources.mender_modules import RollbackAsker

# Recorded: transcript apps51, power loss at docker:load.
CUT_APP = (
    b'{"Version":2,"ArtifactName":"app-nginx-demo-moducop-cpu01-linux_arm64-a895c3c","ArtifactGroup":"",'
    b'"PayloadTypes":["app"],"ArtifactTypeInfoProvides":{"data-partition.nginx-demo.version":"a895c3c"},'
    b'"ArtifactClearsProvides":["data-partition.nginx-demo.*"],"InState":"ArtifactInstall_Enter",'
    b'"Failed":false,"RolledBack":false}'
)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An update module `app` of this machine, asked as root."""
    path = tmp_path / "app"
    path.write_text("#!/bin/sh\n")
    monkeypatch.setattr(mender_modules, "APP_MODULE", str(path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return path


class Answers:
    """What the module answers, and how often it was asked."""

    def __init__(self, *said: bytes, code: int = 0) -> None:
        self.said, self.code, self.asked = list(said), code, 0

    def __call__(self, argv: Sequence[str], timeout: float) -> Finished:
        self.asked += 1
        assert argv[1:] == ["SupportsRollback"]
        if not self.said:
            raise CommandError("it did not answer.")
        return Finished(self.code, self.said.pop(0), b"warning: cannot find command 'xdelta3' in PATH.\n", 0.01)


def test_the_module_says_it_once_for_each_change_of_its_file(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(b"No\n", b"Yes\n")
    monkeypatch.setattr(runner, "run", answers)
    asker = RollbackAsker(Host())
    assert [asker.ask(), asker.ask(), answers.asked] == [False, False, 1]
    module.write_text("#!/bin/sh\n# the second generation\n")
    assert asker.ask() is True


@pytest.mark.parametrize("answers", [Answers(), Answers(b"perhaps\n"), Answers(b"Yes\n", code=1)])
def test_a_module_that_gives_no_answer_leaves_it_open(
    module: Path, monkeypatch: pytest.MonkeyPatch, answers: Answers
) -> None:
    monkeypatch.setattr(runner, "run", answers)
    assert RollbackAsker(Host()).ask() is None


def test_only_root_asks_and_only_on_this_machine(module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(b"Yes\n")
    monkeypatch.setattr(runner, "run", answers)
    assert RollbackAsker(Host(tmp_path)).ask() is None
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert RollbackAsker(Host()).ask() is None
    module.unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert RollbackAsker(Host()).ask() is None
    assert answers.asked == 0


def test_a_pending_update_says_of_which_app_it_is() -> None:
    pending = pending_update(CUT_APP)
    assert pending is not None
    assert pending.provides == (("data-partition.nginx-demo.version", "a895c3c"),)
    assert pending.app == "nginx-demo"


def test_a_root_file_system_is_of_no_app() -> None:
    pending = pending_update(CUT_APP.replace(b"data-partition.nginx-demo.version", b"rootfs-image.version"))
    assert pending is not None
    assert pending.app is None
