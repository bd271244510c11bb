"""The authority of one console or command: from what is configured, who asks, and the device it is about."""

from __future__ import annotations

import os
import time

from moducop_tui.actions.authority import Authority, Demand
from moducop_tui.actions.who import find_who
from moducop_tui.actions.wrong_pins import PinsInMemory, WrongPins
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.ports import ActionPort


def authority_of(config: Config, actions: ActionPort | None, *, read_only: bool, simulated: bool = False) -> Authority:
    """A session that begins locked. On a simulated device nothing is written onto this machine."""
    return Authority(
        actions,
        find_who(Host(), os.environ),
        PinsInMemory(config.unlock_pin) if simulated else WrongPins(Host(config.root), config.unlock_pin),
        time.monotonic,
        demand=Demand(config.unlock),
        seconds=config.unlock_seconds,
        read_only=read_only,
        forbidden=None if actions is None else actions.forbidden,
    )
