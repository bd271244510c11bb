"""The boot environment as U-Boot keeps it and libubootenv reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EnvironmentState(StrEnum):
    """How reading the boot environment went. Each has a sentence of its own on the screen."""

    READABLE = "readable"
    UNREADABLE = "unreadable"
    """The tool and its configuration are there; no copy of the environment has a good checksum."""
    NO_TOOL = "no tool"
    """`fw_printenv` is not installed."""
    NO_CONFIGURATION = "no configuration"
    """/etc/fw_env.config is missing, dangling or names nothing usable."""


@dataclass(frozen=True, slots=True)
class EnvironmentCopy:
    """One copy of a redundant environment, judged by its own checksum.

    `offset` is in bytes; `in_use` marks the newer good copy.
    """

    device: str
    offset: int
    good: bool | None
    """None when the copy could not be read at all."""
    counter: int | None = None
    in_use: bool = False


@dataclass(frozen=True, slots=True)
class BootEnvironment:
    """The variables that decide what boots (device facts 2.1; U-Boot drivers/bootcount/bootcount_env.c).

    Numbers are None when the variable is missing or not a number; `variables` has every
    variable as text, sorted by name.
    """

    state: EnvironmentState
    sentence: str | None = None
    """What is wrong, and what to do, when `state` is not READABLE."""
    boot_part: int | None = None
    boot_part_hex: int | None = None
    upgrade_available: int | None = None
    bootcount: int | None = None
    bootlimit: int | None = None
    canary_checked: bool | None = None
    """`mender_check_saveenv_canary` asks for the canary."""
    canary_present: bool | None = None
    """`mender_saveenv_canary` is 1: U-Boot could write its environment. Without it every install fails."""
    copies: tuple[EnvironmentCopy, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
