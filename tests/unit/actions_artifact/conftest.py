"""Artifacts that all tests of this directory share; nobody changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.actions_artifact.made_artifacts import make_all


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Sound artifacts by name: `none`, `gzip`, `lzma` of a root file system, `bootfit`, `app`, `rich` and `empty`."""
    return make_all(tmp_path_factory.mktemp("artifacts"))
