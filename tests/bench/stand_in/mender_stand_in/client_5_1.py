"""How 5.1.0 installs, resumes, commits and rolls back: it saves where it is before each thing that it does."""

from __future__ import annotations

from dataclasses import replace

from . import tree
from .client import (
    AT_ONCE,
    BROKEN,
    DONE,
    FAILED,
    INSTALLED,
    REBOOT,
    REBOOT_WANTED,
    Client,
    RefusedError,
    StoppedError,
)
from .download import download
from .journal import ClientError, Journal
from .memory import Pending
from .module import Module
from .personality import Personality

BEFORE_INSTALL, INSTALL = "Before_ArtifactInstall_Enter", "ArtifactInstall_Enter"
BEFORE_COMMIT, COMMIT = "Before_ArtifactCommit_Enter", "ArtifactCommit_Enter"
BEFORE_LEAVE, LEAVE = "Before_ArtifactCommit_Leave", "ArtifactCommit_Leave"
ROLLBACK, FAILURE, CLEANUP = "ArtifactRollback_Enter", "ArtifactFailure_Enter", "Cleanup"

_CAN_STOP_BEFORE = frozenset({INSTALL, COMMIT, LEAVE, ROLLBACK, FAILURE, CLEANUP})
_INCONSISTENT = "System may be in an inconsistent state."
_NO_ROLLBACK = f"Update Module does not support rollback. {_INCONSISTENT}"
_NOT_NOW = "Operation cannot be done in this state:"
_NO_COMMIT = (
    f"{_NOT_NOW} Cannot commit from this state. Make sure that the `install` command has run successfully and the "
    "device is expecting a commit."
)
_NO_ROLLING_BACK = (
    f"{_NOT_NOW} Cannot roll back from this state. Use `resume` to complete the current install in order to start a "
    "new one."
)


