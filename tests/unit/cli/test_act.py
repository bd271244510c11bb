"""Actions as commands: nothing without a word for it, everything with its exit code."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from moducop_tui import config, read_once
from moducop_tui.__main__ import main
from moducop_tui.actions.pin import make_hash
from moducop_tui.cli import confirm, follow
from moducop_tui.model.work import Outcome, Work
from tests.unit.cli.acting_device import ID, Orders, acting_device
from tests.unit.core.well_device import BOOT, MENDER, PENDING, PROCESS, WEB, well

RESTART = ["restart", "container", "nginx-demo-web-1"]
STOP = ["stop", "app", "nginx-demo"]
COMMAND = f"docker --host unix:///run/docker.sock restart {WEB.id}"
ON_TRIAL = well(
    boot=replace(BOOT, upgrade_available=1, bootcount=1), mender=replace(MENDER, pending=PENDING), work=Work()
)
Person = Callable[..., None]


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATHS", ())
    monkeypatch.setattr(follow, "BETWEEN_LOOKS", 0.001)
    monkeypatch.setattr(read_once, "DISTANCE", 0.0)


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody at a terminal, who types these lines."""

    def sits_there(*lines: str) -> None:
        typed = iter(lines)
        monkeypatch.setattr(confirm, "is_terminal", lambda _: True)
        monkeypatch.setattr(builtins, "input", lambda _: next(typed))

    return sits_there


def test_a_confirmed_restart_is_ordered_watched_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    assert main([*RESTART, "--yes"], acting_device(orders)) == 0
    assert [order.action.words for order in orders.given] == ["restart container nginx-demo-web-1"]
    assert orders.given[0].commands[0] == COMMAND
    out = capsys.readouterr().out
    assert f"ok   1. step of {COMMAND} (1.5 s): as it should be" in out
    assert out.endswith("ok  Restart, done: all is well again\n")


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(Outcome.DONE, 0), (Outcome.FAILED, 1), (Outcome.REFUSED, 3), (Outcome.CANCELLED, 4), (Outcome.CUT, 5)],
)
def test_every_outcome_has_its_exit_code(outcome: Outcome, code: int) -> None:
    assert main([*RESTART, "--yes"], acting_device(Orders(), outcome)) == code


def test_an_end_that_comes_late_on_record_is_waited_for() -> None:
    assert main([*RESTART, "--yes"], acting_device(Orders(), late=True)) == 0


def test_nothing_is_ordered_without_a_word_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    assert main(RESTART, acting_device(orders)) == 3
    assert orders.given == []
    assert "--yes" in capsys.readouterr().err


def test_yes_is_no_reason(capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    assert main([*STOP, "--yes"], acting_device(orders)) == 3
    assert orders.given == []
    assert "say why" in capsys.readouterr().err
    assert main([*STOP, "--yes", "--reason", "test of the brakes"], acting_device(orders)) == 0
    assert orders.given[0].reason == "test of the brakes"


def test_a_person_presses_enter_for_a_restart_and_types_a_reason_for_a_stop(person: Person) -> None:
    orders = Orders()
    person("")
    assert main(RESTART, acting_device(orders)) == 0
    person("it hangs")
    again = Orders()
    assert main(STOP, acting_device(again)) == 0
    assert again.given[0].reason == "it hangs"


def test_a_person_who_types_something_else_than_enter_leaves(person: Person) -> None:
    orders = Orders()
    person("no")
    assert main(RESTART, acting_device(orders)) == 3
    assert orders.given == []


def test_what_changes_what_boots_needs_the_plans_own_words(person: Person, capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    person("yes")
    assert main(["reboot"], acting_device(orders, readings=ON_TRIAL)) == 3
    assert orders.given == []
    assert "type 'boot A'" in capsys.readouterr().err
    person("boot A")
    assert main(["reboot"], acting_device(orders, readings=ON_TRIAL)) == 0
    assert orders.given[0].typed == "boot A"


def test_a_plan_that_may_not_run_is_shown_and_refused(capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    busy = well(mender=replace(MENDER, processes=(PROCESS,)), work=Work())
    assert main([*RESTART, "--yes"], acting_device(orders, readings=busy)) == 3
    assert orders.given == []
    out, err = capsys.readouterr()
    assert "mender-update install (process 812)" in out
    assert err == "moducop-tui: Wait until it has ended: mender-update install (process 812).\n"


def test_a_dry_run_orders_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    assert main([*RESTART, "--yes", "--dry-run"], acting_device(orders)) == 0
    assert orders.given == []
    assert COMMAND.split() == capsys.readouterr().out.partition("may be cut\n")[2].split()[: len(COMMAND.split())]


def test_json_has_plan_outcome_and_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RESTART, "--yes", "--json"], acting_device(Orders(), Outcome.FAILED)) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["code"], told["id"], told["record"]["outcome"]) == (1, ID, "failed")
    assert told["plan"]["steps"][0]["command"] == COMMAND
    assert told["plan"]["refusal"] is None


