"""How the device fared before the update that waits for its verdict, as `actions.hands.before` has kept it."""

from __future__ import annotations

from moducop_tui.host import Host
from moducop_tui.model.clean_json import clean_json
from moducop_tui.model.places import BEFORE
from moducop_tui.model.reading import Unavailable
from moducop_tui.model.stored import StoredError, decode
from moducop_tui.model.work import Snapshot
from moducop_tui.trusted import read_bytes

_LIMIT = 1 << 18


def read_snapshot(host: Host) -> Snapshot | Unavailable | None:
    """What was kept; None where nothing waits, Unavailable where it can't be read or makes no sense."""
    try:
        return decode(Snapshot, clean_json(read_bytes(host, BEFORE, _LIMIT)))
    except FileNotFoundError:
        return None
    except OSError as error:
        return Unavailable(f"How the device fared before ({BEFORE}) can't be read: {error.strerror}.")
    except (StoredError, ValueError, RecursionError):
        return Unavailable(f"How the device fared before ({BEFORE}) can't be understood: there is no comparison.")
