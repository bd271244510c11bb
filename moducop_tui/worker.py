"""One source's thread: reads while its topic is asked for, publishes, and waits for the source's own events."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

from moducop_tui import errors
from moducop_tui.model.ports import Source
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.topic_words import TOPIC_WORDS, at_sentence_start
from moducop_tui.model.wake import Wake

Publish = Callable[[Topic, object], None]

FIRST_RETRY = 1.0
"""Seconds until a topic that could not be read is tried again; doubled by each further failure."""
LAST_RETRY = 30.0
"""Seconds between two tries at most."""
PAUSE = 0.25
"""Seconds between two readings at least: a storm of events is read as one."""
_NEVER = 3600.0
_SPACE_FOR_THREADS = 1 << 30
"""Bytes of address space below which no thread is started: each takes 8 MB of stack and up to 64 MB of heap, and one
that gets none dies before its starter, who waits for it, hears of it."""


class Worker:
    """Runs one source in a daemon thread, so that a source that hangs holds up nothing but itself.

    `demand`, `stop` and `check` are called from other threads; all else happens in the source's own.
    """

    def __init__(self, source: Source, publish: Publish, clock: Callable[[], float] = time.monotonic) -> None:
        self.source = source
        self._publish = publish
        self._clock = clock
        self._wake = Wake()
        self._demanded = False
        self._fresh_demand = False
        self._stopping = False
        self._failures = 0
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._silent_since: float | None = None
        self._said_to_hang = False
        self._thread = threading.Thread(target=self._run, name=f"source {source.topic}", daemon=True)

    def start(self) -> None:
        """Begin to work; nothing is read before `demand`."""
        self._thread.start()

    def demand(self, wanted: bool) -> None:
        """Say whether the topic is asked for. Newly asked for, it is read at once."""
        if wanted == self._demanded or self._stopping:
            return
        with self._asking:
            self._fresh_demand = wanted
            self._demanded = wanted
            self._wake.set()

    def read_again(self) -> bool:
        """Read at once, and publish nothing that was read before this call; False while nobody asks for the topic."""
        if not self._demanded or self._stopping:
            return False
        with self._asking:
            self._fresh_demand = True
            self._wake.set()
        return True

    def stop(self) -> None:
        """Ask the thread to end; `join` waits for it."""
        self._stopping = True
        self._wake.set()

    def join(self, timeout: float) -> bool:
        """Wait for the thread's end and give back what it held; False when it hangs and is left behind."""
        if self._thread.is_alive():
            self._thread.join(max(0.0, timeout))
        if self._thread.is_alive():
            return False
        self._wake.close()
        return True

    def check(self) -> None:
        """Publish once that the source hangs, when its answer is overdue by more than its time limit."""
        with self._lock:
            if self._silent_since is None or self._said_to_hang:
                return
            seconds = self._clock() - self._silent_since
            if seconds >= self.source.time_limit:
                self._said_to_hang = True
                self._publish(self.source.topic, hanging(self.source.topic, seconds))

    def _run(self) -> None:
        while not self._stopping:
            if self._is_asked():
                started = self._clock()
                self._read(started)
                self._rest(started)
            elif not self._stopping:
                self._wake.wait(_NEVER)
        close_quietly(self.source)

    def _is_asked(self) -> bool:
        """Whether to read. Asked and woken are one moment, else a reading that was just begun would be begun again."""
        with self._asking:
            self._wake.clear()
            wanted = self._demanded and not self._stopping
            if wanted:
                self._fresh_demand = False
            return wanted

    def _read(self, started: float) -> None:
        self._expect_answer(started)
        value = read_guarded(self.source)
        with self._lock:
            self._silent_since = None
            overtaken = self._stopping or self._fresh_demand
            if not overtaken:
                self._publish(self.source.topic, value)
        self._failures = self._failures + 1 if isinstance(value, Unavailable) else 0

    def _rest(self, started: float) -> None:
        """Wait for an event or the next time to read, and never less than the pause that keeps the load bounded."""
        if self._failures:
            rest = min(LAST_RETRY, FIRST_RETRY * 2 ** min(self._failures - 1, 10))
            least = FIRST_RETRY
        else:
            took = self._clock() - started
            rest = max(self.source.cadence - took, min(took, self.source.cadence))
            least = PAUSE
        until = self._clock() + least
        self._wait_for_source(max(rest, least))
        while self._demanded and not self._fresh_demand and not self._stopping:
            left = until - self._clock()
            if left <= 0:
                break
            self._wake.wait(left)
            self._wake.clear()

    def _wait_for_source(self, timeout: float) -> None:
        self._expect_answer(self._clock() + timeout)
        try:
            self.source.wait(timeout, self._wake)
        except Exception as error:  # noqa: BLE001 - boundary: a source's bug must not end its thread
            errors.report(error)
            self._wake.wait(timeout)
        self._expect_answer(None)

    def _expect_answer(self, since: float | None) -> None:
        """Note from when on the source owes an answer; in the future while it may still wait."""
        with self._lock:
            self._silent_since = since
            self._said_to_hang = False


def read_guarded(source: Source) -> object | Unavailable:
    """What the source reads; an exception out of it, which is a bug, as a sentence with the id of its traceback."""
    try:
        return source.read()
    except Exception as error:  # noqa: BLE001 - boundary: a source's bug must show on its panel and nowhere else
        return Unavailable(unread(source.topic, error))


def unread(topic: Topic, error: Exception) -> str:
    """The sentence about a source that raised what it should not."""
    return errors.failure(f"Reading {TOPIC_WORDS[topic]}", error)


def begin(thread: threading.Thread) -> bool:
    """Start a thread; False where this system gives none, or too little room for one (ulimit -v)."""
    import resource

    space, _ = resource.getrlimit(resource.RLIMIT_AS)
    if space != resource.RLIM_INFINITY and space < _SPACE_FOR_THREADS:
        return False
    try:
        thread.start()
    except RuntimeError:
        return False
    return True


class _OverdueError(BaseException):
    """Not caught by what a source catches."""


def read_here(source: Source, limit: float) -> object | Unavailable | None:
    """Read in this thread, where no other can be started. None when `limit` seconds have passed: leave it alone then.

    Only the main thread can give a reading up, by an alarm; in any other there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        return read_guarded(source)

    def give_up(*_: object) -> None:
        raise _OverdueError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, max(0.05, limit))
    try:
        return read_guarded(source)
    except _OverdueError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def hanging(topic: Topic, seconds: float) -> Unavailable:
    """The sentence about a reading that has not ended."""
    words = at_sentence_start(TOPIC_WORDS[topic])
    verb = "have" if topic in (Topic.STORAGE, Topic.MEDIA, Topic.SLOTS) else "has"
    return Unavailable(f"{words} {verb} not answered for {seconds:.0f} s.")


def close_quietly(source: Source) -> None:
    """Let a source give back what it holds."""
    try:
        source.close()
    except Exception as error:  # noqa: BLE001 - boundary: the console is ending; nothing hangs on this any more
        errors.report(error)
