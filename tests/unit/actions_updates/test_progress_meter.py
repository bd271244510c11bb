"""Bytes and bytes per second out of a share."""

from __future__ import annotations

from moducop_tui.actions.hands.progress_meter import ProgressMeter
from moducop_tui.model.work import Progress


def test_a_new_file_has_a_rate_of_its_own() -> None:
    told: list[Progress] = []
    now = iter((0.0, 1.0, 2.0, 3.0))
    meter = ProgressMeter(1000, told.append, lambda: next(now))
    for share in (0.0, 1.0, 0.0, 0.1):
        meter.show(share)
    assert [one.rate for one in told] == [None, 1000.0, None, 100.0]


def test_of_what_is_not_known_in_size_only_the_share_is_told() -> None:
    told: list[Progress] = []
    ProgressMeter(None, told.append).show(0.4)
    assert told == [Progress(share=0.4)]
