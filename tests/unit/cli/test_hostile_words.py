"""Whatever stands in a field of the device, in an argument or in a file: a terminal gets letters and line breaks."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moducop_tui import config
from moducop_tui.__main__ import main
from moducop_tui.cli.log_lines import text_lines
from moducop_tui.cli.output import one_line, plain_ascii
from moducop_tui.cli.work_text import outcome_line, step_line
from moducop_tui.model.log import LogBatch
from moducop_tui.model.reading import Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.work import Work
from moducop_tui.pages.report import report
from moducop_tui.text import plain
from tests.screens import acting
from tests.screens import builders as build
from tests.screens.states import STATES
from tests.unit.cli.fake_device import FakeLog, fake_device

RAW = "\x1b]0;owned\x07\x1b[2J\x9b31m\x9d\r\n\x00\x7f\x08\u202e\u2028\u0085\ufe0f\U000e0041\udc9b|"
COMMANDS = ("status", "status --json", "check", "history", "history --json", "logs", "logs --json")


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATHS", ())


def with_texts(value: Any, text: str, only: int | None = None) -> Any:
    """The same facts with `text` behind every text in them, or behind one of them."""
    count = iter(range(1_000_000))

    def changed(part: Any) -> Any:
        if isinstance(part, Enum):
            return part
        if isinstance(part, str):
            return part + text if only in (None, next(count)) else part
        if isinstance(part, tuple):
            return type(part)(*map(changed, part)) if hasattr(part, "_fields") else tuple(map(changed, part))
        if is_dataclass(part) and not isinstance(part, type):
            made = [field.name for field in fields(part) if field.init]
            return replace(part, **{name: changed(getattr(part, name)) for name in made})
        return part

    return changed(value)


def hostile(readings: Readings, text: str, only: int | None = None) -> Readings:
    parts = {field.name: with_texts(getattr(readings, field.name), text, only) for field in fields(readings)}
    return replace(readings, **parts)


def assert_harmless(said: str) -> None:
    for line in said.split("\n"):
        assert line.isprintable(), ascii(line)


def busy() -> Readings:
    """Something in every topic."""
    return build.readings(apps=build.apps(failing=True), log=build.log(), work=acting.history())


@pytest.mark.parametrize("words", COMMANDS)
def test_no_command_writes_more_than_letters_whatever_stands_in_every_field(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = tuple(with_texts(build.entry(number, "said", origin="unit"), RAW) for number in range(3))
    for readings in (busy(), STATES["engine_down"](), STATES["stale"](), build.readings(work=acting.running())):
        log = FakeLog(LogBatch(entries, 3, "note" + RAW))
        main(words.split(), fake_device(hostile(readings, RAW), log))
        out, err = capsys.readouterr()
        assert_harmless(out)
        assert_harmless(err)
        assert out


_TEXTS = st.text(st.characters() | st.sampled_from(RAW), max_size=12)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(_TEXTS, st.integers(0, 400))
def test_no_field_of_a_report_brings_more_than_letters(text: str, field: int) -> None:
    readings = hostile(busy(), text, field)
    for row in report(readings, build.NOW, build.WALL, 80, simulated=False):
        shown = plain_ascii(plain(row))
        assert shown.isascii()
        assert shown.isprintable()


@given(_TEXTS)
def test_no_line_of_an_action_or_a_log_brings_more_than_letters(text: str) -> None:
    record = with_texts(acting.failed_record(), text)
    entry = with_texts(build.entry(1, "said"), text)
    lines = [plain_ascii(outcome_line(record)), *(plain_ascii(step_line(1, one)) for one in record.steps)]
    for line in (*lines, *text_lines(LogBatch((entry,), 0, text))):
        assert line.isprintable()


@given(_TEXTS)
def test_what_is_written_stays_one_line(text: str) -> None:
    assert one_line(text).isprintable()
    assert plain_ascii(text).isascii()
    assert json.loads(json.dumps(text)) == text


ARGUMENTS = (
    "--root=/nonexistent{} status",
    "--root=/nonexistent{} check",
    "--config=/nonexistent{} status",
    "--config=/nonexistent{} check",
    "--config=/nonexistent{} --check-config",
    "logs --boot={}",
    "logs --priority={}",
    "logs --lines={}",
    "history --count={}",
    "--size={} status",
    "--baud={} status",
    "--colours={} status",
    "--charset={} status",
    "--nonsense{}",
    "nonsense{}",
    "status --schema nonsense{}",
    "check nonsense{}",
    "commit nonsense{}",
    "install /nonexistent{} --dry-run",
    "rollback --reason={} --dry-run",
    "restart {}x --dry-run",
    "work {}x",
)


@pytest.mark.parametrize("words", ARGUMENTS)
def test_an_argument_comes_back_harmless(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    raw = RAW.replace("\x00", "")  # no argument can hold one
    main([word.format(raw) for word in words.split()], fake_device(busy()))
    out, err = capsys.readouterr()
    assert out + err
    assert_harmless(out)
    assert_harmless(err)


_SETTINGS = (
    'disk = "/dev/{}"',
    "{} = 1",
    '"{}" = 1',
    'unlock = "{}"',
    "[x{}",
    'engine_socket = "{}"',
    'terminal_size = "{}"',
)


@pytest.mark.parametrize("setting", _SETTINGS)
def test_a_configuration_comes_back_harmless(setting: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"config{RAW.replace(chr(0), '')}.toml"
    for written in (RAW, "\\u001b[2J\\u202e\\u000a", "\x1b[31m", "\u202e"):
        path.write_bytes(setting.format(written).encode("utf-8", "surrogateescape"))
        main(["--check-config", "--config", str(path)])
        out, err = capsys.readouterr()
        assert out + err
        assert_harmless(out)
        assert_harmless(err)


def test_a_correct_configuration_in_a_hostile_place_is_named_harmlessly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a\x1b[31m\n\udc9b.toml"
    path.write_text('disk = "/dev/loop0"\n')
    assert main(["--check-config", "--config", str(path)]) == 0
    out = capsys.readouterr().out
    assert_harmless(out)
    assert out.startswith(f"{tmp_path}/a \\x9b.toml is correct.\n")


def test_every_topic_is_among_the_fields_that_are_tried() -> None:
    assert {field.name for field in fields(busy())} >= {topic.value for topic in Topic}
    assert all(busy().of(topic).value is not None for topic in Topic)
    assert isinstance(busy().work.value, Work)
