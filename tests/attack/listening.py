"""What listens on a socket and gives each visitor a thread, until it is left."""

from __future__ import annotations

import contextlib
import socket
import threading
from abc import ABC, abstractmethod
from typing import Self


class Listening(ABC):
    """Listens as long as the `with` lasts; `ended` is set then."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                visitor, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self.receive, args=(visitor,), daemon=True).start()

    @abstractmethod
    def receive(self, visitor: socket.socket) -> None:
        """Hear and answer a visitor, in a thread of its own."""
