"""The variables that decide what boots: from what `fw_printenv` prints into the model."""

from __future__ import annotations

import re
from collections.abc import Mapping

from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy, EnvironmentState
from moducop_tui.model.foreign import clean

_DECIMAL = re.compile(r"[0-9]{1,9}", re.ASCII)
_HEXADECIMAL = re.compile(r"(?:0[xX])?[0-9a-fA-F]{1,8}", re.ASCII)


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
