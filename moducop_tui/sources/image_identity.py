"""What a root file system says it is: line 2 of /etc/issue, the version in it, and Mender's artifact_info."""

from __future__ import annotations

from collections.abc import Callable

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.image_match import version_in
from moducop_tui.model.slots import Image
from moducop_tui.sources.detached import detached
from moducop_tui.sources.mounts import Mount, mount_at

ISSUE = "/etc/issue"
ARTIFACT_INFO = "/etc/mender/artifact_info"
_ROOT = "The root file system"
_TEXT_LIMIT = 200
_FILE_LIMIT = 8192


class IdentityError(Exception):
    """A root file system whose identity can't be had; the text is a sentence for the technician."""


def read_identity(read_file: Callable[[str, int], bytes], where: str, how: str) -> Image:
    """The identity from the two files, of which one may be absent. `where` begins the sentence when both are.

    Raises IdentityError when neither is there, and what `read_file` raises other than FileNotFoundError.
    """
    issue = _read(read_file, ISSUE)
    information = _read(read_file, ARTIFACT_INFO)
    if issue is None and information is None:
        raise IdentityError(f"{where} holds no ModuCop image: neither {ISSUE} nor {ARTIFACT_INFO} is there.")
    name = None if issue is None else image_name(issue)
    return Image(
        name=name,
        version=version_in(name),
        artifact_name=None if information is None else artifact_name(information),
        how=how,
    )


def image_name(issue: bytes) -> str | None:
    """Line 2 of /etc/issue, which the build writes as IMAGE_NAME (device facts 6)."""
    lines = issue.split(b"\n")
    return clean_or_none(lines[1], _TEXT_LIMIT) if len(lines) > 1 else None


def artifact_name(information: bytes) -> str | None:
    """`artifact_name=` of Mender's artifact_info."""
    values = (line.partition(b"=")[2] for line in information.split(b"\n") if line.startswith(b"artifact_name="))
    return clean_or_none(next(values, None), _TEXT_LIMIT)


def read_running_identity(host: Host, mounts: tuple[Mount, ...]) -> Image:
    """The identity of the root file system in use, below whatever is mounted over its /etc.

    Raises IdentityError.
    """
    try:
        with detached(host.path("/")) as tree:
            return read_identity(tree.read_file, _ROOT, "read from / below its overlays")
    except OSError as error:
        if not _is_covered(mounts):
            return _read_directly(host)
        if isinstance(error, PermissionError):
            raise IdentityError("Root is needed to see the root file system below the overlay on /etc.") from error
        raise IdentityError(
            f"The root file system can't be seen below the overlay on /etc: {error.strerror}."
        ) from error


def _read_directly(host: Host) -> Image:
    try:
        return read_identity(host.read_bytes, _ROOT, "read from /, nothing is mounted over its /etc")
    except OSError as error:
        raise IdentityError(f"{error.filename or ISSUE} can't be read: {error.strerror}.") from error


def _is_covered(mounts: tuple[Mount, ...]) -> bool:
    """Whether anything is mounted over the files; without a mount table nobody can say that nothing is."""
    root = mount_at(mounts, "/")
    return root is None or any(mount_at(mounts, path) is not root for path in (ISSUE, ARTIFACT_INFO))


def _read(read_file: Callable[[str, int], bytes], path: str) -> bytes | None:
    try:
        return read_file(path, _FILE_LIMIT)
    except FileNotFoundError:
        return None
