"""What an import loads: start-up time is a feature, and heavy libraries belong in the threads that use them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import moducop_tui

PRODUCT = Path(moducop_tui.__file__).parent
HEAVY = ("textual", "rich", "docker", "requests", "pyudev", "psutil", "systemd", "asyncio", "tomllib", "json")


def loaded_by(code: str) -> set[str]:
    """The top-level names of all modules that a fresh interpreter has loaded after `code`."""
    program = f"{code}\nimport sys\nprint('\\n' + ' '.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_program_itself_loads_nothing_heavy() -> None:
    assert loaded_by("import moducop_tui.__main__").isdisjoint(HEAVY)


def test_the_version_is_said_without_anything_heavy() -> None:
    code = "from moducop_tui.__main__ import main\nmain(['--version'])"
    assert loaded_by(code).isdisjoint(HEAVY)


def test_building_a_real_device_loads_no_library_that_reads_one() -> None:
    code = "from moducop_tui.config import Config\nfrom moducop_tui.device import real_device\nreal_device(Config())"
    assert loaded_by(code).isdisjoint(
        {"textual", "rich", "docker", "requests", "pyudev", "psutil", "systemd", "asyncio"}
    )


def test_the_simulated_device_needs_no_library_that_only_linux_has() -> None:
    code = "from moducop_tui.device import simulated_device\nsimulated_device()"
    assert loaded_by(code).isdisjoint({"textual", "rich", "docker", "requests", "pyudev", "psutil", "systemd"})


def test_the_app_is_imported_without_the_libraries_of_the_sources() -> None:
    assert loaded_by("import moducop_tui.app").isdisjoint({"docker", "requests", "pyudev", "psutil", "systemd"})


def test_the_version_module_imports_nothing() -> None:
    added = loaded_by("import moducop_tui") - loaded_by("")
    assert added == {"moducop_tui"}


def test_the_contracts_know_every_module_beside_the_rooms() -> None:
    """Facts and the terminal import nothing of ours: whoever adds a module has to say so of it."""
    modules = {f"moducop_tui.{path.stem}" for path in PRODUCT.glob("*.py") if not path.stem.startswith("__")}
    contracts = tomllib.loads((PRODUCT.parent / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    for name in ("model imports nothing of ours", "terminal imports nothing but itself"):
        forbidden = next(one["forbidden_modules"] for one in contracts if one["name"] == name)
        assert modules - set(forbidden) == set(), name
