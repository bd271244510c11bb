"""Reads U-Boot's environment: `fw_printenv` for what counts, the raw copies beside it for their health.

The command is run only when the configuration or one of the copies has changed since it ran last. That holds where the
copies hold just what the command told: where they can't be read, or lie elsewhere (larger than the console reads, a
configuration in another form, bad blocks of raw flash), nothing shows that an answer still stands, and the command is
run at every reading.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from moducop_tui import runner
from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.boot import BootEnvironment, EnvironmentCopy, EnvironmentState
from moducop_tui.model.foreign import clean
from moducop_tui.model.printed_environment import is_printed_by, parse_output, refuses_configuration, uses_defaults
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.wake import Wake
from moducop_tui.sources.boot_variables import environment_from
from moducop_tui.sources.environment_copies import (
    BLOCK_LIMIT,
    FOLLOWED_LIMIT,
    Block,
    block_in_use,
    decode,
    is_structured,
    judge_copies,
    parse_locations,
    read_block,
)

TOOL = "fw_printenv"
CONFIGURATION = "/etc/fw_env.config"
_TOOL_SECONDS = 4.0
_TOOL_PLACES = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
_NO_TOOL = f"{TOOL} is not installed: the boot environment can't be read. A ModuCop's image has it (libubootenv)."

_Evidence = tuple[str, tuple[Block, ...]]
"""The configuration and the raw copies."""


class BootEnvironmentSource:
    """The boot environment of the device below the root prefix."""

    topic = Topic.BOOT
    cadence = 5.0
    time_limit = 6.0

    def __init__(self, config: Config, host: Host) -> None:
        del config  # nothing of it concerns the boot environment
        self._host = host
        self._evidence: _Evidence | None = None
        self._answer: BootEnvironment | None = None

    def read(self) -> BootEnvironment | Unavailable:
        """The environment, or in its `state` and `sentence` why there is none."""
        if self._host.is_this_machine and not _tool_is_there():
            return BootEnvironment(EnvironmentState.NO_TOOL, _NO_TOOL)
        try:
            text = self._host.read_text(CONFIGURATION)
        except FileNotFoundError:
            return BootEnvironment(EnvironmentState.NO_CONFIGURATION, self._why_no_configuration())
        except OSError as error:
            return Unavailable(f"{CONFIGURATION} can't be read: {error.strerror}.")
        evidence = (text, self._read_blocks(text))
        if self._answer is not None and evidence == self._evidence:
            return self._answer
        self._evidence = self._answer = None
        return self._renew(evidence)

    def wait(self, timeout: float, wake: Wake) -> None:
        """Nobody tells of a change: wait for the time to pass."""
        wake.wait(timeout)

    def close(self) -> None:
        """Nothing is held open between two readings."""

    def _read_blocks(self, text: str) -> tuple[Block, ...]:
        # A copy that is read at every reading costs its size each time, and the command reads a large one itself.
        limit = FOLLOWED_LIMIT if self._host.is_this_machine else BLOCK_LIMIT
        return tuple(read_block(self._host, location, limit) for location in parse_locations(text))

    def _renew(self, evidence: _Evidence) -> BootEnvironment | Unavailable:
        text, blocks = evidence
        if any(block.forbidden for block in blocks):
            return Unavailable(f"Root is needed to read the boot environment from {_device(blocks)}.")
        if not self._host.is_this_machine:
            return self._read_alone(text, blocks)
        try:
            finished = runner.run([TOOL], _TOOL_SECONDS)
        except runner.CommandNotFoundError:
            return BootEnvironment(EnvironmentState.NO_TOOL, _NO_TOOL)
        except runner.CommandError as error:
            return Unavailable(f"The boot environment could not be read: {error}")
        if os.geteuid() != 0 and _says_nothing_to_a_user(finished, blocks):
            return Unavailable(f"Root is needed to read the boot environment from {_device(blocks)}.")
        answer = interpret(finished, blocks, text)
        if _is_proven(finished, blocks):
            self._evidence, self._answer = evidence, answer
        return answer

    def _read_alone(self, text: str, blocks: tuple[Block, ...]) -> BootEnvironment:
        """Below a root prefix the tool would follow this machine's paths, so the console reads the copies itself."""
        copies = judge_copies(blocks)
        used = block_in_use(blocks)
        if used is not None and not _differ_in_size(blocks):
            return environment_from(decode(used, redundant=len(blocks) > 1), copies)
        if used is not None or not any(block.content is not None for block in blocks):
            return BootEnvironment(EnvironmentState.NO_CONFIGURATION, _unusable(blocks, text), copies=copies)
        return _unreadable(copies)

    def _why_no_configuration(self) -> str:
        try:
            target = (self._host.path(str(Path(CONFIGURATION).parent)) / Path(CONFIGURATION).name).readlink()
        except OSError:
            return f"{CONFIGURATION} is missing: restore it, it says where the boot environment stands."
        lost = clean(str(target), 200)
        return f"{CONFIGURATION} points to {lost}, which is missing (a factory reset may delete it): restore that file."


