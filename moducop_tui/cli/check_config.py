"""`moducop-tui --check-config`: whether the configuration is correct, and what holds by it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from moducop_tui.cli.output import one_line
from moducop_tui.config import Config

_LENGTH = (
    "How long the PIN is can't be told from its hash. If it has less than 6 characters, make a new one: moducop-tui pin"
)


def run(path: Path | None, config: Config) -> int:
    """Print each setting of a configuration that has been loaded without an error."""
    print("No configuration file; the defaults hold." if path is None else one_line(f"{path} is correct."))
    for field in fields(config):
        print(one_line(f"  {field.name} = {_shown(field.name, getattr(config, field.name))}"))
    if config.unlock_pin is not None:
        print(_LENGTH)
    return 0


def _shown(name: str, value: object) -> str:
    """A setting as it may be read over somebody's shoulder: whoever has the hash of a PIN can try PINs on it."""
    if name == "unlock_pin":
        return "not set" if value is None else "set, not shown"
    return "found by itself" if value is None else f"{value}"


def tell_unlock(config: Config) -> int:
    """Print what unlocking demands, a word alone: for what opens the console before anybody is logged in."""
    print(config.unlock)
    return 0
