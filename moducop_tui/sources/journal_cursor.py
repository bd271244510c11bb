"""What a journal cursor tells about order: which entry came first, and whether something may be missing between two.

A cursor is `s=ID;i=N;b=BOOT;m=MONOTONIC;t=REALTIME;x=HASH`, numbers in hex. Within one `s` (the journal's series of
files) `i` counts up by one for every entry that journald writes, into whichever file. systemd calls cursors opaque;
so a cursor that reads differently is not an error, only one that tells nothing.
"""

from __future__ import annotations


def is_later(cursor: str, than: str) -> bool | None:
    """Whether the first cursor's entry was written after the second's; None where that can't be known.

    Never by wall clock: clocks jump.
    """
    first, second = _parts(cursor), _parts(than)
    for series, count in (("s", "i"), ("b", "m")):
        if series in first and first[series] == second.get(series):
            numbers = _hex(first.get(count)), _hex(second.get(count))
            if numbers[0] is not None and numbers[1] is not None:
                return numbers[0] > numbers[1]
    return None


def is_next(cursor: str, after: str) -> bool:
    """Whether the first cursor's entry certainly is the very next that was written after the second's."""
    first, second = _parts(cursor), _parts(after)
    numbers = _hex(first.get("i")), _hex(second.get("i"))
    if numbers[0] is None or numbers[1] is None or first.get("s") != second.get("s"):
        return False
    return numbers[0] == numbers[1] + 1


def boot_of(cursor: str) -> str | None:
    """The boot id of the cursor's entry; None where that can't be known."""
    return _parts(cursor).get("b")


def _parts(cursor: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in cursor.split(";"))
    return {name: value for name, _, value in pairs if value}


def _hex(text: str | None) -> int | None:
    try:
        return int(text, 16) if text else None
    except ValueError:
        return None
