"""What both clients share: an artifact that is opened and checked, an update that waits, and how a run ends."""

from __future__ import annotations

from collections.abc import Callable

from . import checks, tree
from .artifact import Artifact
from .journal import ClientError, Journal, say
from .memory import Memory, Pending
from .module import Module
from .personality import Personality

DONE, FAILED, NO_UPDATE, REBOOT_WANTED = 0, 1, 2, 4
"""Exit codes (facts 1.2)."""

_IN_PROGRESS = "Operation now in progress: Update already in progress. Please commit or roll back first"
INSTALLED = (
    "Installed, but not committed.",
    "Use 'commit' to update, or 'rollback' to roll back the update.",
)
REBOOT = "At least one payload requested a reboot of the device it updated."
AT_ONCE = "Update Module doesn't support rollback. Committing immediately."
EMPTY = "Artifact with empty payload. Committing immediately."
BROKEN = "_INCONSISTENT"
"""Behind the name of an artifact that could be neither installed nor rolled back (transcripts apps40 2, apps51 2)."""


class RefusedError(Exception):
    """The artifact is not for this device; the reason has been told."""


class StoppedError(Exception):
    """Stop here, as `--stop-before` says: exit code 0, and nothing more to say."""


class Client:
    """One run of either client."""

    def __init__(self, personality: Personality, journal: Journal) -> None:
        self.personality = personality
        self.journal = journal
        self.memory = Memory(journal)
        self._sentences: list[str] = []

    def will_say(self, *sentences: str) -> None:
        """What is to be said on stdout when all is done."""
        self._sentences += sentences

    def run(self, work: Callable[[], int]) -> int:
        """The exit code of some work; what it found is said at its end, and why it failed."""
        try:
            code = work()
        except RefusedError:
            code = FAILED
        except StoppedError:
            code = DONE
        except ClientError as failure:
            for record in failure.records:
                self.journal.error(record)
            self.journal.error(str(failure))
            say(*self._sentences)
            self.journal.not_fulfilled(str(failure))
            return FAILED
        say(*self._sentences)
        return code

    def nothing_pending(self, purpose: str) -> int:
        """Transcripts cpp40 0, cpp51 0."""
        self.journal.error(f"No update in progress: {purpose}")
        self.will_say("No update in progress.")
        return NO_UPDATE

    def must_be_idle(self) -> None:
        """Raises ClientError while an update is pending (transcripts cpp40 A, cpp51 A)."""
        if self.memory.pending() is not None:
            raise ClientError(_IN_PROGRESS)

    def open(self, source: str) -> tuple[Artifact, Pending]:
        """The artifact, far enough to know what it is. Raises ClientError."""
        artifact = Artifact(source, self.personality)
        checks.check_signature(artifact)
        header = artifact.header
        found = Pending(header.name, header.group, header.payload_type or "", header.provides, header.clears)
        return artifact, found

    def accept(self, artifact: Artifact) -> None:
        """Make the tree for its module and see whether it is for this device. Raises RefusedError."""
        tree.make_tree(artifact.header, self.memory)
        say("Installing artifact...")
        if not checks.fits_device(artifact.header, self.memory, self.personality, self.journal):
            raise RefusedError

    def take_empty(self, update: Pending) -> int:
        """An artifact without payload only changes the memory; its device type is not looked at (facts 2.5)."""
        say("Installing artifact...", EMPTY)
        self.memory.installed(update)
        self.will_say("Installed and committed.")
        return DONE

    def module(self, update: Pending) -> Module:
        """The module for that update."""
        return Module(update.payload_type, self.journal)

    def attempt(self, module: Module, state: str) -> bool:
        """Call a module where its failure does not end the work."""
        try:
            module.call(state)
        except ClientError as failure:
            self.journal.error(str(failure))
            return False
        return True
