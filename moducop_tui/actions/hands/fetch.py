"""Loads an artifact from a URL into a file on the data partition, and deletes files of the console's own."""

from __future__ import annotations

import http.client
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from moducop_tui.actions.hands.progress_meter import ProgressMeter
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.actions.running.durable import make_directory_durably, remove_durably, sync_directory
from moducop_tui.model.acts import DropFile, FetchArtifact
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import BEFORE, DOWNLOADS
from moducop_tui.model.work import Progress

TIME_OUT = 30.0
"""Seconds without a byte from the server."""
ROOM = 16 << 20
"""Bytes that stay free on the data partition."""
if TYPE_CHECKING:
    from http.client import HTTPMessage
    from urllib.request import HTTPRedirectHandler, OpenerDirector

_CHUNK = 1 << 18
_LOOK = 32 << 20
"""Bytes between two looks at the room that is left."""


class _FetchError(Exception):
    """It could not be loaded; the text is a sentence."""


def fetch_artifact(act: FetchArtifact, kit: Kit) -> Result:
    """Load it beside its place and move it there when it is whole. Certificates are verified; nothing is resumed."""
    target = kit.host.path(act.target)
    partial = target.with_name(f".{target.name}.part")
    began = time.monotonic()
    try:
        make_directory_durably(target.parent)
        with _opened(act.url) as answer:
            size = _load(answer, partial, act, kit)
        partial.replace(target)
        sync_directory(target.parent)
    except _FetchError as error:
        partial.unlink(missing_ok=True)
        return Result(False, str(error))
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        return Result(False, f"{_shown(act.url)} could not be kept in {act.target}: {error.strerror or error}.")
    return Result(True, f"{size} bytes loaded in {time.monotonic() - began:.0f} s.")


def drop_file(act: DropFile, kit: Kit) -> Result:
    """Delete one of the console's own files; one that is not there is as good as deleted."""
    if act.path != BEFORE and not (act.path.startswith(f"{DOWNLOADS}/") and ".." not in act.path):
        return Result(False, f"{clean(act.path, 120)} is none of the console's own files: it was left alone.")
    try:
        remove_durably(kit.host.path(act.path))
    except OSError as error:
        return Result(False, f"{act.path} could not be deleted: {error.strerror}.")
    return Result(True, f"{act.path} is deleted.")


def _load(answer: http.client.HTTPResponse, partial: Path, act: FetchArtifact, kit: Kit) -> int:
    """Write what comes. Raises _FetchError and OSError."""
    announced = _announced(answer)
    if announced is not None and announced > act.limit:
        raise _FetchError(f"{_shown(act.url)} is longer than when it was looked at ({announced} bytes): look again.")
    _check_room(partial.parent, announced or 0)
    meter, done, looked = ProgressMeter(announced, kit.tell), 0, 0
    with _private(partial) as file:
        for chunk in _chunks(answer, act.url):
            if kit.cancelled():
                raise _FetchError("Stopped as asked: what was loaded is deleted again.")
            done += len(chunk)
            if done > act.limit:
                raise _FetchError(f"{_shown(act.url)} gives more than the {act.limit} bytes that it may have.")
            file.write(chunk)
            if done - looked >= _LOOK:
                looked = done
                _check_room(partial.parent, 0)
            if announced:
                meter.show(done / announced)
            else:
                kit.tell(Progress(done=done))
        file.flush()
        os.fsync(file.fileno())
    if announced is not None and done != announced:
        raise _FetchError(f"The connection to {_shown(act.url)} broke after {done} of {announced} bytes: try again.")
    return done


def _chunks(answer: http.client.HTTPResponse, url: str) -> Iterator[bytes]:
    while True:
        try:
            chunk = answer.read(_CHUNK)
        except TimeoutError as error:
            raise _FetchError(f"{_shown(url)} sent nothing for {TIME_OUT:.0f} s: try again, or use a stick.") from error
        except (OSError, http.client.HTTPException) as error:
            raise _FetchError(f"The connection to {_shown(url)} broke: {_reason(error)}. Try again.") from error
        if not chunk:
            return
        yield chunk


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A fresh file that only root may read; what an earlier attempt left there goes."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file


@contextmanager
def _opened(url: str) -> Iterator[http.client.HTTPResponse]:
    """The server's answer. Raises _FetchError."""
    import urllib.error

    try:
        answer = _opener().open(_checked(url), timeout=TIME_OUT)
    except urllib.error.HTTPError as error:
        error.close()
        raise _FetchError(f"{_shown(url)}: the server says {error.code} {clean(str(error.reason), 60)}.") from error
    except urllib.error.URLError as error:
        raise _FetchError(f"{_shown(url)} can't be reached: {_reason(error.reason)}.") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _FetchError(f"{_shown(url)} can't be reached: {_reason(error)}.") from error
    with answer:
        yield answer


def _opener() -> OpenerDirector:
    """Speaks HTTP and HTTPS and nothing else: an address must never lead to a file of this device."""
    import urllib.request as web

    opener = web.OpenerDirector()
    for handler in (
        web.ProxyHandler, web.HTTPHandler, web.HTTPSHandler, web.HTTPErrorProcessor, web.HTTPDefaultErrorHandler,
        _redirects(),
    ):  # fmt: skip
        opener.add_handler(handler())
    opener.addheaders = [("User-Agent", "moducop-tui"), ("Accept-Encoding", "identity")]
    return opener


def _redirects() -> type[HTTPRedirectHandler]:
    import urllib.request as web

    class Redirects(web.HTTPRedirectHandler):
        """A server may send elsewhere, but not from an encrypted connection to a plain one."""

        def http_error_302(self, req: web.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> object:
            target = urljoin(req.full_url, headers.get("Location", ""))
            if urlsplit(req.full_url).scheme == "https" and urlsplit(_checked(target)).scheme != "https":
                raise _FetchError(f"{_shown(req.full_url)} sends to a connection that is not encrypted: not followed.")
            return super().http_error_302(req, fp, code, msg, headers)

        http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    return Redirects


def _checked(url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise _FetchError(f"{_shown(url)} is no address of a web server.")
    return url


def _announced(answer: http.client.HTTPResponse) -> int | None:
    text = answer.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() else None


def _check_room(directory: Path, needed: int) -> None:
    status = os.statvfs(directory)
    free = status.f_bavail * status.f_frsize
    if needed + ROOM > free:
        raise _FetchError(
            f"/data is nearly full: {free >> 20} MiB free, {(needed + ROOM) >> 20} MiB needed. Use a stick."
        )


def _shown(url: str) -> str:
    """An address without the password that it may hold."""
    parts = urlsplit(url)
    return clean(f"{parts.scheme}://{parts.hostname or '?'}{parts.path}", 100)


def _reason(error: object) -> str:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate can't be trusted ({clean(error.verify_message, 60)}); is the clock right?"
    if isinstance(error, OSError):
        return clean(error.strerror or str(error), 80)
    return clean(str(error), 80)
