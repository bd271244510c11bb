from __future__ import annotations

import os
import socket
from dataclasses import fields
from pathlib import Path

import pytest

from moducop_tui import config
from moducop_tui.config import Config, ConfigError


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "config.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        config.load(path)
    return str(raised.value).replace(str(path), "FILE")


def test_without_a_file_the_defaults_hold() -> None:
    assert config.load(None) == Config()


def test_every_field_but_the_root_can_be_set_in_the_file() -> None:
    assert set(config.CHECKS) == {field.name for field in fields(Config)} - {"root"}


def test_a_file_sets_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    path = written(tmp_path, 'disk = "/dev/mmcblk2"\nlog_memory = 65536\n')
    loaded = config.load(path, root=Path("/host"))
    assert loaded == Config(root=Path("/host"), disk="/dev/mmcblk2", log_memory=65536)


def test_an_empty_file_is_a_correct_one(tmp_path: Path) -> None:
    assert config.load(written(tmp_path, "")) == Config()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            '# disks\ndisc = "/dev/sda"\n',
            f"FILE, line 2: unknown key 'disc'; the keys are {', '.join(config.CHECKS)}.",
        ),
        (
            '\n\nroot = "/host"\n',
            f"FILE, line 3: unknown key 'root'; the keys are {', '.join(config.CHECKS)}.",
        ),
        ("disk = 2\n", "FILE, line 1: disk must be an absolute path in quotes, not 2."),
        ('disk = "mmcblk0"\n', 'FILE, line 1: disk must be an absolute path in quotes, not "mmcblk0".'),
        ("disk = true\n", "FILE, line 1: disk must be an absolute path in quotes, not true."),
        ("\n[disk]\nname = 1\n", "FILE, line 2: disk must be an absolute path in quotes, not a table."),
        ("disk.name = 1\n", "FILE, line 1: disk must be an absolute path in quotes, not a table."),
        (
            "log_memory = 12\n",
            "FILE, line 1: log_memory must be a whole number from 65536 to 268435456, not 12.",
        ),
        (
            "log_memory = true\n",
            "FILE, line 1: log_memory must be a whole number from 65536 to 268435456, not true.",
        ),
        (
            "overlay_walk_limit = [1]\n",
            "FILE, line 1: overlay_walk_limit must be a whole number from 100 to 10000000, not a list.",
        ),
        (
            "terminal_colours = 8\n",
            "FILE, line 1: terminal_colours must be one of none, 8, 16, 256, true, in quotes, not 8.",
        ),
        (
            'terminal_charset = "latin1"\n',
            'FILE, line 1: terminal_charset must be one of ascii, utf-8, dec, in quotes, not "latin1".',
        ),
        (
            'terminal_size = "80"\n',
            "FILE, line 1: terminal_size must be columns x rows, such as 80x24, each from 10 to 500, in quotes, "
            'not "80".',
        ),
        (
            "terminal_baud = 0\n",
            "FILE, line 1: terminal_baud must be a whole number from 50 to 4000000, not 0.",
        ),
        ("\ndisk /dev/sda\n", "FILE, line 2: not valid TOML: Expected '=' after a key in a key/value pair."),
        ('disk = "', "FILE, line 1: not valid TOML: Unterminated string."),
        (b'disk = "/dev/sda"\n# \xff\n', "FILE, line 2: the configuration is not UTF-8 text."),
        (b"#" * (1 << 21), "FILE: the configuration is larger than 65536 bytes."),
        ("dead_man = " + "1" * 5000, "FILE, line 1: the line has 5011 bytes, and 1024 are allowed."),
        ("\n\na." + "a." * 5000 + "a = 1", "FILE, line 3: the line has 10007 bytes, and 1024 are allowed."),
        (
            "disk = " + "[" * 800,
            "FILE: not used: brackets are nested too deeply; no key of the configuration needs that.",
        ),
        (
            "disk = " + "[\n" * 3000 + "]\n" * 3000,
            "FILE: not used: brackets are nested too deeply; no key of the configuration needs that.",
        ),
        (
            "dead_man = 0x" + "f" * 900,
            "FILE, line 1: dead_man must be a whole number from 60 to 86400, not a number of that size.",
        ),
        ("dead_man = 1e999999", "FILE, line 1: dead_man must be a whole number from 60 to 86400, not inf."),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_key(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    assert refusal(written(tmp_path, content)) == sentence


def test_an_editor_s_mark_of_its_coding_at_the_beginning_is_no_content(tmp_path: Path) -> None:
    assert config.load(written(tmp_path, b"\xef\xbb\xbfdead_man = 700\n")).dead_man == 700
    assert refusal(written(tmp_path, b"\xff\xfed\x00")) == "FILE, line 1: the configuration is not UTF-8 text."


@pytest.mark.parametrize("kind", ["directory", "fifo", "socket", "device"])
def test_what_is_no_plain_file_is_never_waited_for(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "config.toml"
    if kind == "directory":
        place.mkdir()
    elif kind == "fifo":
        os.mkfifo(place, 0o600)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(place))
    else:
        place = Path("/dev/zero")
    with pytest.raises(config.ConfigError) as raised:
        config.load(place)
    assert "no plain file" in str(raised.value) or "Is a directory" in str(raised.value)


def test_a_key_full_of_escape_sequences_reaches_no_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in refusal(written(tmp_path, '"\\u001b[2Jdisk" = 1\n'))


def test_a_file_that_was_asked_for_and_is_missing_is_an_error(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing") == "FILE: the configuration can't be read: No such file or directory.".replace(
        "FILE", str(tmp_path / "missing")
    ).replace(str(tmp_path / "missing"), "FILE")


def test_the_first_default_place_that_exists_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DEFAULT_PATHS", (str(tmp_path / "none.toml"), str(tmp_path / "config.toml")))
    assert config.find(None) is None
    path = written(tmp_path, "")
    assert config.find(None) == path
    assert config.find(Path("other.toml")) == Path("other.toml")


def test_where_a_user_may_not_look_there_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", forbidden)
    assert config.find(None) is None


def test_the_terminal_can_be_set_where_it_can_t_be_found_out(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'terminal_colours = "none"\nterminal_charset = "dec"\nterminal_size = "132x43"\nterminal_baud = 9600\n',
    )
    loaded = config.load(path)
    assert (loaded.terminal_colours, loaded.terminal_charset) == ("none", "dec")
    assert (loaded.terminal_size, loaded.terminal_baud) == ("132x43", 9600)
