"""`status --json` against its published schema, and the schema against the model that it documents."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from moducop_tui.__main__ import main
from moducop_tui.cli.serialise import to_json
from moducop_tui.model.apps import Health
from moducop_tui.model.kept_back import is_kept_back
from moducop_tui.model.log import LogEntry
from moducop_tui.model.problem import Problem
from moducop_tui.model.reading import Reading, Topic
from moducop_tui.model.readings import Readings
from moducop_tui.model.verdict import BootVerdict
from tests.unit.cli.fake_device import fake_device
from tests.unit.core.well_device import MENDER, PENDING, PROCESS, SYSTEM, well, with_container

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[3] / "assets/status.schema.json").read_text())


def strict() -> jsonschema.Draft202012Validator:
    """The schema with everything forbidden that it does not document."""
    schema = deepcopy(SCHEMA)
    schema["additionalProperties"] = False
    for definition in schema["$defs"].values():
        definition["additionalProperties"] = False
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def status(capsys: pytest.CaptureFixture[str], readings: Readings | None = None, *words: str) -> dict[str, Any]:
    device = None if words else fake_device(readings)
    assert main([*words, "status", "--json"], device) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_the_schema_is_a_correct_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "readings",
    [
        well(),
        well(
            mender=replace(MENDER, pending=PENDING, processes=(PROCESS,)),
            apps=with_container(health=Health.UNHEALTHY),
            system=replace(SYSTEM, load=None, failed_units=None, flash=None, uptime=float("nan")),
        ),
        Readings(**{topic.value: Reading(error=f"{topic} is gone.") for topic in Topic}),
    ],
    ids=["well", "troubled", "unreadable"],
)
def test_the_output_is_as_the_schema_says(readings: Readings, capsys: pytest.CaptureFixture[str]) -> None:
    strict().validate(status(capsys, readings))


def test_the_simulated_device_is_described_by_the_same_schema(capsys: pytest.CaptureFixture[str]) -> None:
    document = status(capsys, None, "--demo")
    strict().validate(document)
    assert document["simulated"] is True
    assert all(document[topic]["value"] is not None for topic in Topic)


def test_the_top_says_what_when_and_how_bad(capsys: pytest.CaptureFixture[str]) -> None:
    document = status(capsys, well(system=replace(SYSTEM, clock_synchronised=False)))
    assert document["schema"] == 1
    assert document["taken_at"] == "2026-02-02T02:40:00Z"
    assert document["state"] == "warning"
    assert document["summary"] == "! clock not synchronised"
    assert [problem["topic"] for problem in document["problems"]] == ["system"]
    assert document["verdict"]["booted"] == "B"
    assert document["verdict"]["phase"] == "idle"


def test_a_topic_that_could_not_be_read_has_its_sentence_and_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    document = status(capsys, replace(well(), media=Reading(error="udev does not answer.")))
    assert document["media"] == {"age": None, "error": "udev does not answer.", "value": None}
    assert document["system"]["error"] is None
    assert 0 <= document["system"]["age"] < 5


def test_named_texts_are_objects(capsys: pytest.CaptureFixture[str]) -> None:
    document = status(capsys)
    assert document["boot"]["value"]["variables"] == {"bootcount": "1", "mender_boot_part": "3"}
    assert document["mender"]["value"]["provides"]["rootfs-image.version"] == "cpu01-standard-v2.7.0"


def test_what_has_no_form_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no form in JSON"):
        to_json({1, 2})


def model_classes() -> Iterator[type]:
    """Every dataclass that can stand in the document."""
    pending: list[type] = [Problem, BootVerdict, LogEntry]
    pending += [typing.get_args(hint)[0] for hint in typing.get_type_hints(Readings).values()]
    seen: set[type] = set()
    while pending:
        one = pending.pop()
        if one in seen:
            continue
        seen.add(one)
        yield one
        for hint in typing.get_type_hints(one).values():
            pending += [inner for inner in flattened(hint) if isinstance(inner, type) and is_dataclass(inner)]


def flattened(hint: Any) -> Iterator[Any]:
    inner = typing.get_args(hint)
    if not inner:
        yield hint
    for argument in inner:
        yield from flattened(argument)


@pytest.mark.parametrize("one", list(model_classes()), ids=lambda one: one.__name__)
def test_every_field_of_the_model_is_described(one: type) -> None:
    definition = SCHEMA["$defs"][one.__name__]
    hints = typing.get_type_hints(one)
    names = [field.name for field in fields(one) if not is_kept_back(field)]
    assert list(definition["properties"]) == names
    assert definition["required"] == names
    assert definition["description"].strip(" ?")
    for name in names:
        described = definition["properties"][name]
        assert described["description"].strip(" ?"), name
        assert permits_null(described) == (type(None) in typing.get_args(hints[name])), name
        for kind in flattened(hints[name]):
            if isinstance(kind, type) and issubclass(kind, Enum):
                assert {value for value in described["enum"] if value is not None} == {to_json(each) for each in kind}


def permits_null(described: dict[str, Any]) -> bool:
    if "anyOf" in described:
        return {"type": "null"} in described["anyOf"]
    if "enum" in described:
        return None in described["enum"]
    return isinstance(described.get("type"), list) and "null" in described["type"]


def test_the_schema_describes_nothing_that_is_not_there() -> None:
    assert set(SCHEMA["$defs"]) == {one.__name__ for one in model_classes()} | {"Topic"}
    assert set(SCHEMA["properties"]) == set(SCHEMA["required"])
