"""The boot environment: what the tool's words mean, what the raw copies say, and when the tool is run at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from moducop_tui.config import Config
from moducop_tui.host import Host
from moducop_tui.model.boot import BootEnvironment, EnvironmentState
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.bootenv import BootEnvironmentSource, interpret
from moducop_tui.sources.environment_copies import Block, Location, judge_copies, parse_locations, read_block
from tests.unit.slots.environment_recordings import (
    BOTH_DAMAGED,
    BOTH_DAMAGED_WITH_DEFAULTS,
    CONFIGURATION_REFUSED,
    FACTORY,
    GOOD,
    LINE_BREAK,
    OLD_TOOL_DAMAGED,
    SIZE,
    block,
    finished,
)

CONFIG = "/dev/mmcblk0 0x0 0x4000\n/dev/mmcblk0 0x8000 0x4000\n"


class HostHere(Host):
    """A directory that stands for this machine, so that the tool is asked as on a device."""

    @property
    def is_this_machine(self) -> bool:
        return True

    def path(self, device_path: str) -> Path:
        return Host(self.root).path(device_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for directory in ("etc", "dev", "bin"):
        (tmp_path / directory).mkdir()
    (tmp_path / "etc/fw_env.config").write_text(CONFIG)
    write_disk(tmp_path, block(FACTORY, 1), block(FACTORY | {"bootcount": "1"}, 2))
    return tmp_path


def write_disk(root: Path, first: bytes, second: bytes) -> None:
    (root / "dev/mmcblk0").write_bytes(first.ljust(0x8000, b"\0") + second)


def install_tool(root: Path, monkeypatch: pytest.MonkeyPatch, output: str, err: str = "", code: int = 0) -> Path:
    calls = root / "calls"
    tool = root / "bin/fw_printenv"
    tool.write_text(f"#!/bin/sh\necho x >>{calls}\nprintf '%s' '{output}'\nprintf '%s' '{err}' >&2\nexit {code}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{root}/bin")
    return calls


def read(host: Host) -> BootEnvironment:
    answer = BootEnvironmentSource(Config(), host).read()
    assert isinstance(answer, BootEnvironment)
    return answer


def blocks(*contents: bytes) -> tuple[Block, ...]:
    return tuple(Block(Location("/dev/mmcblk0", 0x8000 * i, SIZE), content) for i, content in enumerate(contents))


PAIR = blocks(block(FACTORY, 1), block(FACTORY | {"bootcount": "1"}, 2))
DAMAGED = blocks(b"\xff" * SIZE, b"\xff" * SIZE)


def test_a_good_environment_gives_its_numbers() -> None:
    found = interpret(finished(0, GOOD), PAIR)
    assert found.state is EnvironmentState.READABLE
    assert (found.boot_part, found.boot_part_hex, found.upgrade_available) == (2, 2, 0)
    assert (found.bootcount, found.bootlimit) == (1, 1)
    assert (found.canary_checked, found.canary_present) == (True, True)
    assert found.variables[2] == ("empty", "")
    assert [copy.in_use for copy in found.copies] == [False, True]


def test_a_missing_variable_is_empty_and_no_number_is_no_number() -> None:
    found = interpret(finished(0, "bootcount=many\nmender_boot_part_hex=0x1f\n"), PAIR)
    assert (found.boot_part, found.bootcount, found.boot_part_hex) == (None, None, 31)
    assert (found.canary_checked, found.canary_present) == (False, False)


def test_a_number_is_made_of_plain_digits_only() -> None:
    for text in ("1_0", " 2", "+2", "\u0662", "-1", "9" * 40):
        assert interpret(finished(0, f"mender_boot_part={text}\n"), PAIR).boot_part is None


@pytest.mark.parametrize("said", [BOTH_DAMAGED_WITH_DEFAULTS, OLD_TOOL_DAMAGED, (BOTH_DAMAGED[0], "", BOTH_DAMAGED[1])])
def test_defaults_in_place_of_the_environment_are_never_shown_as_it(said: tuple[int, str, str]) -> None:
    found = interpret(finished(*said), DAMAGED)
    assert found.state is EnvironmentState.UNREADABLE
    assert (found.boot_part, found.variables) == (None, ())
    assert "Do not use fw_setenv" in (found.sentence or "")
    assert [copy.good for copy in found.copies] == [False, False]


@pytest.mark.parametrize(("code", "err"), CONFIGURATION_REFUSED)
def test_a_configuration_that_names_nothing_is_said_by_every_version(code: int, err: str) -> None:
    found = interpret(finished(code, "", err), ())
    assert found.state is EnvironmentState.NO_CONFIGURATION
    assert "names no place" in (found.sentence or "")


def test_a_configuration_that_names_an_absent_device_says_which() -> None:
    absent = (Block(Location("/dev/mmcblk9", 0, SIZE), None, "it does not exist", missing=True),)
    found = interpret(finished(234, "", "Configuration file wrong or corrupted\n"), absent)
    assert found.state is EnvironmentState.NO_CONFIGURATION
    assert "/dev/mmcblk9 for the boot environment, but it does not exist" in (found.sentence or "")


def test_another_failure_of_the_tool_keeps_its_words() -> None:
    found = interpret(finished(5, "", "something \x1b[31mnew\n"), PAIR)
    assert found.state is EnvironmentState.UNREADABLE
    assert found.sentence == "fw_printenv failed (exit 5): something new."


def test_a_line_break_in_a_value_makes_no_variable() -> None:
    raw = FACTORY | {"multi": "a\nupgrade_available=1", "bootcount": "1"}
    found = interpret(finished(0, LINE_BREAK), blocks(block(raw, 3), block(FACTORY, 2)))
    assert found.upgrade_available == 0
    assert dict(found.variables)["multi"] == "a upgrade_available=1"


def test_values_are_made_harmless() -> None:
    found = interpret(finished(0, "bootargs=quiet\x1b]0;title\x07 \u202eevil\n"), PAIR)
    assert dict(found.variables)["bootargs"] == "quiet <U+202E>evil"


def test_each_copy_is_judged_by_its_own_checksum() -> None:
    damaged = bytearray(block(FACTORY, 9))
    damaged[100] ^= 1
    copies = judge_copies(blocks(block(FACTORY, 1), bytes(damaged)))
    assert [(copy.good, copy.counter, copy.in_use) for copy in copies] == [(True, 1, True), (False, 9, False)]


def test_the_counter_wraps() -> None:
    copies = judge_copies(blocks(block(FACTORY, 255), block(FACTORY, 0)))
    assert [copy.in_use for copy in copies] == [False, True]


def test_an_environment_without_redundancy_has_no_counter() -> None:
    (copy,) = judge_copies(blocks(block(FACTORY, None)))
    assert (copy.good, copy.counter, copy.in_use) == (True, None, True)


def test_a_configuration_is_read_as_libubootenv_reads_it() -> None:
    text = "# comment\n/dev/mmcblk0boot0 -0x2200 2000 0x200\n\nDEV\n/dev/a 0x1g 1\n/dev/b 010 0x10\n/dev/c 0 1\n"
    assert parse_locations(text) == (Location("/dev/mmcblk0boot0", -0x2200, 0x2000), Location("/dev/b", 8, 0x10))


@pytest.mark.parametrize(
    ("line", "location"),
    [  # each as fw_printenv 0.3.2 takes it
        ("/dev/e 0x4000 0x2000# of the factory", Location("/dev/e", 0x4000, 0x2000)),
        ("/dev/e 0x4000 0x2000 # of the factory", Location("/dev/e", 0x4000, 0x2000)),
        ("/dev/e 0x4000 0x2000,", Location("/dev/e", 0x4000, 0x2000)),
        ("/dev/e +0x4000 +0x2000", Location("/dev/e", 0x4000, 0x2000)),
        ("\t /dev/e\t\t0X4000\v0X2000 0x2000 1\r", Location("/dev/e", 0x4000, 0x2000)),
        ("/dev/e 16384 2000", Location("/dev/e", 0x4000, 0x2000)),
        ("/dev/e 040000 2000", Location("/dev/e", 0x4000, 0x2000)),
        (" # /dev/e 0x4000 0x2000", None),
        ("/dev/e 0x4000", None),
        ("/dev/e 4000 size", None),
        ("/dev/e,0x4000,0x2000", None),
        ("/dev/e\u00a00x4000\u00a00x2000", None),
        ("/dev/e\x1c0x4000\x1c0x2000", None),
    ],
)
def test_a_line_is_taken_as_far_as_the_tool_takes_it(line: str, location: Location | None) -> None:
    assert parse_locations(line) == (() if location is None else (location,))


def test_an_offset_from_the_end_that_begins_before_the_device_is_no_place(root: Path) -> None:
    size = (root / "dev/mmcblk0").stat().st_size
    found = read_block(Host(root), Location("/dev/mmcblk0", -size - 1, SIZE))
    assert (found.content, found.problem) == (None, "it is smaller than the offset from its end")


@pytest.mark.parametrize("config", ["YAML", "BEYOND", "UBI"])
def test_who_is_not_root_is_told_of_no_wrong_configuration(
    root: Path, monkeypatch: pytest.MonkeyPatch, config: str
) -> None:
    """The tool can't open the device, and says the same as of a configuration that is wrong."""
    (root / "etc/fw_env.config").write_text({"YAML": YAML, "BEYOND": BEYOND, "UBI": UBI}[config])
    for code, said in (CONFIGURATION_REFUSED[0], BOTH_DAMAGED):
        install_tool(root, monkeypatch, "", said, code)
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        answer = BootEnvironmentSource(Config(), HostHere(root)).read()
        assert isinstance(answer, Unavailable)
        assert answer.reason.startswith("Root is needed to read the boot environment from ")
        monkeypatch.setattr("os.geteuid", lambda: 0)
        assert isinstance(BootEnvironmentSource(Config(), HostHere(root)).read(), BootEnvironment)


