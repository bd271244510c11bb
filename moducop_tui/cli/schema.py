"""`moducop-tui status --schema`: the JSON Schema of `status --json`, from the installed package or its checkout."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

NAME = "status.schema.json"


def schema_file() -> Path:
    """Where it lies: in the package that was installed, or among the assets of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / NAME
    return installed if installed.exists() else package.parent / "assets" / NAME


class PrintSchema(argparse.Action):
    """Prints it and ends, as --version does: no device is looked at."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        _namespace: argparse.Namespace,
        _values: str | Sequence[object] | None,
        _option: str | None = None,
    ) -> None:
        """The option was given."""
        print(schema_file().read_text(encoding="utf-8"), end="")
        parser.exit()
