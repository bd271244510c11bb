"""The device's type as Mender's client takes it from its file: what fits a line of it only nearly is no type.

The C++ client takes one line that begins with `device_type=`, and all behind that as it stands, a carriage return and
blanks too; anything else is no type, and it then refuses every artifact (5.1.0 src/mender-update/context/context.cpp).
Go's takes the line of that name among other `name=value` lines and comments, without its outer blanks; with no type it
installs artifacts for any device (3.4.0 device/device.go, installer/installer.go).
"""

from __future__ import annotations

from dataclasses import dataclass

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean
from moducop_tui.model.mender import ClientKind
from moducop_tui.sources.mender_conf import device_type_file
from moducop_tui.sources.mender_memory import DIRECTORY

DEVICE_TYPE = f"{DIRECTORY}/device_type"
_PREFIX = b"device_type="
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class DeviceType:
    """The type, or a sentence why the client has none. Neither where there is no file and none is named."""

    value: str | None = None
    problem: str | None = None


class ManifestError(Exception):
    """A file that the client makes nothing of; the text goes on behind the file's name."""


def read_device_type(host: Host, client: ClientKind) -> DeviceType:
    """The type from the file that Mender's configuration names, or from its usual place."""
    named = device_type_file(host, client)
    # Mender's services run in the root directory, and so do the console's own orders.
    path = DEVICE_TYPE if named is None else named if named.startswith("/") else f"/{named}"
    try:
        return DeviceType(_type_in(host.read_bytes(path), client))
    except FileNotFoundError:
        problem = None if named is None else _sentence(path, "is missing, and mender.conf names it", client)
        return DeviceType(None, problem)
    except OSError as error:
        return DeviceType(None, _sentence(path, f"can't be read ({error.strerror})", client))
    except ValueError:
        return DeviceType(None, _sentence(path, "is no name that a file can have", client))
    except ManifestError as error:
        return DeviceType(None, _sentence(path, str(error), client))


def _type_in(raw: bytes, client: ClientKind) -> str:
    value = manifest_value(raw, "device_type") if client is ClientKind.MENDER_GO else exact_type(raw)
    if not value:
        raise ManifestError("names no type")
    if clean(value) != value:
        raise ManifestError("holds characters that no type has")
    return value


def exact_type(raw: bytes) -> str:
    """The type as the C++ client reads it, where an artifact can match it. Raises ManifestError."""
    line, end, more = raw.partition(b"\n")
    if not line.startswith(_PREFIX):
        raise ManifestError(_other_beginning(line))
    if end and more:
        raise ManifestError("has more than one line")
    value = line.removeprefix(_PREFIX).decode("utf-8", "surrogateescape")
    if value.endswith("\r"):
        raise ManifestError("ends its line as Windows does, with a carriage return, which counts")
    if value.strip() != value:
        raise ManifestError("has blanks around the type, which count")
    return value


def _other_beginning(line: bytes) -> str:
    if line.startswith(_BYTE_ORDER_MARK):
        return "begins with a byte order mark"
    if line.lstrip().startswith(b"#"):
        return "begins with a comment"
    if line.strip() == b"":
        return "has no type in its first line"
    return "does not begin with device_type="


def manifest_value(raw: bytes, name: str) -> str | None:
    """A value as the Go client reads it from its files of `name=value` lines. Raises ManifestError."""
    found: list[str] = []
    lines = raw.decode("utf-8", "surrogateescape").split("\n")
    for line in (each.strip() for each in (lines if lines[-1] else lines[:-1])):
        if line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals:
            raise ManifestError("has a line that is no name=value")
        if key == name:
            found.append(value.strip())
    if len(found) > 1:
        raise ManifestError(f"names {name} more than once")
    return found[0] if found else None


def _sentence(path: str, what: str, client: ClientKind) -> str:
    then = "installs artifacts for any device" if client is ClientKind.MENDER_GO else "refuses every artifact"
    return f"{clean(path, 200)} {what}: Mender's client {then}. Write device_type=TYPE."
