"""Hands a confirmed plan to an executor outside of the console's session, and waits until that has taken it up."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from moducop_tui.actions.running.allowed import why_never
from moducop_tui.actions.running.detached import DetachError, Service, python_program, start_detached
from moducop_tui.actions.running.moment import Clocks
from moducop_tui.actions.running.orders import OrderDesk, OrderError, new_id
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.lock_holder import busy_words, lock_holder
from moducop_tui.model.clean_json import clean_json
from moducop_tui.model.foreign import clean
from moducop_tui.model.places import RUN, RUNNING, SET_ASIDE
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.stored import StoredError, decode
from moducop_tui.model.work import Order, Running
from moducop_tui.trusted import read_bytes

BEGIN_LIMIT = 20.0
"""Seconds that an executor may take to say whether it begins; on the device it takes two."""
_GLANCE = 0.05
_RUNNING_LIMIT = 1 << 20


class Launcher:
    """Stands behind `model.ports.ActionPort` for the machine itself. `config_path` is the file given as `--config`."""

    def __init__(self, config: Config, host: Host, config_path: Path | None = None) -> None:
        self._config = config
        self._host = host
        self._config_path = config_path
        self._clocks = Clocks(host)
        self._desk = OrderDesk(host, self._clocks)

    @property
    def forbidden(self) -> str | None:
        """Why this process can never act on this device, in a sentence; None when it can."""
        return why_never(self._host)

    def start(self, order: Order) -> str | Unavailable:
        """Start an executor for the order. Its id once it has the lock, or why nothing was done."""
        if (forbidden := self.forbidden) is not None:
            return Unavailable(f"{forbidden} Nothing was done.")
        if (holder := lock_holder(self._host)) is not None:
            return Unavailable(busy_words(holder))
        action_id = new_id(self._clocks.wall())
        try:
            self._desk.post(action_id, order)
        except OSError as error:
            return Unavailable(f"The order can't be written below {RUN}: {error.strerror or error}. Nothing was done.")
        try:
            ended = start_detached(self._host, self._service(action_id, order))
        except DetachError as error:
            self._desk.withdraw(action_id)
            return Unavailable(f"Nothing was done: {error}")
        return await_answer(self._desk, action_id, ended)

    def cancel(self, action_id: str) -> Unavailable | None:
        """Ask the running action to stop where that does no harm."""
        holder, running = lock_holder(self._host), self._running()
        if holder is None or holder.id != action_id or running is None or running.record.id != action_id:
            return Unavailable("That action does not run any more.")
        if not running.can_cancel:
            return Unavailable("The step that runs now can't be stopped without harm: wait for its end.")
        try:
            self._desk.ask_to_stop(action_id)
        except (OSError, OrderError) as error:
            return Unavailable(f"The action can't be asked to stop: {error}.")
        return None

    def _service(self, action_id: str, order: Order) -> Service:
        config = [] if self._config_path is None else ["--config", str(self._config_path.absolute())]
        work = [*python_program(), *config, "work"]
        return Service(
            f"moducop-tui-{action_id.lower()}",
            f"moducop-tui: {clean(order.action.words, 100)}",
            [*work, action_id],
            afterwards=[*work, "--put-back"],
            left=SET_ASIDE,
        )

    def _running(self) -> Running | None:
        try:
            return decode(Running, clean_json(read_bytes(self._host, RUNNING, _RUNNING_LIMIT)))
        except (OSError, StoredError, ValueError, RecursionError):
            return None


def await_answer(
    desk: OrderDesk, action_id: str, ended: Callable[[], int | None], limit: float = BEGIN_LIMIT
) -> str | Unavailable:
    """Wait until the executor says whether it begins. `ended` tells its exit code once it has ended, where known."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        code = ended()  # asked before the answer is looked for: it may have answered and ended at once
        answer = desk.answer_of(action_id)
        if answer is not None:
            return action_id if answer.refused is None else Unavailable(answer.refused)
        if code is not None:
            desk.withdraw(action_id)
            return Unavailable(f"The executor ended at once (exit code {code}). Nothing was done.")
        time.sleep(_GLANCE)
    if desk.withdraw(action_id):
        return Unavailable(f"The executor did not begin within {limit:.0f} s. The order was taken back.")
    return Unavailable("The executor took the order and has not said whether it began: look at the history first.")
