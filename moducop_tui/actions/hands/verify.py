"""Checks every part of an artifact against its manifest, before anything of it is written anywhere."""

from __future__ import annotations

from collections.abc import Callable

from moducop_tui.actions.hands.artifact_copy import CopyError, copy_at
from moducop_tui.actions.hands.progress_meter import ProgressMeter
from moducop_tui.actions.kit import Kit, Result
from moducop_tui.model.acts import VerifyArtifact
from moducop_tui.model.places import DOWNLOADS
from moducop_tui.model.reading import Unavailable
from moducop_tui.trusted import UntrustedError, check_file


def verify_artifact(act: VerifyArtifact, kit: Kit) -> Result:
    """Read all of it once. It must also be the artifact that was shown: the same manifest.

    Where others can write to it, it is copied meanwhile; the copy is there only if all of it is as it must be.
    """
    if act.copy is None:
        why = _why_not_ours(act.path, kit)
        return Result(False, f"{why}. Nothing was written.") if why else _verify(act, kit, None)
    directory, _, name = act.copy.rpartition("/")
    try:
        with copy_at(kit.host.path(directory) / name, act.size) as copy:
            result = _verify(act, kit, copy.take)
            if result.good:
                copy.keep()
    except CopyError as error:
        return Result(False, str(error))
    return result


def _why_not_ours(path: str, kit: Kit) -> str | None:
    """Why others could exchange what lies where downloads are kept: somebody has put there what is not root's alone.

    A file that was moved there still belongs to whom it did; a second name or a link leads to where others write.
    """
    if not path.startswith(f"{DOWNLOADS}/"):
        return None
    try:
        check_file(kit.host, path)
    except UntrustedError as error:
        return error.strerror
    except OSError:
        return None  # the check itself says what is wrong with it
    return None


def _verify(act: VerifyArtifact, kit: Kit, take: Callable[[bytes], None] | None) -> Result:
    meters: dict[int, ProgressMeter] = {}

    def tell(done: int, total: int) -> None:
        meter = meters.setdefault(total, ProgressMeter(total, kit.tell))
        meter.show(done / total if total else 1.0)

    verify = kit.inspect.verify
    found = verify(act.path, tell, kit.cancelled) if take is None else verify(act.path, tell, kit.cancelled, take)
    if isinstance(found, Unavailable):
        stopped = "Stopped as asked. " if kit.cancelled() else ""
        return Result(False, f"{stopped}{found.reason} Nothing was written.")
    if found.manifest != act.manifest:
        told = f"{act.path} is not the artifact any more that was shown: look at it again. Nothing was written."
        return Result(False, told)
    files = "1 file agrees" if len(found.files) == 1 else f"{len(found.files)} files agree"
    return Result(True, f"{files} with the manifest, {found.payload_size} bytes unpacked, in {found.seconds:.0f} s.")
