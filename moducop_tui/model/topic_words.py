"""What each topic is called in a sentence to the technician."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from moducop_tui.model.reading import Topic

TOPIC_WORDS: Mapping[Topic, str] = MappingProxyType(
    {
        Topic.SLOTS: "the disk and its slots",
        Topic.BOOT: "the boot environment",
        Topic.MENDER: "the Mender client",
        Topic.STORAGE: "the file systems",
        Topic.APPS: "the container engine",
        Topic.LOG: "the journal",
        Topic.SYSTEM: "the system's state",
        Topic.MEDIA: "removable media",
        Topic.WORK: "the record of actions",
    }
)
"""Lower case, as they stand within a sentence."""


def at_sentence_start(words: str) -> str:
    """The same words with a capital letter, to begin a sentence with."""
    return words[:1].upper() + words[1:]
