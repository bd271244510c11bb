"""Artifacts that all tests of this directory share; nobody changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.actions_artifact.made_artifacts import make_all


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Sound artifacts by name: `none`, `gzip`, `lzma` of a root file system, `bootfit`, `app`, `rich` and `empty`."""
    return make_all(tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same of payloads that are as small as can be, for tests that build hundreds."""
    return make_all(tmp_path_factory.mktemp("small-artifacts"), image=b"rail" * 500, fit=b"fit" * 500)


@pytest.fixture(scope="session")
def sound(small: dict[str, Path]) -> dict[str, bytes]:
    """The bytes of each of them."""
    return {name: path.read_bytes() for name, path in small.items()}
