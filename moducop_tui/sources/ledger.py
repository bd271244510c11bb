"""Reads the console's own ledger of slots from the data partition."""

from __future__ import annotations

from moducop_tui.host import Host
from moducop_tui.model.ledger import Ledger
from moducop_tui.model.ledger_text import LIMIT, parse_ledger
from moducop_tui.model.places import LEDGER
from moducop_tui.trusted import read_bytes


def read_ledger(host: Host) -> Ledger:
    """What is written down of both slots; with an error, and nothing known, where it can't be read."""
    try:
        content = read_bytes(host, LEDGER, LIMIT)
    except FileNotFoundError:
        return Ledger()
    except PermissionError:
        return Ledger(error=f"Root is needed to read the ledger of slots ({LEDGER}).")
    except OSError as error:
        return Ledger(error=f"The ledger of slots ({LEDGER}) can't be read: {error.strerror}.")
    return parse_ledger(content)
