"""Fixtures: one booted machine for a whole test session, and namespaces for what needs no whole machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import pytest

from . import bundled
from .lab_stock import Stock
from .machine import Machine
from .namespace import Namespace
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST: Final = (
    "test_power_cuts.py",
    "test_actions_slots_switch.py",
    "test_app_updates.py",
    "test_stand_in.py",
    "test_interruptions.py",
    "test_actions_slots_cuts.py",
    "test_actions_updates_flows.py",
    "test_flows_by_keys.py",
    "test_line_budgets.py",
    "test_line_noise.py",
    "test_line_lost.py",
)
"""Files that take minutes: begun first, so that no worker is left alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files in front."""
    rank = {name: number for number, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


_NEEDED: Final = ("systemd-nspawn", "mmdebstrap", "mke2fs", "partx", "fw_printenv", "fw_setenv", "nsenter", "busybox")


def missing() -> str | None:
    """Why this machine cannot carry a virtual one, in one line; None when it can."""
    if os.geteuid() != 0:
        return "not root"
    lacking = [name for name in _NEEDED if shutil.which(name) is None]
    if lacking:
        return f"not installed: {', '.join(lacking)} (see tests/bench/apt-packages.txt)"
    if not os.access("/dev/loop-control", os.R_OK | os.W_OK):
        return "no loop devices"
    spaces = ["unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", "--fork", "true"]
    if subprocess.run(spaces, capture_output=True, check=False).returncode:
        return "no namespaces (an unprivileged container?)"
    return None


def require_bench() -> None:
    """Skip where the bench cannot be; in CI, where it must be, fail."""
    reason = missing()
    if reason is None:
        return
    if os.environ.get("CI"):
        pytest.fail(f"the bench cannot run here: {reason}", pytrace=False)
    pytest.skip(f"the bench cannot run here: {reason}")


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """A virtual ModuCop, booted once; tests must leave it as they found it."""
    require_bench()
    with Machine() as booted:
        yield booted


@pytest.fixture
def fresh_machine() -> Iterator[Machine]:
    """A virtual ModuCop of the test's own, new from the factory, for tests that change or break it."""
    require_bench()
    with Machine() as booted:
        yield booted


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """What small devices (``lab.Lab``) are made of."""
    require_bench()
    return Stock(tmp_path_factory.mktemp("stock"))


@pytest.fixture(scope="session")
def desk_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for the processor of virtual ModuCops, built from this checkout as a customer's is."""
    require_bench()
    return bundled.built(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def witness(machine: Machine) -> Witness:
    """What other tools in the session's machine say."""
    return Witness(machine)


@pytest.fixture
def fresh_witness(fresh_machine: Machine) -> Witness:
    """What other tools in the test's own machine say."""
    return Witness(fresh_machine)


@pytest.fixture
def namespace_factory() -> type[Namespace]:
    """Makes small worlds with a journald, Docker or Podman of their own."""
    require_bench()
    return Namespace
