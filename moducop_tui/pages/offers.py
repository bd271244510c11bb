"""What can be installed, as lines of a list: one for each artifact that was found, and one for a typed place."""

from __future__ import annotations

from collections.abc import Sequence

from moducop_tui.model.artifact import Artifact, Offer
from moducop_tui.model.artifact_place import is_url, place_on
from moducop_tui.model.image_match import version_in
from moducop_tui.model.phases import ROOTFS_PAYLOADS
from moducop_tui.pages.picker import NOTHING, Choice
from moducop_tui.units import size

TYPED_PLACE = ""
"""The value of the line that says that a path or a URL can be typed."""
UNLOCKS = "unlocks"
"""What Enter does where a place was typed before unlocking; what was typed stays."""
_LOCKED = "Unlocking comes first: before it only what is listed here is looked at."


def is_place(typed: str) -> bool:
    """Whether what was typed is an absolute path or a URL, and no part of a name."""
    return (typed.startswith("/") or is_url(typed)) and len(typed) > 1


def place_choice(typed: str = "", *, is_locked: bool = False, never: str | None = None) -> Choice:
    """The line of a typed place, or the one that says how to type one; in view mode each says that it must wait.

    `never` is why this console can't be unlocked at all.
    """
    if is_locked:
        sentence = _LOCKED if never is None else f"Only what is listed here is looked at. {never}"
        enter = UNLOCKS if never is None else NOTHING
        return Choice(typed or "A path or a URL", TYPED_PLACE, sentence=sentence, is_dim=True, enter=enter)
    if typed:
        return Choice(typed, typed, sentence=f"Shows what {typed} would install.")
    words = "Type it here: /data/update.mender, or https://server/update.mender. Enter shows what it would install."
    return Choice("A path or a URL", TYPED_PLACE, sentence=words)


def offer_choices(offers: Sequence[Offer], sentences: Sequence[str]) -> tuple[Choice, ...]:
    """Artifacts that can be read first, then those that can't, then places that could not be looked at."""
    readable = [one for one in offers if one.artifact is not None]
    broken = [one for one in offers if one.artifact is None]
    refused = (
        Choice("could not be looked at", TYPED_PLACE, sentence=one, is_dim=True, enter=NOTHING) for one in sentences
    )
    return (*(_choice(one) for one in (*readable, *broken)), *refused)


def _choice(offer: Offer) -> Choice:
    where = f"stick {offer.stick.removeprefix('/dev/')}, {offer.path}" if offer.stick else offer.path
    value = place_on(offer.stick, offer.path) if offer.stick else offer.path
    file_name = offer.path.rpartition("/")[2]
    if not file_name:  # not an artifact, but a word about the search
        return Choice("not all was looked at", TYPED_PLACE, sentence=offer.error or where, is_dim=True, enter=NOTHING)
    if offer.artifact is None:
        return Choice(file_name, value, sentence=f"{offer.error or 'It could not be read.'} ({where})", is_dim=True)
    artifact = offer.artifact
    types = ", ".join(artifact.device_types) or "any device"
    return Choice(_name(artifact), value, sentence=f"{where}: {size(offer.size)} for {types}")


def _name(artifact: Artifact) -> str:
    """What it is in few words: `app gpx-logger 1.5.0`, `image v2.8.0.9c31d7e`."""
    if artifact.app is not None:
        return f"app {artifact.app} {artifact.version or ''}".rstrip()
    version = version_in(artifact.version or artifact.name)
    return f"image {version}" if version and artifact.payload_type in ROOTFS_PAYLOADS else artifact.name
