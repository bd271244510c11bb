"""A signal that ends a wait: a pipe whose reading end can be polled beside a source's own events."""

from __future__ import annotations

import contextlib
import os
import select


class Wake:
    """Wakes a thread that waits in `poll`. A pipe, no eventfd: the demo also runs where there is no Linux."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    def fileno(self) -> int:
        """The descriptor that becomes readable when the wait shall end."""
        return self._reader

    def set(self) -> None:
        """End the wait of whoever waits, or the next one. Safe from any thread; a full pipe has been set already."""
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(self._writer, b"w")

    def clear(self) -> None:
        """Forget all calls of `set` so far."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self._reader, 512):
                pass

    def wait(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds; True when woken."""
        poller = select.poll()
        poller.register(self._reader, select.POLLIN)
        return bool(poller.poll(max(0.0, timeout) * 1000))

    def close(self) -> None:
        """Give the descriptors back. Nobody may wait any more."""
        if self._reader >= 0:
            os.close(self._reader)
            os.close(self._writer)
        self._reader = self._writer = -1

    def __del__(self) -> None:
        """Whoever drops it last need not know that it has descriptors: a waiting thread holds it as well."""
        with contextlib.suppress(AttributeError, OSError):
            self.close()
