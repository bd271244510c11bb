"""Plays U-Boot: counts boots while a slot is on trial, falls back, and says which slot the kernel gets as its root."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import envblock
from .partitions import ENV_OFFSETS, ENV_SIZE
from .places import BenchError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision of the boot loader: the slot's partition number, and why."""

    slot: int
    fell_back: bool
    on_trial: bool
    environment: dict[str, str]


class BootLoader:
    """Reads and writes the environment on the disk with the real tools, as the real loader leaves it for them.

    Only ``mender_boot_part`` decides here; on a device of the first generation the kernel would come from the
    slot of ``mender_boot_part_hex``, so that two different values there give a mixed system.
    """

    def __init__(self, device: Path, workplace: Path) -> None:
        self._config = workplace / "fw_env.config"
        self._config.write_text("".join(f"{device} 0x{offset:x} 0x{ENV_SIZE:x}\n" for offset in ENV_OFFSETS))

    def environment(self) -> dict[str, str] | None:
        """All variables, or None when neither copy can be read."""
        done = subprocess.run(["fw_printenv", "-c", self._config], capture_output=True, text=True, check=False)
        if done.returncode or "Cannot read environment" in done.stderr:
            return None
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)

    def save(self, **variables: str) -> None:
        """Write variables in one step."""
        script = "".join(f"{name}={value}\n" for name, value in variables.items())
        done = subprocess.run(
            ["fw_setenv", "-c", self._config, "-s", "-"], input=script, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchError(f"fw_setenv: {done.stderr.strip()}")

    def choose(self) -> Choice:
        """What one power-up does, from the boot count to the slot."""
        read = self.environment()
        env = dict(envblock.INITIAL) if read is None else read
        if env.get("upgrade_available", "0") in {"", "0"}:
            return Choice(_slot(env), fell_back=False, on_trial=False, environment=env)
        env["bootcount"] = str(_number(env, "bootcount") + 1)
        self.save(bootcount=env["bootcount"])
        limit = _number(env, "bootlimit")
        if limit and _number(env, "bootcount") > limit:
            other = "3" if env.get("mender_boot_part") == "2" else "2"
            change = {"mender_boot_part": other, "mender_boot_part_hex": other, "upgrade_available": "0"}
            env |= change
            self.save(**change)
            return Choice(_slot(env), fell_back=True, on_trial=False, environment=env)
        return Choice(_slot(env), fell_back=False, on_trial=True, environment=env)


def _number(env: dict[str, str], name: str) -> int:
    """A count as U-Boot reads it: what is no number is zero."""
    text = env.get(name, "0")
    return int(text) if text.isdigit() else 0


def _slot(env: dict[str, str]) -> int:
    slot = _number(env, "mender_boot_part")
    if slot not in {2, 3}:
        raise BenchError(f"U-Boot stands at its prompt: mender_boot_part={env.get('mender_boot_part')!r} is no slot")
    return slot
