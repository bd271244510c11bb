"""The texts inside an artifact of format 3: what each must hold, and how it is read. Pure; everything in it is foreign.

What Mender's clients and `mender-artifact` would read differently is refused (`sources.artifact_json`). So are keys
that `mender-artifact` does not know where it knows all; the newer client reads over them.
Sources: device facts 5; mender 5.1.0 src/artifact, mender-artifact areader/reader.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from moducop_tui.model.artifact import PayloadFile
from moducop_tui.model.foreign import clean
from moducop_tui.sources.artifact_feed import ArtifactError
from moducop_tui.sources.artifact_json import Json, check_keys, read_object

DATA = "data/0000"
COMPRESSIONS = {"": "none", ".gz": "gzip", ".xz": "xz", ".zst": "zstd"}
"""What a part's name ends in behind `.tar`, and the compression in words."""
FILE_LIMIT = 1000
"""Files that a payload may have; those of a ModuCop have one to three."""
_TEXT_LIMIT = 200
_LIST_LIMIT = 500
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
_HEADER = re.compile(r"header\.tar(|\.gz|\.xz|\.zst)")
_PAYLOAD = re.compile(r"data/([0-9]{4})\.tar(|\.gz|\.xz|\.zst)")
_FILE = re.compile(r"(?!\.{1,2}\Z)[0-9A-Za-z_.,-]{1,255}")
"""Names that `mender-artifact` lets pass, without the two that are directories."""
_SCRIPT = re.compile(
    r"scripts/(Artifact(?:Install|Reboot|Rollback|RollbackReboot|Commit|Failure)_(?:Enter|Leave|Error)_[0-9]{2}"
    r"(?:_[^\s/]{1,100})?)"
)
_INFO, _TYPES = "header-info", "type-info"
_ALSO_NEEDED = ("artifact_name", "artifact_group")
"""What an artifact may need of the device beside its type."""
_BLANKS = b" \t\r\n"
_APP_VERSION = re.compile(r"data-partition\.(.+)\.version")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The checksums, in hexadecimal. `files` are those of the payload, in the order of the manifest."""

    version: str
    header: tuple[str, str]
    """Name and checksum of the header's tar."""
    files: tuple[PayloadFile, ...]


@dataclass(frozen=True, slots=True)
class HeaderInfo:
    """What `header-info` says."""

    name: str
    group: str | None
    device_types: tuple[str, ...]
    payload_type: str | None
    depends: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What `headers/0000/type-info` says."""

    provides: tuple[tuple[str, str], ...]
    depends: tuple[tuple[str, tuple[str, ...]], ...]
    clears: tuple[str, ...]


def check_version(raw: bytes) -> None:
    """Whether the part `version` names the one format that is known. Raises ArtifactError."""
    content = read_object(raw, "version")
    if content.get("format") != "mender":
        raise ArtifactError("it is no Mender artifact")
    check_keys(content, {"format", "version"}, "version", others=False)
    version = content.get("version")
    if type(version) is not int or version != 3:
        raise ArtifactError(f"it has format {clean(str(version), 20)} of Mender's artifacts, and only 3 is known here")


def parse_manifest(raw: bytes) -> Manifest:
    """The manifest's lines. Raises ArtifactError where one is not as it must be, or names what no artifact has."""
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError:
        raise ArtifactError("its manifest is no text") from None
    sums: dict[str, str] = {}
    for line in text.removesuffix("\n").split("\n"):
        found = _LINE.fullmatch(line)
        if found is None or found[2] in sums or not text.endswith("\n"):
            raise ArtifactError("its manifest has a line that makes no sense, or names a part twice")
        sums[found[2]] = found[1]
    headers = [name for name in sums if _HEADER.fullmatch(name)]
    if len(headers) != 1 or "version" not in sums:
        raise ArtifactError("its manifest does not name one version and one header")
    files = tuple(_payload_file(name, value) for name, value in sums.items() if name not in {"version", headers[0]})
    if len(files) > FILE_LIMIT:
        raise ArtifactError(f"it has {len(files)} files, more than the {FILE_LIMIT} that are read")
    return Manifest(sums["version"], (headers[0], sums[headers[0]]), files)


def _payload_file(name: str, value: str) -> PayloadFile:
    directory, _, file = name.rpartition("/")
    if directory != DATA and re.fullmatch(r"data/[0-9]{4}", directory):
        raise ArtifactError("it has more than one payload, which Mender's client does not install")
    if directory != DATA or not is_file_name(file):
        raise ArtifactError(f"its manifest names what does not belong into an artifact: {clean(name, 60)}")
    return PayloadFile(file, value)


def is_file_name(name: str) -> bool:
    """Whether a payload's file may have this name: no directory, no sign that is not in every name."""
    return _FILE.fullmatch(name) is not None


def compression_of_header(name: str) -> str | None:
    """How the header with that name is compressed; None when it is no header's name."""
    found = _HEADER.fullmatch(name)
    return COMPRESSIONS[found[1]] if found else None


def compression_of_payload(name: str) -> str | None:
    """How the payload with that name is compressed; None when it is no payload's name."""
    found = _PAYLOAD.fullmatch(name)
    if found and found[1] != "0000":
        raise ArtifactError("it has more than one payload, which Mender's client does not install")
    return COMPRESSIONS[found[2]] if found else None


