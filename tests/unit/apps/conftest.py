"""A device of its own for each test, with an engine or without one."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.sources.containers import ContainersSource
from tests.unit.apps.engine_fake import FakeEngine, recording


@pytest.fixture
def root() -> Iterator[Path]:
    """A short path: a socket's path may have 107 characters."""
    path = Path(tempfile.mkdtemp(prefix="apps-"))
    (path / "run").mkdir()
    (path / "proc/1").mkdir(parents=True)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def docker(root: Path) -> Iterator[FakeEngine]:
    fake = FakeEngine(root / "run/docker.sock", recording("docker-20.10"))
    yield fake
    with contextlib.suppress(OSError):
        fake.close()


@pytest.fixture
def source(root: Path) -> Iterator[ContainersSource]:
    made = ContainersSource(Config(root=root), Host(root))
    yield made
    made.close()