def _tool_is_there() -> bool:
    return shutil.which(TOOL, path=f"{os.environ.get('PATH', '')}:{_TOOL_PLACES}") is not None


def _device(blocks: tuple[Block, ...]) -> str:
    return clean(blocks[0].location.device, 200) if blocks else "its device"


def _says_nothing_to_a_user(finished: runner.Finished, blocks: tuple[Block, ...]) -> bool:
    """Whether the tool has failed on copies that nobody has looked at: it may just not have been allowed to."""
    untried = all(block.content is None and block.problem is None for block in blocks)
    return untried and (finished.code != 0 or uses_defaults(finished.err))


def _is_proven(finished: runner.Finished, blocks: tuple[Block, ...]) -> bool:
    """Whether the copies hold what the tool told, so that they show when its answer no longer stands."""
    if not blocks or any(block.content is None for block in blocks):
        return False
    used = block_in_use(blocks)
    if used is None:
        return uses_defaults(finished.err)  # all copies are damaged, and the tool says so, too
    return (
        finished.code == 0
        and not uses_defaults(finished.err)
        and is_printed_by(finished.out, decode(used, redundant=len(blocks) > 1))
    )


def interpret(finished: runner.Finished, blocks: tuple[Block, ...], text: str = "") -> BootEnvironment:
    """What the tool's output and errors mean, beside the raw copies and the text of its configuration.

    Its exit code alone means nothing.
    """
    copies = judge_copies(blocks)
    if uses_defaults(finished.err):
        return _unreadable(copies)
    if finished.code != 0:
        return _refused(finished, blocks, copies, text)
    variables, certain = parse_output(finished.out)
    used = block_in_use(blocks)
    if not certain and used is not None:
        variables = decode(used, redundant=len(blocks) > 1)
    return environment_from(variables, copies)


def _unreadable(copies: tuple[EnvironmentCopy, ...]) -> BootEnvironment:
    places = " and ".join(f"{copy.device} at {_hexadecimal(copy.offset)}" for copy in copies) or "its device"
    return BootEnvironment(
        EnvironmentState.UNREADABLE,
        f"No copy of the boot environment has a good checksum ({places}): U-Boot boots by its built-in defaults, or "
        f"{CONFIGURATION} names the wrong place. Do not use fw_setenv: it would replace everything by defaults.",
        copies=copies,
    )


def _refused(
    finished: runner.Finished, blocks: tuple[Block, ...], copies: tuple[EnvironmentCopy, ...], text: str
) -> BootEnvironment:
    """The tool ended with an error that is no bad checksum: mostly a configuration that it can't use."""
    if not blocks or any(block.missing for block in blocks) or refuses_configuration(finished.err):
        return BootEnvironment(EnvironmentState.NO_CONFIGURATION, _unusable(blocks, text), copies=copies)
    said = clean(finished.err.strip(), 120) or "it said nothing"
    return BootEnvironment(EnvironmentState.UNREADABLE, f"{TOOL} failed (exit {finished.code}): {said}.", copies=copies)


def _unusable(blocks: tuple[Block, ...], text: str) -> str:
    bad = next((block for block in blocks if block.problem is not None), None)
    if bad is not None:
        device = clean(bad.location.device, 200)
        return f"{CONFIGURATION} names {device} for the boot environment, but {bad.problem}: correct the file."
    if _differ_in_size(blocks):
        sizes = " and ".join(f"0x{block.location.size:x}" for block in blocks)
        return f"{CONFIGURATION} names two sizes for the copies of one environment, {sizes}: correct the file."
    if blocks:
        return f"{CONFIGURATION} is there, but {TOOL} can't use it: compare it with a device of the same image."
    if is_structured(text):
        return (
            f"{CONFIGURATION} is written as YAML, the form of newer tools, which can't be read here: update "
            "libubootenv, or write it as lines of device, offset and size."
        )
    return f"{CONFIGURATION} names no place of the boot environment: restore it from a device of the same image."


def _differ_in_size(blocks: tuple[Block, ...]) -> bool:
    """Whether the copies are said to be of several sizes, which no tool takes."""
    return len({block.location.size for block in blocks}) > 1


def _hexadecimal(offset: int) -> str:
    return f"-0x{-offset:x}" if offset < 0 else f"0x{offset:x}"
