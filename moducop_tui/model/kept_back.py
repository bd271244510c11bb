"""Marks a field of a fact that holds a secret: nothing prints it, and nothing stores it but the order itself."""

from __future__ import annotations

from dataclasses import Field
from types import MappingProxyType
from typing import Any

KEPT_BACK = MappingProxyType({"kept back": True})
"""The metadata of such a field."""


def is_kept_back(field: Field[Any]) -> bool:
    """Whether a field is one."""
    return "kept back" in field.metadata
