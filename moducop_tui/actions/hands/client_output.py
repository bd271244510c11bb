r"""What Mender's clients print while they work: progress and lines out of two streams of bytes (device facts 1.4, 1.6).

C++ clients write `\r0%\r1%...\r100%` to standard error without a line's end, so the next record follows on the same
line; Go's client writes dots under a ruler. Both write log records, whose message is all that is shown. Nothing here
judges how it went: texts differ between generations, and lie.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from moducop_tui.model.foreign import clean

_LINE_CAP = 16384
"""Bytes of one line that are kept."""
_PERCENT = re.compile(r"(\d{1,3})%")
_DOTS = re.compile(r"\.{2,}|\.(?=time=)")
_RULER = re.compile(r"\|-+\|-+\|")
_SCALE = re.compile(r"0%\s+50%\s+100%")
_CPP_HEAD = re.compile(r"record_id=\d+ severity=(\w+) ")
_CPP_MESSAGE = 'msg="'
_GO_RECORD = re.compile(r'time="[^"]*" level=(?P<severity>\w+) msg=(?P<message>"(?:[^"\\]|\\.)*"|\S+)')
_MODULE = re.compile(r"Update Module output \((stdout|stderr)\): ?")
_CUT = "{...}"
_FINAL = "Could not fulfill request: "
_BAD = frozenset({"error", "fatal", "panic"})
_STAGE = re.compile(
    r"(?:(?:Streaming|Installation|Commit|Download|Rollback|Reading headers) failed|Payload|installer|reader|readNext"
    r"|readHeaderV3|handleHeaderReads|failed to read Artifact): "
)
_EMPTY = ("Process returned non-zero exit status", "Broken pipe")
"""Errors that only say that a module failed: its own words tell why."""
_TELLING = re.compile(
    r"error|fail|cannot|can't|does not|mismatch|unexpected|refus|no space|denied|nonexistent", re.IGNORECASE
)
_WHY_LIMIT = 140


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a client, cleaned. `module`: its update module said it. `bad`: it was logged as an error."""

    text: str
    bad: bool = False
    module: bool = False


class ClientOutput:
    """Takes both streams as they come. `share` is how much has been read of what is streamed, None before that.

    Of the payload's file by the C++ clients (M51: update_module_download.cpp), of the artifact by Go's.
    """

    def __init__(self) -> None:
        self.share: float | None = None
        self.said: deque[Said] = deque(maxlen=200)
        self._rest = {"stdout": b"", "stderr": b""}
        self._returned = False
        self._cut = ""
        self._dots = 0
        self._width = 0

    def feed(self, stream: str, chunk: bytes) -> list[Said]:
        """The lines that are complete with this chunk of `stdout` or `stderr`."""
        *whole, rest = re.split(rb"[\r\n]", self._rest[stream] + chunk)
        found = [said for piece in whole for said in self._piece(piece)]
        self._rest[stream] = rest[-_LINE_CAP:]
        if stream == "stderr":
            last = max(chunk.rfind(b"\r"), chunk.rfind(b"\n"))
            self._returned = self._returned if last < 0 else chunk[last : last + 1] == b"\r"
            self._glance(rest)
        return found

    def end(self) -> list[Said]:
        """What came last without a line's end."""
        return [said for stream in self._rest for said in self.feed(stream, b"\n")]

    def why(self) -> str | None:
        """The likeliest reason for a failure in the client's or its module's own words; for display only."""
        errors = [_without_stage(one.text) for one in self.said if one.bad]
        if not errors:
            return None
        module = [one.text for one in self.said if one.module]
        telling = [text for text in errors if not text.startswith(_EMPTY)]
        last_words = [text for text in module if _TELLING.search(text)][-1:] or module[:1]
        return clean((telling[-1:] or last_words or errors[-1:])[0].rstrip(". "), _WHY_LIMIT)

    def _glance(self, rest: bytes) -> None:
        """Progress stands at the end of a line that has not ended yet."""
        text = rest.decode("utf-8", "replace")
        whole = _PERCENT.fullmatch(text)
        if whole and self._returned:
            self._tell(int(whole[1]) / 100)
        elif self._width and set(text) == {"."}:
            self._tell((self._dots + len(text)) / self._width)

    def _tell(self, share: float) -> None:
        """A share that falls is that of the payload's next file: C++ clients count each for itself."""
        self.share = min(1.0, share)

    def _piece(self, piece: bytes) -> list[Said]:
        text = piece[:_LINE_CAP].decode("utf-8", "backslashreplace")
        if _RULER.fullmatch(text):
            self._width = len(text)
            return []
        if _SCALE.fullmatch(text):
            return []
        return self._line(self._without_progress(text))

    def _without_progress(self, text: str) -> str:
        percent = _PERCENT.match(text)
        if percent:
            self._tell(int(percent[1]) / 100)
            return text[percent.end() :]
        dots = _DOTS.match(text) if self._width else None
        if dots:
            self._dots += dots.end()
            self._tell(self._dots / self._width)
            return text[dots.end() :]
        return text

    def _line(self, text: str) -> list[Said]:
        said = self._understood(text)
        if said is None or not said.text or self._is_repeated(said.text):
            return []
        self.said.append(said)
        return [said]

    def _understood(self, text: str) -> Said | None:
        record = _cpp_record(text) or _go_record(text)
        if record is None:
            return Said(clean(text).strip(), bad=text.startswith(_FINAL))
        message, bad = _unquoted(record[1]), record[0] in _BAD
        module = _MODULE.match(message)
        if module is None:
            return Said(clean(message).strip(), bad)
        return self._of_module(message[module.end() :])

    def _of_module(self, text: str) -> Said | None:
        """The client cuts its module's lines in pieces and marks the cuts: they are put together again."""
        whole = self._cut + text
        if text.endswith(_CUT):
            self._cut = whole.removesuffix(_CUT)[-_LINE_CAP:]
            return None
        self._cut = ""
        return Said(clean(whole).strip(), module=True)

    def _is_repeated(self, text: str) -> bool:
        """The client says an error up to three times, each time with other words before it."""
        core = text.removeprefix(_FINAL)
        return any(one.text.endswith(core) for one in list(self.said)[-3:]) if self.said else False


def _cpp_record(text: str) -> tuple[str, str] | None:
    """Severity and message of a record by the C++ clients; their quotes are no end, they stand in messages too."""
    head = _CPP_HEAD.search(text)
    start = text.find(_CPP_MESSAGE, head.end()) if head else -1
    message = text[start + len(_CPP_MESSAGE) :].removesuffix(" ")
    return (head[1], message[:-1]) if head and start >= 0 and message.endswith('"') else None


def _go_record(text: str) -> tuple[str, str] | None:
    """Severity and message of a record by Go's client."""
    record = _GO_RECORD.search(text)
    return (record["severity"], record["message"]) if record else None


def _without_stage(text: str) -> str:
    """The error itself, without the stages that it came through."""
    while stage := _STAGE.match(text):
        text = text[stage.end() :]
    return text.removeprefix(_FINAL)


def _unquoted(message: str) -> str:
    """Go quotes its messages; C++ puts them between quotes as they are."""
    if not (message.startswith('"') and message.endswith('"') and len(message) > 1):
        return message
    return re.sub(r"\\(.)", lambda match: {"n": " ", "t": " "}.get(match[1], match[1]), message[1:-1])
