"""Where the client keeps its things (facts 1.5; transcripts misc40 e, misc51 e)."""

from __future__ import annotations

from pathlib import Path

DATASTORE = Path("/var/lib/mender")
"""On a ModuCop a link to /data/mender."""
STORE = DATASTORE / "mender-store"
BROKEN_STORE = DATASTORE / "mender-store-broken"
BOOTSTRAP = DATASTORE / "bootstrap.mender"
DEVICE_TYPE = DATASTORE / "device_type"
CONFIGURATIONS = (Path("/etc/mender/mender.conf"), DATASTORE / "mender.conf")
"""The first wins, key by key."""
TREE = DATASTORE / "modules/v3/payloads/0000/tree"
MODULES = Path("/usr/share/mender/modules/v3")
PERSONALITY = Path("/usr/lib/mender-stand-in/personality")
"""`4.0` or `5.1`: which client this one plays."""
PACE = Path("/run/mender-stand-in-pace")
"""A test may slow the streaming down: bytes a second, read when it begins. No real client has this."""
