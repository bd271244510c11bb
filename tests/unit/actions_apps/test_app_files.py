"""What a look at an app's directories finds, for plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from moducop_tui.host import Host
from moducop_tui.model.checks import AppCheck
from moducop_tui.sources.app_check import check_app

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("place", ["", "manifests/"])
def test_files_that_the_module_combined_are_not_overlooked(tmp_path: Path, place: str) -> None:
    manifests = tmp_path / "data/mender-app/nginx-demo/manifests"
    manifests.mkdir(parents=True)
    (manifests / "docker-compose.yaml").write_text("services: {}\n")
    plain = check_app(Host(tmp_path), "nginx-demo")
    assert isinstance(plain, AppCheck)
    assert (plain.file, plain.is_combined) == ("/data/mender-app/nginx-demo/manifests/docker-compose.yaml", False)
    (manifests.parent / f"{place}.mender-compose.yml").write_text("services: {}\n")
    combined = check_app(Host(tmp_path), "nginx-demo")
    assert isinstance(combined, AppCheck)
    assert combined.is_combined
