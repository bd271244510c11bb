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

_TREE = "/var/lib/mender/modules/v3/payloads/0000/tree"
_ARTIFACT = f"{_TREE}/header/artifact_name"
_SCRATCH = "tmp"
_NOTES = {
    "rootfs-image": (
        f"{_TREE}/{_SCRATCH}/orig-part",
        re.compile(r"^orig_part_num=(\d{1,3})$", re.ASCII | re.MULTILINE),
    ),
    "bootfit-rootfs": (f"{_TREE}/{_SCRATCH}/original-slot", re.compile(r"^(\d{1,3})$", re.ASCII | re.MULTILINE)),
}


def with_module_note(pending: PendingUpdate, host: Host) -> PendingUpdate:
    """The pending update with what its module has noted; as it is where the tree is another update's, or gone."""
    known = next((_NOTES[kind] for kind in pending.payload_types if kind in _NOTES), None)
    if known is None or pending.artifact_name is None or _text(host, _ARTIFACT) != pending.artifact_name:
        return pending
    path, number = known
    try:
        found = number.search(host.read_text(path, 4096))
    except FileNotFoundError:
        return replace(pending, switched=False)
    except OSError:
        return pending
    return pending if found is None else replace(pending, switched=True, came_from=int(found[1]))


def _text(host: Host, path: str) -> str | None:
    try:
        return clean_or_none(host.read_text(path, 4096).strip())
    except OSError:
        return None
