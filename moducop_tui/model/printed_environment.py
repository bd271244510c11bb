"""What `fw_printenv` and `fw_setenv` print, and what it means: their exit codes alone mean nothing (device facts 3)."""

from __future__ import annotations

from collections.abc import Mapping

_FLAGS = ".flags"
"""The types of the other variables; libubootenv keeps it to itself, U-Boot's own old tool prints it."""
_READ_FAILURES = ("Cannot read environment, using default", "Bad CRC, using default environment")
"""What libubootenv and U-Boot's own old tool say before they go on with defaults, with exit code 0."""
_CONFIGURATION_FAILURES = (
    "Configuration file wrong or corrupted",  # libubootenv 0.3.2
    "Cannot initialize environment",  # libubootenv 0.3.5
    "Cannot parse config file",  # U-Boot's own
)


def uses_defaults(errors: str) -> bool:
    """Whether the tool could not read the environment; what it printed then is not what the device boots by.

    What it writes then replaces the whole environment by defaults.
    """
    return any(words in errors for words in _READ_FAILURES)


def refuses_configuration(errors: str) -> bool:
    """Whether the tool found its configuration missing or unusable."""
    return any(words in errors for words in _CONFIGURATION_FAILURES)


def parse_output(output: str) -> tuple[dict[str, str], bool]:
    """The variables of `name=value` lines, and whether the lines are beyond doubt.

    A value may hold a line break, so that a part of it looks like a variable of its own; such a line, or a name that
    comes twice, is doubt.
    """
    variables: dict[str, str] = {}
    certain = True
    for line in output.removesuffix("\n").split("\n") if output else []:
        name, equals, value = line.partition("=")
        if not equals or not name or name in variables:
            certain = False
            continue
        variables[name] = value
    return variables, certain


def is_printed_by(output: str, variables: Mapping[str, str]) -> bool:
    """Whether the tool printed just these variables, in whatever order.

    A line break in a value makes two lines. An empty variable and a missing one are the same to the tool.
    """
    held = "\n".join(f"{name}={value}" for name, value in variables.items())
    return _told(held) == _told(output)


def _told(output: str) -> list[str]:
    return sorted(line for line in output.split("\n") if line and not line.endswith("=") and not _is_flags(line))


def _is_flags(line: str) -> bool:
    return line.startswith(f"{_FLAGS}=")