def test_json_says_why_it_was_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*STOP, "--json"], acting_device(Orders())) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["record"] is None
    assert told["sentence"].endswith("say --yes --reason TEXT")


def test_detached_it_is_started_and_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RESTART, "--yes", "--detach"], acting_device(Orders())) == 0
    assert capsys.readouterr().out.endswith(f"Started as {ID}. How it ends: moducop-tui history\n")


def test_an_order_that_is_not_taken_says_who_holds_the_device(capsys: pytest.CaptureFixture[str]) -> None:
    taken = "Another action holds the device: install by root on ttymxc0."
    assert main([*RESTART, "--yes"], acting_device(Orders(taken))) == 3
    assert capsys.readouterr().err == f"moducop-tui: {taken}\n"


def test_read_only_orders_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    assert main(["--read-only", *RESTART, "--yes"], acting_device(orders)) == 3
    assert orders.given == []
    assert "--read-only" in capsys.readouterr().err


def test_a_device_that_can_only_be_looked_at_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RESTART, "--yes"], acting_device(Orders(), acts=False)) == 3
    assert "can only be looked at" in capsys.readouterr().err


def test_where_a_pin_is_configured_it_is_asked_for(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path_factory.mktemp("device")
    file = root / "config.toml"
    file.write_text(f'unlock = "pin"\nunlock_pin = "{make_hash("471147")}"\n')
    file.chmod(0o600)
    words = ["--config", str(file), "--root", str(root), *RESTART, "--yes"]
    monkeypatch.setattr(confirm, "is_terminal", lambda _: True)
    orders = Orders()
    monkeypatch.setattr("getpass.getpass", lambda _: "081508")
    assert main(words, acting_device(orders)) == 3
    assert orders.given == []
    assert "PIN" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["restart"], ["switch", "C"], ["restart", "app"], ["install"]])
def test_an_action_without_what_it_is_about_is_not_understood(words: list[str]) -> None:
    assert main(words) == 2


@pytest.mark.parametrize("said", [[], ["--json"]])
@pytest.mark.parametrize("reason", [[], ["--reason", "a"]])
def test_yes_alone_says_which_option_the_plan_still_needs(
    said: list[str], reason: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    orders = Orders()
    assert main([*STOP, "--yes", *said, *reason], acting_device(orders)) == 3
    assert orders.given == []
    assert "in at least three letters. Say also --reason TEXT" in "".join(capsys.readouterr())
    assert main([*STOP, "--yes", "--reason", "the sensor hangs"], acting_device(orders)) == 0
    assert len(orders.given) == 1


def test_an_override_that_yes_lacks_is_named_as_it_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    orders = Orders()
    untold = well(mender=replace(MENDER, daemon=replace(MENDER.daemon, active="active"), deployment=None), work=Work())
    device = acting_device(orders, readings=untold)
    assert main([*RESTART, "--yes"], device) == 3
    assert "Say also --override 'not at work'" in capsys.readouterr().err
    assert main([*RESTART, "--yes", "--override", "Not at  WORK"], device) == 0
    assert len(orders.given) == 1