def script_name(name: str) -> str | None:
    """The name of a state script; None when that part of the header is none."""
    found = _SCRIPT.fullmatch(name)
    return clean(found[1], _TEXT_LIMIT) if found else None


def parse_header_info(raw: bytes) -> HeaderInfo:
    """What the artifact is called and for which devices it is. Raises ArtifactError."""
    content = read_object(raw, _INFO)
    check_keys(content, {"payloads", "artifact_provides", "artifact_depends"}, _INFO, others=False)
    kind = _payload_type(content.get("payloads"))
    provides, depends = _part(content, "artifact_provides", _INFO), _part(content, "artifact_depends", _INFO)
    check_keys(provides, {"artifact_name", "artifact_group"}, _INFO, others=False)
    check_keys(depends, {"artifact_name", "artifact_group", "device_type"}, _INFO, others=True)
    name, group = provides.get("artifact_name"), provides.get("artifact_group")
    if not isinstance(name, str) or not name or not isinstance(group, str | None):
        raise ArtifactError("its header gives it no name")
    device_types = _list(depends.get("device_type"), "device_type")
    if not device_types:
        raise ArtifactError("its header names no type of device")
    wanted = {key: _list(depends[key], key) for key in _ALSO_NEEDED if depends.get(key) is not None}
    return HeaderInfo(
        name=clean(name, _TEXT_LIMIT),
        group=clean(group, _TEXT_LIMIT) if group else None,
        device_types=device_types,
        payload_type=None if kind is None else clean(kind, _TEXT_LIMIT),
        depends=tuple((key, values) for key, values in wanted.items() if values),
    )


def _payload_type(payloads: Json) -> str | None:
    """The type of the only payload; None where there is none to be installed."""
    if not isinstance(payloads, list) or not payloads or not isinstance(payloads[0], dict):
        raise ArtifactError("its header names no payload")
    if len(payloads) > 1:
        raise ArtifactError(f"it has {len(payloads)} payloads, and Mender's client installs only one")
    check_keys(payloads[0], {"type"}, _INFO, others=False)
    kind = payloads[0].get("type", "")
    if kind is not None and (not isinstance(kind, str) or not kind):
        raise ArtifactError("its header names no type of payload")
    return kind


def parse_type_info(raw: bytes, payload_type: str | None) -> TypeInfo:
    """What the payload provides, needs and clears. Raises ArtifactError, also where it is of another type."""
    content = read_object(raw, _TYPES)
    known = {"type", "artifact_provides", "artifact_depends", "clears_artifact_provides"}
    check_keys(content, known, _TYPES, others=True)
    # mender-artifact leaves the type of a root file system empty.
    accepted: tuple[Json, ...] = (payload_type, "") if payload_type == "rootfs-image" else (payload_type,)
    kind = content.get("type", 0)
    if (clean(kind, _TEXT_LIMIT) if isinstance(kind, str) else kind) not in accepted:
        raise ArtifactError("its header gives its payload two types")
    provides = _part(content, "artifact_provides", _TYPES, needed=False)
    depends = _part(content, "artifact_depends", _TYPES, needed=False)
    clears = content.get("clears_artifact_provides")
    if any(not isinstance(value, str) for value in provides.values()):
        raise ArtifactError("its header has a 'provides' that is no text")
    return TypeInfo(
        provides=tuple((clean(key, _TEXT_LIMIT), clean(str(value), _TEXT_LIMIT)) for key, value in provides.items()),
        depends=tuple((clean(key, _TEXT_LIMIT), _texts(value, key)) for key, value in depends.items()),
        clears=() if clears is None else _list(clears, "clears_artifact_provides"),
    )


def app_of(meta_data: bytes, provides: Iterable[tuple[str, str]]) -> str | None:
    """The app that a payload installs, by its meta-data, else by what it provides (device facts 4).

    Raises ArtifactError where there are meta-data, but no JSON object.
    """
    content = read_object(meta_data, "meta-data") if meta_data.strip(_BLANKS) else {}
    for key in ("application_name", "project_name", "project"):
        name = content.get(key)
        if isinstance(name, str) and name:
            return clean(name, _TEXT_LIMIT)
    found = (_APP_VERSION.fullmatch(key) for key, _ in provides)
    return next((match[1] for match in found if match), None)


def _part(content: dict[str, Json], key: str, where: str, *, needed: bool = True) -> dict[str, Json]:
    found = content.get(key)
    if found is None and not needed:
        return {}
    if not isinstance(found, dict) or len(found) > _LIST_LIMIT:
        raise ArtifactError(f"its part '{where}' has no '{key}' that makes sense")
    return found


def _texts(value: Json, key: str) -> tuple[str, ...]:
    """A list of texts; one text alone counts as a list of one."""
    return _list([value] if isinstance(value, str) else value, key)


def _list(value: Json, key: str) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or len(value) > _LIST_LIMIT or not all(isinstance(one, str) for one in value):
        raise ArtifactError(f"its header has a '{clean(key, 40)}' that is no list of texts")
    return tuple(clean(str(one), _TEXT_LIMIT) for one in value)
