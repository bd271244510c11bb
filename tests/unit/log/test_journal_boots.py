from __future__ import annotations

from moducop_tui.model.log import Boot
from moducop_tui.sources.journal_boots import boots_of, parse_boots

A, B, C = "a" * 32, "b" * 32, "c" * 32

RECORDED_JSON = (
    '[{"index":-1,"boot_id":"5ec5fac260174958a9e0d4f165eca21f","first_entry":1795403312023886,"last_entry":'
    '1795403312882784},{"index":0,"boot_id":"f0893136bc044df1a03ebbeb1b8aded8","first_entry":1795403400000000,'
    '"last_entry":1795403500500000}]\n'
)
RECORDED_TABLE_252 = """IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY
  0 f0893136bc044df1a03ebbeb1b8aded8 Mon 2026-11-23 03:08:32 UTC Mon 2026-11-23 03:08:52 UTC
"""
TABLE_OF_OLDER_SYSTEMD = """-1 5ec5fac260174958a9e0d4f165eca21f Mon 2026-11-23 03:08:32 UTC—Mon 2026-11-23 03:08:40 UTC
 0 f0893136bc044df1a03ebbeb1b8aded8 Mon 2026-11-23 03:09:32 UTC—Mon 2026-11-23 03:10:00 UTC
"""


def test_the_json_of_journalctl_is_understood() -> None:
    assert parse_boots(RECORDED_JSON, 10, "f0893136bc044df1a03ebbeb1b8aded8") == (
        Boot("5ec5fac260174958a9e0d4f165eca21f", -1, 1795403312.023886, 1795403312.882784),
        Boot("f0893136bc044df1a03ebbeb1b8aded8", 0, 1795403400.0, 1795403500.5),
    )


def test_the_tables_of_journalctl_are_understood() -> None:
    (boot,) = parse_boots(RECORDED_TABLE_252, 10, None)
    assert (boot.offset, boot.first, boot.last) == (0, 1795403312.0, 1795403332.0)
    older = parse_boots(TABLE_OF_OLDER_SYSTEMD, 10, None)
    assert [(boot.offset, boot.first, boot.last) for boot in older] == [
        (-1, 1795403312.0, 1795403320.0),
        (0, 1795403372.0, 1795403400.0),
    ]


def test_only_the_newest_boots_are_kept() -> None:
    assert [boot.offset for boot in parse_boots(RECORDED_JSON, 1, None)] == [0]


def test_nonsense_gives_no_boots() -> None:
    for text in ("", "[", '{"a": 1}', "[3, null]", "No journal files were found.\n"):
        assert parse_boots(text, 5, None) == ()


def test_the_current_boot_is_zero_wherever_the_journal_puts_it() -> None:
    spans = [(A, 1.0, 2.0), (B, 3.0, 4.0), (C, 5.0, 6.0)]
    assert [(boot.boot_id, boot.offset) for boot in boots_of(spans, B)] == [(A, -2), (C, -1), (B, 0)]


def test_a_current_boot_without_entries_is_not_invented() -> None:
    assert [(boot.boot_id, boot.offset) for boot in boots_of([(A, 1.0, 2.0)], B)] == [(A, -1)]


def test_without_a_current_boot_the_newest_is_zero() -> None:
    assert [(boot.boot_id, boot.offset) for boot in boots_of([(A, None, None), (B, None, None)], None)] == [
        (A, -1),
        (B, 0),
    ]
