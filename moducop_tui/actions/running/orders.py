"""Orders on their way from a console to the executor: files in /run, each taken once, each answered."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from moducop_tui.actions.running.moment import Clocks
from moducop_tui.actions.running.private_files import make_private_directory, write_private
from moducop_tui.host import Host
from moducop_tui.model.places import ORDERS
from moducop_tui.model.stored import StoredError, decode, encode
from moducop_tui.model.work import Order
from moducop_tui.trusted import check_place, read_bytes

FRESH = 60.0
"""Seconds after which an order is too old: whoever confirmed it saw another device."""
_OLD = 3600.0
"""Seconds after which what was left behind by a console that was killed is swept away."""
_SIZE_LIMIT = 1 << 20
_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}", re.ASCII)


class OrderError(Exception):
    """An order that can't be taken; its text is a sentence."""


@dataclass(frozen=True, slots=True)
class Posted:
    """An order as it lies in its file: in which boot it was given, and when by that boot's own clock."""

    order: Order
    boot_id: str | None
    uptime: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the executor says to an order: at work, or why not."""

    refused: str | None = None


def new_id(wall: float) -> str:
    """An id that no other order has; later ones sort behind earlier ones, as far as the clock is right."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(max(0.0, wall))) + "-" + secrets.token_hex(3)


class OrderDesk:
    """Where orders are put down and taken up. Methods raise OSError where /run can't be written."""

    def __init__(self, host: Host, clocks: Clocks) -> None:
        self._host = host
        self._directory = host.path(ORDERS)
        self._clocks = clocks

    def post(self, action_id: str, order: Order) -> None:
        """Put an order down."""
        check_place(self._host, ORDERS)
        make_private_directory(self._directory)
        self._sweep()
        self._write(self._place(action_id, "order"), Posted(order, self._clocks.boot_id, self._clocks.uptime()))

    def withdraw(self, action_id: str) -> bool:
        """Take an order back. False when the executor has it already."""
        try:
            self._place(action_id, "order").unlink()
        except FileNotFoundError:
            return False
        return True

    def take(self, action_id: str) -> Order:
        """Take an order up; nobody else can do it again. Raises OrderError."""
        taken = self._place(action_id, "taken")
        try:
            check_place(self._host, ORDERS)
            self._place(action_id, "order").rename(taken)
            content = self._read(action_id, "taken")
        except OSError as error:
            raise OrderError(f"There is no order {action_id}: {error.strerror}.") from error
        finally:
            taken.unlink(missing_ok=True)
        try:
            posted = decode(Posted, content)
        except (StoredError, ValueError) as error:
            raise OrderError(f"Order {action_id} can't be read: {error}.") from error
        age = self._clocks.uptime() - posted.uptime
        if posted.boot_id != self._clocks.boot_id or not 0 <= age <= FRESH:
            raise OrderError(f"Order {action_id} is older than {FRESH:.0f} s. Nothing was done; ask for it again.")
        return posted.order

    def answer(self, action_id: str, refused: str | None) -> None:
        """Tell whoever waits that the executor is at work, or why not."""
        self._write(self._place(action_id, "answer"), Answer(refused))

    def answer_of(self, action_id: str) -> Answer | None:
        """The executor's answer, which is given once; None while there is none."""
        place = self._place(action_id, "answer")
        try:
            answer = decode(Answer, self._read(action_id, "answer"))
        except (OSError, StoredError, ValueError):
            return None
        place.unlink(missing_ok=True)
        return answer

    def ask_to_stop(self, action_id: str) -> None:
        """Ask the running action to stop where that does no harm."""
        self._place(action_id, "stop").touch(mode=0o600)

    def is_asked_to_stop(self, action_id: str) -> bool:
        """Whether somebody has asked for that."""
        return self._place(action_id, "stop").exists()

    def clear(self, action_id: str) -> None:
        """Nothing of an action that has ended stays here but an answer that nobody has read yet."""
        self._place(action_id, "stop").unlink(missing_ok=True)

    def _place(self, action_id: str, kind: str) -> Path:
        if not _ID.fullmatch(action_id):
            raise OrderError("That is no id of an action.")
        return self._directory / f"{action_id}.{kind}"

    def _write(self, place: Path, value: Posted | Answer) -> None:
        import json

        # The one place where a secret is written down: for root alone, in memory, and gone once it is read.
        write_private(place, json.dumps(encode(value, secrets=True)).encode("ascii"))

    def _read(self, action_id: str, kind: str) -> object:
        import json

        return json.loads(read_bytes(self._host, f"{ORDERS}/{self._place(action_id, kind).name}", _SIZE_LIMIT))

    def _sweep(self) -> None:
        for place in self._directory.iterdir():
            try:
                if time.time() - place.stat().st_mtime > _OLD:
                    place.unlink()
            except OSError:
                continue  # somebody else was quicker
