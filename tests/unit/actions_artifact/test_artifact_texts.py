"""Every JSON text of an artifact is read as Mender's own tool reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from moducop_tui.model.artifact import Verified
from tests.unit.actions_artifact.made_artifacts import accepted_by_mender, refusal, verify
from tests.unit.actions_artifact.mutator import Taken, take


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A file that each test writes anew."""
    return tmp_path / "x.mender"


INFO: dict[str, object] = {
    "payloads": [{"type": "app"}],
    "artifact_provides": {"artifact_name": "n"},
    "artifact_depends": {"device_type": ["a"]},
}
_NO_TEXTS: tuple[object, ...] = ("a", "", 0, 1, {}, [1], [None])
_NO_LIST: tuple[object, ...] = (*_NO_TEXTS, [], None)
_NO_PROVIDES: tuple[object, ...] = ({"a": 1}, {"a": ["b"]}, [], "a")
_NO_DEPENDS: tuple[object, ...] = ({"a": 1}, {"a": [1]}, {"a": None}, "a")
BAD_JSON: dict[str, list[object]] = {
    "header-info": [
        {**INFO, "x": 1},
        {**INFO, "payloads": [{"type": "app", "x": 1}]},
        {**INFO, "artifact_provides": {"artifact_name": "n", "x": "y"}},
        {**INFO, "artifact_provides": {"artifact_name": "n", "artifact_group": 1}},
        *({**INFO, "artifact_depends": {"device_type": value}} for value in _NO_LIST),
        *({**INFO, "artifact_depends": {"device_type": ["a"], "artifact_name": value}} for value in _NO_TEXTS),
        {**INFO, "artifact_depends": {"device_type": ["a"], "Device_Type": ["b"]}},
        {**INFO, "artifact_depends": {"device_type": ["a"], "artifact_Group": ["b"]}},
    ],
    "headers/0000/type-info": [
        *({"type": "app", "clears_artifact_provides": value} for value in _NO_TEXTS),
        *({"type": "app", "artifact_provides": value} for value in _NO_PROVIDES),
        *({"type": "app", "artifact_depends": value} for value in _NO_DEPENDS),
        {"type": "app", "TYPE": "app"},
        {"type": "app", "Artifact_Provides": {"a": "b"}},
        {"type": 1},
        {},
    ],
    "headers/0000/meta-data": [[], "a", 1],
}
BAD_TEXTS = (
    b'{"type":"app","x":1e400}',
    b'{"type":"app","x":-1e400}',
    b'{"type":"app","x":1%s}' % (b"0" * 309),
    b"\xef\xbb\xbf{}",
    b'{"type":"app","type":"app"}',
    b'{"type":"app","x":"\\ud800"}',
    b'{"type":"app"}{}',
    b'{"type":"app","x":"\xff"}',
    b"\x0b",
    b'{"type":"app","x":NaN}',
    b'{"type":"app","x":01}',
    b'{"type":"app",}',
    b"{'type':'app'}",
    b'{"type":"app","x":"\n"}',
)


@pytest.mark.parametrize("name", list(BAD_JSON))
def test_a_json_text_that_mender_refuses_is_refused(sound: dict[str, bytes], place: Path, name: str) -> None:
    texts = [json.dumps(one).encode() for one in BAD_JSON[name]] + [*(BAD_TEXTS if name != "header-info" else ())]
    for text in texts:
        place.write_bytes(with_text(take(sound["app"]), name, text))
        assert "x.mender can't be used" in refusal(place), text


@pytest.mark.parametrize(
    "text",
    [
        b'{"format":"mender","version":3.0}',
        b'{"format":"mender","version":3e0}',
        b'{"format":"mender","version":"3"}',
        b'{"format":"mender","version":3,"x":1}',
        b'{"format":"mender","version":3,"Version":3}',
        b'{"version":3}',
        b'{"format":"mender","version":true}',
        b'{"format":"mender","version":30000000000000000000}',
    ],
    ids=ascii,
)
def test_a_version_is_the_number_three_and_nothing_beside_it(sound: dict[str, bytes], place: Path, text: bytes) -> None:
    place.write_bytes(replace(take(sound["app"]), version=text).build())
    assert "x.mender can't be used" in refusal(place)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("headers/0000/meta-data", b'{"a":1,"A":2,"project":"web"}'),
        ("headers/0000/meta-data", b" \n"),
        ("headers/0000/meta-data", b'{"a":1e308,"b":-1e-400,"c":[[{}]],"d":"\\ud83d\\ude00"}'),
        ("headers/0000/type-info", b'{"type":"app","artifact_provides":{"a":"1","A":"2"},"other":[null]}'),
        ("headers/0000/type-info", b'{"type":"app","artifact_depends":{"a":"1","b":["2","3"]}}'),
        ("header-info", json.dumps({**INFO, "artifact_depends": {"device_type": ["a"], "other": 1}}).encode()),
    ],
    ids=ascii,
)
def test_a_sound_text_is_read_as_mender_does(sound: dict[str, bytes], place: Path, name: str, text: bytes) -> None:
    place.write_bytes(with_text(take(sound["app"]), name, text))
    found = verify(place)
    assert isinstance(found, Verified), found
    assert accepted_by_mender(place)


def with_text(taken: Taken, name: str, text: bytes) -> bytes:
    """With another text in the header."""
    assert name in {entry.name for entry in taken.header}
    header = tuple(replace(entry, content=text) if entry.name == name else entry for entry in taken.header)
    return replace(taken, header=header).build()
