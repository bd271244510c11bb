"""In what 4.0 and 5.1 differ in their words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personality:
    """One client's version and the words of its own that more than one of its commands uses."""

    version: str
    depends: str
    """In whose name it misses what an artifact depends on (transcripts cpp40 D, cpp51 D, depfail)."""
    cut_off: str
    """Why a truncated artifact fails (transcripts cpp40 D, cpp51 D, trunc)."""
    cut_off_records: tuple[str, ...]
    junk_records: tuple[str, ...]
    """What it says of a file that is no archive (transcripts cpp40 D, cpp51 D, junk)."""
    knows_stop_before: bool
    """Also `resume` (transcripts misc40 a, misc51 a)."""


_NO_ARCHIVE = "Unrecognized archive format"
_NEXT_ENTRY = (
    "Error reading the next tar entry: Error reading the tar stream: archive_read_next failed in LibArchive. "
    f"Error code: -30 Error message: {_NO_ARCHIVE}"
)

VERSION_4_0 = Personality(
    version="4.0.7",
    depends="artifact type info depends",
    cut_off="Unspecified error code: Recieved error code: -1 and error message: truncated gzip input",
    cut_off_records=(
        "Failed to read from the archive stream: Error: Recieved error code: -1 and error message: "
        "Truncated tar archive",
    ),
    junk_records=(
        "Failed to initialize the Archive handle: Failed to initalize the 'libarchive' C bindings. "
        f"LibArchive error message: '{_NO_ARCHIVE}' error code: 84",
        _NEXT_ENTRY,
    ),
    knows_stop_before=False,
)

VERSION_5_1 = Personality(
    version="5.1.0",
    depends="artifact depends",
    cut_off="Unspecified error code: Received error code: -1 and error message: truncated gzip input",
    cut_off_records=(),
    junk_records=(
        f"Failed to initialize the Archive handle: Failed to read from the archive stream: '{_NO_ARCHIVE}' "
        "error code: 84",
        _NEXT_ENTRY,
    ),
    knows_stop_before=True,
)

PERSONALITIES = {"4.0": VERSION_4_0, "5.1": VERSION_5_1}
