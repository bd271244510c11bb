"""What an update module for slots has noted in its work tree: from which slot it switched the boot environment.

Just before the switch `rootfs-image` writes `tmp/orig-part` (`orig_part_num=2`, transcript misc40 e), `bootfit-rootfs`
`tmp/original-slot` (`2`). Their rollback returns to that slot, whatever runs by then.
"""

from __future__ import annotations

import re
from dataclasses import replace

from moducop_tui.host import Host
from moducop_tui.model.foreign import clean_or_none
from moducop_tui.model.mender import PendingUpdate
from moducop_tui.sources.mender_processes import MODULES

_TREE = "/var/lib/mender/modules/v3/payloads/0000/tree"
_ARTIFACT = f"{_TREE}/header/artifact_name"
_SCRATCH = "tmp"
_LIMIT = 65536
_NOTES = {
    "rootfs-image": (
        f"{_TREE}/{_SCRATCH}/orig-part",
        re.compile(r"^orig_part_num=(\d{1,3})$", re.ASCII | re.MULTILINE),
    ),
    "bootfit-rootfs": (f"{_TREE}/{_SCRATCH}/original-slot", re.compile(r"^(\d{1,3})$", re.ASCII | re.MULTILINE)),
}


def with_module_note(pending: PendingUpdate, host: Host) -> PendingUpdate:
    """The pending update with what its module has noted; as it is where the tree is another update's, or gone."""
    kind = next((kind for kind in pending.payload_types if kind in _NOTES), None)
    if kind is None or pending.artifact_name is None or clean_or_none(_text(host, _ARTIFACT)) != pending.artifact_name:
        return pending
    path, number = _NOTES[kind]
    try:
        found = number.search(host.read_text(path, _LIMIT))
    except FileNotFoundError:
        return replace(pending, switched=False) if _would_note(host, kind) else pending
    except OSError:
        return pending
    return pending if found is None else replace(pending, switched=True, came_from=int(found[1]))


def _would_note(host: Host, kind: str) -> bool:
    """Whether the module that is installed notes it at all: the first ones of 4.0 did not."""
    name = _NOTES[kind][0].rpartition("/")[2]
    return name in (_text(host, f"{MODULES}/{kind}") or "")


def _text(host: Host, path: str) -> str | None:
    try:
        return host.read_text(path, _LIMIT).strip() or None
    except OSError:
        return None
