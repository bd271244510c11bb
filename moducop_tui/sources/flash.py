"""How worn the eMMC is, by its own estimate (JESD84-B51, registers DEVICE_LIFE_TIME_EST and PRE_EOL_INFO)."""

from __future__ import annotations

import re

from moducop_tui.host import Host
from moducop_tui.model.system import FlashWear
from moducop_tui.sources.small_files import names_in, text_of

_CARD = re.compile(r"mmcblk[0-9]+", re.ASCII)
"""Not its boot partitions, which the kernel lists beside it."""
_REGISTER = re.compile(r"(0[xX])?[0-9a-fA-F]{1,8}", re.ASCII)
_PRE_EOL = {1: "normal", 2: "warning", 3: "urgent"}


def read_flash(host: Host, disk: str | None = None) -> FlashWear | None:
    """The wear of the eMMC; `disk`, such as `/dev/mmcblk0`, where the system disk is known. None without an eMMC."""
    cards = [name for name in names_in(host, "/sys/block") if _CARD.fullmatch(name)]
    wanted = (disk or "").removeprefix("/dev/")
    for name in sorted(cards, key=lambda card: card != wanted):
        life_time = text_of(host, f"/sys/block/{name}/device/life_time")
        pre_eol = text_of(host, f"/sys/block/{name}/device/pre_eol_info")
        if life_time is not None or pre_eol is not None:
            return flash_wear(name, life_time or "", pre_eol)
    return None


def flash_wear(name: str, life_time: str, pre_eol: str | None) -> FlashWear:
    """The wear from the texts of sysfs: `0x01 0x02` (type A is SLC, type B is MLC) and `0x01`."""
    steps = [_hex(text) for text in life_time.split()[:2]] + [None, None]
    return FlashWear(f"/dev/{name}", _percent(steps[0]), _percent(steps[1]), _PRE_EOL.get(_hex(pre_eol) or 0))


def _percent(step: int | None) -> int | None:
    """The upper end of a step: 0x01 is up to 10 %, 0x0A up to 100 %, 0x0B beyond the estimated life; 0 is not given."""
    return step * 10 if step is not None and 1 <= step <= 0x0B else None


def _hex(text: str | None) -> int | None:
    return int(text, 16) if text is not None and _REGISTER.fullmatch(text) else None