class Client51(Client):
    """One run of it."""

    def __init__(self, personality: Personality, journal: Journal, stop_before: tuple[str, ...]) -> None:
        super().__init__(personality, journal)
        self._stop_before = stop_before
        self._tell_reboot = False

    # -- commands ----------------------------------------------------------------------------------------------

    def install(self, source: str, *, tell_reboot: bool) -> int:
        """Transcripts cpp51 A to F, misc51 a, apps51 1."""
        self._tell_reboot = tell_reboot
        self.memory.ensure_name()
        try:
            self.must_be_idle()
        except ClientError:
            self.will_say("System not modified.")
            raise
        self._check_stops()
        try:
            artifact, update = self.open(source)
            if not update.payload_type:
                return self.take_empty(update)
            self.accept(artifact)
        except (ClientError, RefusedError):
            self._not_modified()
            raise
        module = self.module(update)
        try:
            download(module, artifact.payload(), self.journal)
        except ClientError as failure:
            self.journal.error(f"Streaming failed: {failure}")
            self._clean_up(replace(update, failed=True, rolled_back=True), module)
            self._not_modified()
            raise
        return self._before_install(update, module, "Streamed to storage, but not installed/enabled.")

    def resume(self, *, tell_reboot: bool) -> int:
        """Transcripts cpp51 G'', H; misc51 a; apps51 3': what had begun and was cut short is rolled back, without
        asking the module whether it can. Where a transcript is silent: order of 5.1."""
        self._tell_reboot = tell_reboot
        update = self.memory.pending()
        if update is None:
            return self.nothing_pending("Cannot resume")
        self._check_stops()
        return self._go_on(update)

    def commit(self) -> int:
        """Transcripts cpp51 A, B, G, H; misc51 a, d."""
        update = self.memory.pending()
        if update is None:
            return self.nothing_pending("Cannot commit")
        if update.in_state not in {BEFORE_COMMIT, COMMIT}:
            raise ClientError(_NO_COMMIT)
        self._check_stops()
        return self._go_on(update)

    def rollback(self) -> int:
        """Transcripts cpp51 A2, B3, B4, G', H; apps51 3'. From which states: facts 2.3 and order of 5.1."""
        update = self.memory.pending()
        if update is None:
            return self.nothing_pending("Cannot roll back")
        if update.in_state not in {BEFORE_INSTALL, INSTALL, BEFORE_COMMIT, COMMIT, BEFORE_LEAVE, ROLLBACK}:
            raise ClientError(_NO_ROLLING_BACK)
        self._check_stops()
        module = self.module(update)
        if module.ask("SupportsRollback") != "Yes":
            self.will_say(_NO_ROLLBACK)
            return FAILED
        return self._roll_back(update, module)

    def _go_on(self, update: Pending) -> int:
        module = self.module(update)
        match update.in_state:
            case "Before_ArtifactInstall_Enter":
                return self._before_install(update, module, None)  # misc51 a: stopped a second time it says nothing
            case "Before_ArtifactCommit_Enter":
                return self._commit(update, module, "Committed.")
            case "Before_ArtifactCommit_Leave" | "ArtifactCommit_Leave":
                return self._leave(update, module, "Cleaned up.")
            case "ArtifactFailure_Enter":
                return self._after_rollback(update, module)
            case "Cleanup":
                self._clean_up(update, module)
                self.will_say("Cleaned up.")
                return DONE
            case _:
                return self._roll_back(update, module)

    # -- one thing after the other -----------------------------------------------------------------------------

    def _before_install(self, update: Pending, module: Module, stopped: str | None) -> int:
        update = self._save(update, BEFORE_INSTALL)
        if INSTALL in self._stop_before:
            self.will_say(*filter(None, [stopped]))
            raise StoppedError
        update = self._save(update, INSTALL)
        try:
            module.call("ArtifactInstall")
        except ClientError as failure:
            self.journal.error(f"Installation failed: {failure}")
            self.will_say("Installation failed.")
            self._fall_back(replace(update, failed=True), module)
            raise
        update = self._save(update, BEFORE_COMMIT)
        reboot = module.ask("NeedsArtifactReboot") in {"Yes", "Automatic"}
        if module.ask("SupportsRollback") == "Yes":
            self.will_say(*INSTALLED, *([REBOOT] if reboot else []))
            return REBOOT_WANTED if reboot and self._tell_reboot else DONE
        self.will_say(AT_ONCE)
        return self._commit(update, module, "Installed and committed.")

    def _commit(self, update: Pending, module: Module, done: str) -> int:
        update = self._save(update, BEFORE_COMMIT)
        self._may_stop(COMMIT)
        update = self._save(update, COMMIT)
        try:
            module.call("ArtifactCommit")
        except ClientError as failure:
            self.journal.error(f"Commit failed: {failure}")
            self.will_say("Committing failed.")
            self._fall_back(replace(update, failed=True), module)
            raise
        return self._leave(update, module, done)

    def _leave(self, update: Pending, module: Module, done: str) -> int:
        self.will_say(done)
        update = self._save(update, BEFORE_LEAVE)
        self._may_stop(LEAVE)
        self._clean_up(self._save(update, LEAVE), module)
        return DONE

    def _fall_back(self, update: Pending, module: Module) -> None:
        """After a failure: roll back where the module can, and clean up in any case."""
        if module.ask("SupportsRollback") == "Yes":
            self._roll_back(update, module)
        else:
            self.will_say(_NO_ROLLBACK)
            self._after_rollback(update, module)

    def _roll_back(self, update: Pending, module: Module) -> int:
        update = self._save(update, ROLLBACK)
        self._may_stop(ROLLBACK)
        if self.attempt(module, "ArtifactRollback"):
            self.will_say("Rolled back.")
            self._after_rollback(replace(update, rolled_back=True), module)
            return DONE
        self.will_say(f"Rollback failed. {_INCONSISTENT}")  # not in a transcript
        self._after_rollback(replace(update, failed=True), module)
        return FAILED

    def _after_rollback(self, update: Pending, module: Module) -> int:
        update = self._save(update, FAILURE)
        self._may_stop(FAILURE)
        self.attempt(module, "ArtifactFailure")
        self._clean_up(update, module)
        return DONE

    def _clean_up(self, update: Pending, module: Module) -> None:
        """Cleanup is saved before it begins, and the memory is put right after it (cpp51 H, before:Cleanup)."""
        update = self._save(update, CLEANUP)
        self._may_stop(CLEANUP)
        self.attempt(module, "Cleanup")
        tree.remove_tree()
        if update.rolled_back:
            self.memory.forget_pending()
        elif update.failed:
            self.memory.installed(replace(update, artifact_name=update.artifact_name + BROKEN))
        else:
            self.memory.installed(update)

    # -- where it is -------------------------------------------------------------------------------------------

    def _save(self, update: Pending, in_state: str) -> Pending:
        update = replace(update, in_state=in_state)
        self.memory.keep_version_2(update)
        return update

    def _may_stop(self, state: str) -> None:
        if state in self._stop_before:
            raise StoppedError

    def _check_stops(self) -> None:
        """Misc51 a: looked at only when there is something to be done."""
        for state in self._stop_before:
            if state not in _CAN_STOP_BEFORE:
                raise ClientError(f"Value error: Cannot stop before unsupported state {state}")

    def _not_modified(self) -> None:
        self.will_say("Streaming failed.", "System not modified.")
