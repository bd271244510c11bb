"""How 4.0.7 installs, commits and rolls back: its state has one form, and is there from before the streaming on."""

from __future__ import annotations

from dataclasses import replace

from . import tree
from .client import AT_ONCE, BROKEN, DONE, FAILED, INSTALLED, REBOOT, REBOOT_WANTED, Client, RefusedError
from .download import download
from .journal import ClientError
from .memory import Pending
from .module import Module

_NOT_MODIFIED = "Installation failed. System not modified."
_ROLLED_BACK = "Installation failed. Rolled back modifications."
_INCONSISTENT = "System may be in an inconsistent state."


class Client40(Client):
    """One run of it."""

    def install(self, source: str, *, tell_reboot: bool) -> int:
        """Transcripts cpp40 A to F, apps40 1."""
        self.memory.ensure_name()
        try:
            self.must_be_idle()
            artifact, update = self.open(source)
            if not update.payload_type:
                return self.take_empty(update)
            self.accept(artifact)
        except (ClientError, RefusedError):
            self.will_say(_NOT_MODIFIED)
            raise
        self.memory.keep_version_1(update)  # cpp40 G: there before the module streams
        module = self.module(update)
        try:
            download(module, artifact.payload(), self.journal)
        except ClientError:
            self._clean_up(module)
            self.memory.forget_pending()
            self.will_say(_NOT_MODIFIED)
            raise
        return self._put_in_place(update, module, tell_reboot=tell_reboot)

    def _put_in_place(self, update: Pending, module: Module, *, tell_reboot: bool) -> int:
        try:
            module.call("ArtifactInstall")
        except ClientError as failure:
            self.journal.error(f"Installation failed: {failure}")
            return self._fall_back(update, module)
        reboot = module.ask("NeedsArtifactReboot") in {"Yes", "Automatic"}
        if module.ask("SupportsRollback") == "Yes":
            self.will_say(*INSTALLED, *([REBOOT] if reboot else []))
            return REBOOT_WANTED if reboot and tell_reboot else DONE
        self.will_say(AT_ONCE)
        return self._commit(update, module, "Installed and committed.")

    def commit(self) -> int:
        """Transcripts cpp40 A, B, G, H; apps40 3: it commits whatever is pending, however far that had come."""
        update = self.memory.pending()
        if update is None:
            return self.nothing_pending("Cannot commit")
        return self._commit(update, self.module(update), "Committed.")

    def _commit(self, update: Pending, module: Module, done: str) -> int:
        try:
            module.call("ArtifactCommit")
        except ClientError as failure:
            self.journal.error(f"Commit failed: {failure}")
            return self._fall_back(update, module)
        self._clean_up(module)
        self.memory.installed(update)  # cpp40 H, before:Cleanup: only now
        self.will_say(done)
        return DONE

    def rollback(self) -> int:
        """Transcripts cpp40 A2, B3, B4, G'; apps40 3'."""
        update = self.memory.pending()
        if update is None:
            return self.nothing_pending("Cannot roll back")
        module = self.module(update)
        if module.ask("SupportsRollback") != "Yes":
            self.will_say("Update Module does not support rollback.")
            return FAILED
        if not self.attempt(module, "ArtifactRollback"):  # not in a transcript
            self.will_say(f"Rollback failed. {_INCONSISTENT}")
            return FAILED
        self._clean_up(module)
        self.memory.forget_pending()
        self.will_say("Rolled back.")
        return DONE

    def _fall_back(self, update: Pending, module: Module) -> int:
        """Transcripts cpp40 A (commit), apps40 2: no record and no last line beyond what has been told."""
        supported = module.ask("SupportsRollback") == "Yes"
        rolled_back = supported and self.attempt(module, "ArtifactRollback")
        self.attempt(module, "ArtifactFailure")
        self._clean_up(module)
        if rolled_back:
            self.memory.forget_pending()
            self.will_say(_ROLLED_BACK)
            return FAILED
        self.memory.installed(replace(update, artifact_name=update.artifact_name + BROKEN))
        why = "rollback also failed" if supported else "Update Module does not support rollback"
        self.will_say(f"Installation failed, and {why}. {_INCONSISTENT}")
        return FAILED

    def _clean_up(self, module: Module) -> None:
        self.attempt(module, "Cleanup")
        tree.remove_tree()
