"""What a technician does with the console's command line, in a lab or a machine, and what it tells of the device."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from . import inside
    from .uboot import Choice

DONE: Final = 0
REFUSED: Final = 3
"""Exit codes of commands that change the device (cli/act.py)."""

_VARIABLES: Final = ("mender_boot_part", "mender_boot_part_hex", "upgrade_available", "bootcount")
_READ_STORE: Final = """
import json, lmdb, os, sys
path = "/data/mender/mender-store"
if not os.path.exists(path) or not os.path.getsize(path):  # a cut leaves what was not written out empty
    sys.exit(print("null"))
with lmdb.open(path, subdir=False, readonly=True, lock=False) as store, store.begin() as transaction:
    found = {bytes(k).rstrip(b"\\0").decode(): bytes(v).rstrip(b"\\0").decode() for k, v in transaction.cursor()}
print(json.dumps(found))
"""


class Device(Protocol):
    """A lab or a machine."""

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float = ...,
        stdin: str | bytes | None = ...,
        env: Mapping[str, str] | None = ...,
    ) -> inside.Result:
        """Run a command inside."""

    def await_reboot(self, timeout: float = ...) -> Choice:
        """Come up again after something inside asked for a reboot."""


class Technician:
    """At the command line of one device."""

    def __init__(self, device: Device) -> None:
        self._device = device

    # -- the console's commands --------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """`status --json`; its exit code says how well the device is, not whether it could be told."""
        done = self._device.run(["moducop-tui", "status", "--json"])
        assert done.stdout, done
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def verdict(self) -> dict[str, Any]:
        """What the console says is booted and boots next."""
        verdict: dict[str, Any] = self.status()["verdict"]
        return verdict

    def phase(self) -> str:
        """Where the device stands by the console's verdict."""
        phase: str = self.verdict()["phase"]
        return phase

    def plan(self, *words: str) -> dict[str, Any]:
        """`--dry-run --json` of a command: the plan, with its refusal."""
        done = self._device.run(["moducop-tui", *words, "--dry-run", "--json"], timeout=120)
        assert done.stdout, done
        plan: dict[str, Any] = json.loads(done.stdout)["plan"]
        return plan

    def refusal(self, *words: str) -> str | None:
        """Why a command would be refused; None when its plan may run."""
        refusal: str | None = self.plan(*words)["refusal"]
        return refusal

    def act(self, *words: str, overrides: Sequence[str] = ()) -> dict[str, Any]:
        """Carry a command out, confirmed; its code, sentence and record."""
        typed = [word for override in overrides for word in ("--override", override)]
        argv = ["moducop-tui", *words, "--yes", "--reason", "bench", "--json", *typed]
        done = self._device.run(argv, timeout=180)
        assert done.stdout, f"{' '.join(argv)} ended with {done.rc}\n{done.stderr}"
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def do(self, *words: str, overrides: Sequence[str] = ()) -> dict[str, Any]:
        """Carry a command out that must succeed; its record."""
        told = self.act(*words, overrides=overrides)
        assert told["code"] == DONE, _how_it_went(words, told)
        record: dict[str, Any] = told["record"]
        return record

    def do_and_reboot(self, *words: str) -> Choice:
        """Carry a command out that reboots at its end; what the boot loader then chose."""
        argv = ["moducop-tui", *words, "--yes", "--reason", "bench", "--json"]
        done = self._device.run(argv, timeout=180)
        assert done.stdout == "" or json.loads(done.stdout)["code"] == DONE, done
        return self._device.await_reboot()

    def act_to_the_end(self, *words: str) -> None:
        """Carry a command out that must succeed, and come up again where it reboots at its end."""
        assert self.act_unless_refused(*words), f"{' '.join(words)}: refused: {self.refusal(*words)}"

    def act_unless_refused(self, *words: str) -> bool:
        """Carry a command out to its end, as ``act_to_the_end``, if the console allows it; whether it did."""
        argv = ["moducop-tui", *words, "--yes", "--reason", "bench", "--json"]
        done = self._device.run(argv, timeout=180)
        if not done.stdout:
            self._device.await_reboot()
            return True
        told = json.loads(done.stdout)
        assert told["code"] in {DONE, REFUSED}, _how_it_went(words, told)
        return bool(told["code"] == DONE)

    def history(self) -> list[dict[str, Any]]:
        """The audit trail's actions, newest first."""
        told: dict[str, Any] = json.loads(self._device.run(["moducop-tui", "history", "--json"]).check().stdout)
        actions: list[dict[str, Any]] = told["actions"]
        return actions

    # -- the truth, by other means -----------------------------------------------------------------------------

    def environment(self) -> dict[str, str]:
        """What decides about the next boot, by fw_printenv."""
        told = self._device.run(["fw_printenv", *_VARIABLES]).check().stdout.split()
        return dict(word.split("=", 1) for word in told)

    def chosen(self) -> tuple[str, str, str]:
        """The slot by both its variables, and whether it is on trial."""
        found = self.environment()
        return found["mender_boot_part"], found["mender_boot_part_hex"], found["upgrade_available"]

    def memory(self) -> dict[str, str]:
        """What Mender's store holds, by Debian's reader of such files."""
        found: dict[str, str] | None = json.loads(self._device.run(["python3", "-c", _READ_STORE]).check().stdout)
        return found or {}

    def pending(self) -> dict[str, Any] | None:
        """Mender's pending update."""
        stored = self.memory().get("standalone-state")
        return json.loads(stored) if stored else None

    def provided(self) -> str | None:
        """Which root file system Mender believes to be installed."""
        provides: dict[str, str] = json.loads(self.memory().get("artifact-provides", "{}"))
        return provides.get("rootfs-image.version")


def _how_it_went(words: Sequence[str], told: dict[str, Any]) -> str:
    lines = [f"{' '.join(words)}: code {told['code']}: {told['sentence']}"]
    record = told["record"]
    if record is not None:
        lines.append(f"{record['outcome']}: {record['sentence']}")
        lines += [f"  {step['state']:8} {step['words']}: {step['sentence']}" for step in record["steps"]]
        lines += [step["output"] for step in record["steps"] if step["state"] == "failed"]
    return "\n".join(lines)
