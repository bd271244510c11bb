"""Asks inside a device which actions the console would carry out now, all in one look."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .technician import Device

_ENVIRONMENT: Final = {"PYTHONPATH": "/opt/moducop_tui/source:/opt/moducop_tui/site", "PYTHONDONTWRITEBYTECODE": "1"}
_PROGRAM: Final = """
import json, sys
from moducop_tui.config import Config
from moducop_tui.device import real_device
from moducop_tui.model.plan import Action, ActionKind
from moducop_tui.model.reading import Topic
from moducop_tui.planning import prepare
from moducop_tui.read_once import read_once

config = Config()
device = real_device(config)
readings = read_once(device.sources, frozenset(Topic) - {Topic.LOG}, 20)
told = {}
for words in sys.argv[1:]:
    kind, _, subject = words.partition(" ")
    plan = prepare(device, config, Action(ActionKind(kind), subject or None), readings)
    told[words] = plan.refusal or (f"only with a typed word: {plan.overrides}" if plan.overrides else None)
print(json.dumps(told))
"""


def refusals(device: Device, *actions: str) -> dict[str, str | None]:
    """Of each action (``switch B``) why it would be refused; None when its plan may run without more ado."""
    argv = ["python3", "-c", _PROGRAM, *actions]
    told: dict[str, str | None] = json.loads(device.run(argv, timeout=60, env=_ENVIRONMENT).check().stdout)
    return told
