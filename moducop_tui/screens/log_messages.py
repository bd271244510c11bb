"""The message by which a log follower's thread reaches the screen that started it."""

from __future__ import annotations

from textual.message import Message

from moducop_tui.screens.log_follower import Arrival, LogFollower


class LogArrived(Message):
    """Something came from a follower; a screen that has started another one since ignores it."""

    def __init__(self, follower: LogFollower, arrival: Arrival) -> None:
        super().__init__()
        self.follower = follower
        self.arrival = arrival
