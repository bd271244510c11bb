"""Reads a source inside a machine or a namespace, with the product's own code there, and brings its value out."""

from __future__ import annotations

import base64
import pickle
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .machine import Machine

READ: Final = """
import base64, importlib, pickle, sys
from moducop_tui.config import Config
from moducop_tui.host import Host
module, name = sys.argv[1].rsplit(".", 1)
source = getattr(importlib.import_module(module), name)(Config(), Host())
value = source.read()
print(base64.b64encode(pickle.dumps(value)).decode())
"""
"""A program that makes the source named by its argument, reads it once, and prints the value packed."""


def unpacked(text: str) -> object:
    """The value that READ printed."""
    value: object = pickle.loads(base64.b64decode(text))
    return value


def value_inside(machine: Machine, source: str) -> object:
    """One reading of a source, such as `moducop_tui.sources.storage.StorageSource`, taken in the machine."""
    environment = {"PYTHONPATH": "/opt/moducop_tui/source:/opt/moducop_tui/site", "PYTHONDONTWRITEBYTECODE": "1"}
    return unpacked(machine.run(["python3", "-c", READ, source], env=environment).check().stdout)
