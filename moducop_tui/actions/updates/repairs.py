"""Plans that repair: what Mender believes of the running image, and what an interrupted app update left behind."""

from __future__ import annotations

from moducop_tui.actions.scene import Scene
from moducop_tui.actions.updates.app_repair import app_repair_plan
from moducop_tui.actions.updates.conditions import base_conditions, phase_allows
from moducop_tui.actions.updates.memory import memory_step, running_image, true_version
from moducop_tui.model.generation import Generation, generation_of
from moducop_tui.model.memory_match import memory_is_true
from moducop_tui.model.mender import Mender
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, Met, Plan, Precondition, Weight

_TITLE = "Repair what Mender believes"
_NO_DEVICE_TYPE = "The device type is not known (/var/lib/mender/device_type): no artifact would fit."


def make_plan(action: Action, scene: Scene) -> Plan:
    """Mender's memory without a subject; `app NAME` for an app."""
    kind, _, name = (action.subject or "").partition(" ")
    if kind == "app" and name:
        return app_repair_plan(action, name, scene)
    if action.subject:
        remedy = "Say what to repair: an app by its name, or nothing for Mender's memory."
        missing = Precondition("it can be repaired", action.subject, Met.NO, remedy)
        return Plan(action, "Repair", (), (missing,), (), Weight.LIGHT)
    return _memory_plan(action, scene)


def _memory_plan(action: Action, scene: Scene) -> Plan:
    idle = phase_allows(scene, {Phase.IDLE}, "nothing pending in Mender", "Mender's memory is left alone just now.")
    conditions = [idle, *base_conditions(scene)]
    mender, image = scene.readings.mender.value, running_image(scene)
    if mender is None or idle.met is not Met.YES:
        return Plan(action, _TITLE, (), tuple(conditions), (), Weight.LIGHT)
    conditions += [_disagrees(mender, scene), _takes_ours(mender), _name_known(scene)]
    step = memory_step(scene)
    believed = mender.rootfs_version or "nothing"
    return Plan(
        action,
        _TITLE,
        (f"Mender believes {believed} to be installed; {true_version(scene) or '?'} runs. It will believe that.",),
        tuple(conditions),
        () if step is None else (step,),
        Weight.LIGHT,
        afterwards=() if image is None else ("Only Mender's memory changes: nothing that runs, nothing that boots.",),
    )


def _disagrees(mender: Mender, scene: Scene) -> Precondition:
    words, image = "what Mender believes is not so", running_image(scene)
    believed = mender.rootfs_version or "nothing"
    if memory_is_true(mender, image):
        remedy = f"Mender believes what is true ({believed}): there is nothing to repair."
        return Precondition(words, believed, Met.NO, remedy)
    return Precondition(words, believed, Met.YES)


def _takes_ours(mender: Mender) -> Precondition:
    """Protected images take signed artifacts only, and Go's client none without payload."""
    words = "the client takes an artifact that this console makes"
    if mender.protected is not False:
        remedy = (
            "This image takes signed artifacts only, so its memory can't be repaired here: install the update again."
        )
        return Precondition(words, "protected image", Met.NO, remedy)
    if generation_of(mender) not in (Generation.CPP4, Generation.CPP5):
        remedy = "This client refuses artifacts without payload: install the running version again to have it right."
        return Precondition(words, f"{mender.client.value} {mender.version or '?'}", Met.NO, remedy)
    if mender.device_type is None:
        remedy = mender.device_type_error or _NO_DEVICE_TYPE
        return Precondition(words, "no device type", Met.NO, remedy)
    return Precondition(words, "not protected", Met.YES)


def _name_known(scene: Scene) -> Precondition:
    words, image = "the running image says what it is", running_image(scene)
    if image is None or image.artifact_name is None:
        remedy = "The running image does not name its artifact (/etc/mender/artifact_info): what is true is not known."
        return Precondition(words, "no", Met.NO, remedy)
    return Precondition(words, image.artifact_name, Met.YES)
