"""A wake ends a wait, and gives its descriptors back."""

from __future__ import annotations

import os
import time
from pathlib import Path

from moducop_tui.model.wake import Wake
from tests.patience import FOR_EVER, PATIENCE


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_wait_ends_when_it_is_woken_and_not_before_its_time() -> None:
    wake = Wake()
    assert not wake.wait(0.0)
    wake.set()
    began = time.monotonic()
    assert wake.wait(FOR_EVER)
    assert time.monotonic() - began < PATIENCE
    wake.clear()
    assert not wake.wait(0.0)


def test_a_thousand_wakes_that_nobody_closed_leave_no_descriptor() -> None:
    before = descriptors()
    for _ in range(1000):
        Wake().set()
    assert descriptors() == before


def test_closing_twice_closes_nothing_that_was_opened_since() -> None:
    wake = Wake()
    wake.close()
    reader, writer = os.pipe()
    wake.close()
    os.close(reader)
    os.close(writer)
