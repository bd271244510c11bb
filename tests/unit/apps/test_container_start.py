"""Since when a container runs, where clock and engine may both be wrong."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from moducop_tui.host import Host
from moducop_tui.model.apps import Container, ContainerState, Health
from moducop_tui.sources.container_start import is_fresh, is_settling, process_age, started_at

YEAR = 365 * 86400.0


def running(started: float | None, pid: int | None = None, restarts: int = 0) -> Container:
    return Container("id", "web", "image", ContainerState.RUNNING, started_at=started, pid=pid, restart_count=restarts)


def test_a_clock_that_jumped_a_year_after_the_start_makes_no_container_a_year_old() -> None:
    now = time.time()
    age = process_age(Host(), os.getpid())
    assert age is not None
    corrected = started_at(Host(), running(now - age - YEAR, os.getpid()), now)
    assert corrected is not None
    assert abs((now - corrected) - age) < 1.0


def test_where_the_kernel_agrees_the_engine_is_quoted_to_the_digit() -> None:
    now = time.time()
    age = process_age(Host(), os.getpid())
    assert age is not None
    said = now - age + 0.3
    assert started_at(Host(), running(said, os.getpid()), now) == said


def test_a_container_without_a_readable_process_keeps_the_engines_word() -> None:
    assert started_at(Host(), running(12.0), time.time()) == 12.0
    assert started_at(Host(), running(12.0, pid=2**30), time.time()) == 12.0


def test_only_a_restart_of_a_moment_ago_is_settling() -> None:
    assert is_settling(running(1000.0, pid=7, restarts=3), wall_clock=1010.0)
    assert not is_settling(running(1000.0, pid=7, restarts=3), wall_clock=1100.0)
    assert not is_settling(running(1000.0, pid=7, restarts=0), wall_clock=1010.0)
    assert not is_settling(running(None, pid=7, restarts=3), wall_clock=1010.0)
    assert not is_settling(running(1000.0, pid=None, restarts=3), wall_clock=1010.0)


def test_only_a_first_start_of_a_moment_ago_is_fresh() -> None:
    assert is_fresh(running(1000.0, pid=7, restarts=0), wall_clock=1010.0)
    assert not is_fresh(running(1000.0, pid=7, restarts=0), wall_clock=1100.0)
    assert not is_fresh(running(1000.0, pid=7, restarts=1), wall_clock=1010.0)
    assert not is_fresh(running(None, pid=7, restarts=0), wall_clock=1010.0)
    assert not is_fresh(running(1000.0, pid=None, restarts=0), wall_clock=1010.0)


def test_a_health_check_has_the_time_that_its_own_settings_give_it() -> None:
    now = time.time()
    slow = replace(running(now - 64, pid=1), health=Health.STARTING, check_seconds=1110.0)
    assert is_fresh(slow, now)
    assert is_fresh(replace(slow, started_at=now - 1100), now)
    assert not is_fresh(replace(slow, started_at=now - 1120), now)
    assert not is_fresh(replace(slow, restart_count=1), now)
    assert is_fresh(replace(slow, started_at=now - 59, check_seconds=2.0), now)
    assert not is_fresh(replace(slow, check_seconds=2.0), now)
