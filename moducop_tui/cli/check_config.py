"""`moducop-tui --check-config`: whether the configuration is correct, and what holds by it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from moducop_tui.cli.output import one_line
from moducop_tui.config import Config


def run(path: Path | None, config: Config) -> int:
    """Print each setting of a configuration that has been loaded without an error."""
    print("No configuration file; the defaults hold." if path is None else one_line(f"{path} is correct."))
    for field in fields(config):
        value = getattr(config, field.name)
        print(one_line(f"  {field.name} = {'found by itself' if value is None else value}"))
    return 0
