"""The variables that decide what boots: from what `fw_printenv` prints into the model."""

from __future__ import annotations

import re
from collections.abc import Mapping

from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy, EnvironmentState
from moducop_tui.model.foreign import clean

_DECIMAL = re.compile(r"[0-9]{1,9}", re.ASCII)
_HEXADECIMAL = re.compile(r"(?:0[xX])?[0-9a-fA-F]{1,8}", re.ASCII)
_READ_FAILURES = ("Cannot read environment, using default", "Bad CRC, using default environment")
"""What libubootenv and U-Boot's own old tool say before they go on with defaults, with exit code 0."""
_CONFIGURATION_FAILURES = (
    "Configuration file wrong or corrupted",  # libubootenv 0.3.2
    "Cannot initialize environment",  # libubootenv 0.3.5
    "Cannot parse config file",  # U-Boot's own
)


def uses_defaults(errors: str) -> bool:
    """Whether the tool could not read the environment; what it printed then is not what the device boots by."""
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


def environment_from(variables: Mapping[str, str], copies: tuple[EnvironmentCopy, ...]) -> BootEnvironment:
    """A readable environment. `bootcount` is decimal in U-Boot, `mender_boot_part_hex` hexadecimal."""
    return BootEnvironment(
        state=EnvironmentState.READABLE,
        boot_part=_number(variables, "mender_boot_part"),
        boot_part_hex=_number(variables, "mender_boot_part_hex", 16),
        upgrade_available=_number(variables, "upgrade_available"),
        bootcount=_number(variables, "bootcount"),
        bootlimit=_number(variables, "bootlimit"),
        canary_checked=variables.get("mender_check_saveenv_canary") == "1",
        canary_present=variables.get("mender_saveenv_canary") == "1",
        copies=copies,
        variables=tuple(sorted((clean(name, 200), clean(value)) for name, value in variables.items())),
    )


def _number(variables: Mapping[str, str], name: str, base: int = 10) -> int | None:
    text = variables.get(name, "")
    pattern = _DECIMAL if base == 10 else _HEXADECIMAL
    return int(text, base) if pattern.fullmatch(text) else None
