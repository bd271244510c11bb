"""What may take seconds is done beside the app: in a thread that no one waits for when the console is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from textual.message_pump import MessagePump

from moducop_tui import errors
from moducop_tui.model.reading import Unavailable

Value = TypeVar("Value")


def aside(
    owner: MessagePump, what: str, work: Callable[[], Value], take: Callable[[Value | Unavailable], object]
) -> None:
    """Do `work` in a thread of its own and have `take` called with what it gives, in the owner's loop.

    Nothing is called any more once the owner is gone. A mistake of ours in `work` is given as a sentence that names
    `what` was being done.
    """

    def run() -> None:
        try:
            value: Value | Unavailable = work()
        except Exception as error:  # noqa: BLE001 - boundary: the person who waits for it must be told why nothing comes
            value = _failed(what, error)
        owner.call_later(take, value)

    try:
        threading.Thread(target=run, name=f"aside: {what}", daemon=True).start()
    except RuntimeError as error:  # this system gives no more threads
        owner.call_later(take, _failed(what, error))


def _failed(what: str, error: Exception) -> Unavailable:
    return Unavailable(f"{errors.failure(what, error)}. Nothing was done.")