def test_copies_of_two_sizes_are_no_configuration(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "etc/fw_env.config").write_text("/dev/mmcblk0 0x0 0x4000\n/dev/mmcblk0 0x4000 0x2000\n")
    code, said = CONFIGURATION_REFUSED[0]
    install_tool(root, monkeypatch, "", said, code)
    for host in (HostHere(root), Host(root)):
        found = read(host)
        assert found.state is EnvironmentState.NO_CONFIGURATION
        assert (found.sentence or "").endswith("names two sizes for the copies of one environment, 0x4000 and 0x2000: "
                                               "correct the file.")  # fmt: skip


def test_a_negative_offset_counts_from_the_end(root: Path) -> None:
    found = read_block(Host(root), Location("/dev/mmcblk0", -SIZE, SIZE))
    assert found.content == block(FACTORY | {"bootcount": "1"}, 2)


def test_a_copy_beyond_the_end_of_its_device_is_unread_not_bad(root: Path) -> None:
    found = read_block(Host(root), Location("/dev/mmcblk0", 0x7000000, SIZE))
    assert judge_copies((found,))[0].good is None
    assert read_block(Host(root), Location("/dev/mmcblk0", 0, 1 << 40)).content is None


def test_below_a_root_prefix_the_copies_are_read_without_the_tool(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = read(Host(root))
    assert (found.state, found.bootcount) == (EnvironmentState.READABLE, 1)
    write_disk(root, b"\0" * SIZE, b"\0" * SIZE)
    assert read(Host(root)).state is EnvironmentState.UNREADABLE
    (root / "dev/mmcblk0").unlink()
    assert read(Host(root)).state is EnvironmentState.NO_CONFIGURATION


def test_a_missing_tool_is_said_in_its_own_sentence(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moducop_tui.sources.bootenv._TOOL_PLACES", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")
    found = read(HostHere(root))
    assert found.state is EnvironmentState.NO_TOOL
    assert (found.sentence or "").startswith("fw_printenv is not installed")


def test_a_missing_and_a_dangling_configuration_are_different_sentences(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_tool(root, monkeypatch, GOOD)
    config = root / "etc/fw_env.config"
    config.unlink()
    missing = read(HostHere(root))
    config.symlink_to("/data/u-boot/fw_env.config")
    dangling = read(HostHere(root))
    assert missing.state is dangling.state is EnvironmentState.NO_CONFIGURATION
    assert (missing.sentence or "").startswith("/etc/fw_env.config is missing")
    assert "points to /data/u-boot/fw_env.config, which is missing" in (dangling.sentence or "")


def test_the_tool_is_run_only_when_something_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = install_tool(root, monkeypatch, GOOD)
    source = BootEnvironmentSource(Config(), HostHere(root))
    first = source.read()
    assert source.read() is first
    assert calls.read_text().count("x") == 1
    write_disk(root, block(FACTORY, 3), block(FACTORY, 2))
    second = source.read()
    assert isinstance(second, BootEnvironment)
    assert [copy.in_use for copy in second.copies] == [True, False]
    assert calls.read_text().count("x") == 2


YAML = """\
uboot:
  size : 0x4000
  lockfile : /run/fw.lock
  devices:
    - path : /dev/mmcblk0
      offset : 0x800000
    - path : /dev/mmcblk0
      offset : 0x1000000
"""
BEYOND = "/dev/mmcblk0 0x0 0x800000\n/dev/mmcblk0 0x800000 0x800000\n"
UBI = "/dev/ubi0:env 0x0 0x1f000 0x1f000\n/dev/ubi0:redund 0x0 0x1f000 0x1f000\n"
ELSEWHERE = "/dev/mmcblk0 0x4000 0x2000\n/dev/mmcblk0 0x6000 0x2000\n"
ONE_UNREADABLE = "/dev/mmcblk0 0x0 0x4000\n/dev/mmcblk0 0x7000000 0x4000\n"


@pytest.mark.parametrize("config", [YAML, BEYOND, UBI, ELSEWHERE, ONE_UNREADABLE])
def test_what_the_console_can_not_follow_is_asked_for_again_at_every_reading(
    root: Path, monkeypatch: pytest.MonkeyPatch, config: str
) -> None:
    (root / "etc/fw_env.config").write_text(config)
    calls = install_tool(root, monkeypatch, GOOD)
    source = BootEnvironmentSource(Config(), HostHere(root))
    before = source.read()
    install_tool(root, monkeypatch, GOOD.replace("upgrade_available=0", "upgrade_available=1"))
    after = source.read()
    assert isinstance(before, BootEnvironment)
    assert isinstance(after, BootEnvironment)
    assert (before.upgrade_available, after.upgrade_available) == (0, 1)
    assert calls.read_text().count("x") == 2


def test_copies_that_hold_something_else_than_the_tool_tells_prove_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raw flash with a bad block: the tool skips it, and what lies at the offset itself is an old copy."""
    write_disk(root, block(FACTORY | {"mender_boot_part": "3"}, 1), block(FACTORY | {"mender_boot_part": "3"}, 2))
    install_tool(root, monkeypatch, GOOD)
    source = BootEnvironmentSource(Config(), HostHere(root))
    source.read()
    install_tool(root, monkeypatch, GOOD.replace("upgrade_available=0", "upgrade_available=1"))
    assert getattr(source.read(), "upgrade_available", None) == 1


def test_a_failure_of_the_tool_is_not_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_tool(root, monkeypatch, "", "Error opening lock file", 1)
    source = BootEnvironmentSource(Config(), HostHere(root))
    assert getattr(source.read(), "state", None) is EnvironmentState.UNREADABLE
    install_tool(root, monkeypatch, GOOD)
    assert getattr(source.read(), "state", None) is EnvironmentState.READABLE


def test_an_environment_of_two_mebibytes_is_followed_as_any_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 0x200000
    (root / "etc/fw_env.config").write_text(f"/dev/mmcblk0 0x0 0x{size:x}\n/dev/mmcblk0 0x{size:x} 0x{size:x}\n")
    newer = FACTORY | {"bootcount": "1"}
    (root / "dev/mmcblk0").write_bytes(block(FACTORY, 1, size) + block(newer, 2, size))
    calls = install_tool(root, monkeypatch, GOOD)
    source = BootEnvironmentSource(Config(), HostHere(root))
    first = source.read()
    assert source.read() is first
    assert [copy.good for copy in getattr(first, "copies", ())] == [True, True]
    assert calls.read_text().count("x") == 1
    assert read(Host(root)).bootcount == 1


def test_a_configuration_in_the_newer_form_is_told_as_such_where_the_tool_refuses_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "etc/fw_env.config").write_text(f"# a comment\n{YAML}")
    code, said = CONFIGURATION_REFUSED[0]
    install_tool(root, monkeypatch, "", said, code)
    for host in (HostHere(root), Host(root)):
        found = read(host)
        assert found.state is EnvironmentState.NO_CONFIGURATION
        assert "is written as YAML" in (found.sentence or "")
    for written in (
        "uboot: {size: 0x4000, devices: [{path: /dev/mmcblk0, offset: 0x800000}]}\n",
        '{"uboot": {"size": "0x4000", "devices": [{"path": "/dev/mmcblk0", "offset": "0x800000"}]}}',
        "---\r\n'uboot':\r\n    devices:\r\n    - path: /dev/mmcblk0\r\n    size: 16384\r\n",
    ):
        (root / "etc/fw_env.config").write_text(written)
        assert "is written as YAML" in (read(Host(root)).sentence or ""), written
    (root / "etc/fw_env.config").write_text("# nothing:\nuboot:\n")
    assert "names no place" in (read(Host(root)).sentence or "")


def test_a_tool_that_goes_away_is_noticed_although_nothing_else_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moducop_tui.sources.bootenv._TOOL_PLACES", "/nowhere")
    install_tool(root, monkeypatch, GOOD)
    source = BootEnvironmentSource(Config(), HostHere(root))
    source.read()
    (root / "bin/fw_printenv").unlink()
    found = source.read()
    assert isinstance(found, BootEnvironment)
    assert found.state is EnvironmentState.NO_TOOL


def test_without_root_the_reading_says_that_root_is_needed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_tool(root, monkeypatch, GOOD)
    opened = os.open

    def refuse_devices(path: str | Path, *rest: Any, **more: Any) -> int:
        if "/dev/" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse_devices)
    answer = BootEnvironmentSource(Config(), HostHere(root)).read()
    assert answer == Unavailable("Root is needed to read the boot environment from /dev/mmcblk0.")
