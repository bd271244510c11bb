"""The artifacts on a stick: found by their ending, their headers read, the stick let go at once."""

from __future__ import annotations

import os
from dataclasses import replace

from moducop_tui.host import Host
from moducop_tui.model.artifact import Offer
from moducop_tui.model.artifact_place import place_on
from moducop_tui.model.foreign import clean
from moducop_tui.model.media import Stick as StickFacts
from moducop_tui.model.natural_order import natural
from moducop_tui.model.offer_names import STICK_DEPTH, SYSTEM_NAMES
from moducop_tui.model.reading import Unavailable
from moducop_tui.sources.artifact import read_opened
from moducop_tui.sources.artifact_feed import ArtifactError
from moducop_tui.sources.artifact_place import PlaceError
from moducop_tui.sources.artifact_signature import VerifyKeys, read_verify_keys
from moducop_tui.sources.offer_memory import within_limit
from moducop_tui.sources.stick_device import check_is_stick
from moducop_tui.sources.stick_file import open_on
from moducop_tui.sources.stick_session import Stick, open_stick

_ENTRIES = 20000
_FILES = 60
_SECONDS = 10.0
"""Limits of the search: entries looked at, artifacts, time."""
_PATH_LIMIT = 1000


def find_offers(host: Host, stick: StickFacts) -> tuple[Offer, ...] | Unavailable:
    """The artifacts on a stick, by their paths. One that can't be read is an offer with its sentence."""
    try:
        with open_stick(host, stick.device) as opened:
            offers = offers_on(host, opened, stick.device)
            check_is_stick(host, stick.device)  # where it was pulled meanwhile, that is the answer
            return offers
    except PlaceError as error:
        return Unavailable(str(error))


def offers_on(host: Host, opened: Stick, device: str) -> tuple[Offer, ...]:
    """The artifacts on an open stick. Raises PlaceError where the stick can't be read any more."""
    limits = {"depth": STICK_DEPTH, "entries": _ENTRIES, "files": _FILES, "seconds": _SECONDS}
    answer = opened.ask({"walk": {**limits, "skipped": sorted(SYSTEM_NAMES)}})
    if (number := answer.get("errno")) is not None:
        raise PlaceError(f"The stick {clean(device, 60)} can't be searched: {opened.why(number)}.")
    keys = read_verify_keys(host)
    paths = ((bytes.fromhex(path), size) for path, size in answer["files"])
    found = sorted(paths, key=lambda one: natural(os.fsdecode(one[0])))
    listed = (_offer(host, opened, Offer(clean(raw, _PATH_LIMIT), size, device), raw, keys) for raw, size in found)
    offers = tuple(within_limit(listed))
    if answer["whole"]:
        return offers
    sentence = "Not all of the stick was looked at: it holds more than the search goes through, or is partly damaged."
    return (*offers, Offer("", 0, device, error=sentence))


def _offer(host: Host, opened: Stick, offer: Offer, raw: bytes, keys: VerifyKeys) -> Offer:
    """The offer with its header, or with the sentence why it can't be read."""
    if offer.path.encode() != raw:
        return replace(offer, error="Its name has signs that can't be shown: rename it to install it.")
    place = place_on(offer.stick or "", offer.path)
    try:
        return replace(offer, artifact=read_opened(host, place, open_on(opened, offer.path), keys))
    except PlaceError as error:
        return replace(offer, error=str(error))
    except ArtifactError as error:
        return replace(offer, error=f"It can't be used: {error}.")
