"""An action before it is an act: what is wanted, what it needs, its steps, and what a person must type for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from moducop_tui.model.artifact_place import shown_place
from moducop_tui.model.kept_back import KEPT_BACK

if TYPE_CHECKING:  # records of the past name actions and no acts: every start of the console would pay for them
    from moducop_tui.model.acts import Act


class ActionKind(StrEnum):
    """Everything that the console can do to a device; also the words of the history."""

    INSTALL = "install"
    """Install an artifact: subject is its path or URL."""
    RESUME = "resume"
    """Go on with what Mender's client has begun (5.x): subject is None."""
    COMMIT = "commit"
    ROLLBACK = "rollback"
    KEEP = "keep"
    """The recipe after a commit that was cut short: keep the running slot although Mender rolls back."""
    REPAIR = "repair"
    """Make Mender's memory say what is installed; or put right what an interrupted app update left (subject: app)."""
    SWITCH = "switch"
    """Boot the other slot once: subject is the slot, `A` or `B`."""
    CONFIRM = "confirm"
    """Make a manual trial permanent."""
    DISARM = "disarm"
    """Take back what boots next, before the reboot: the running slot stays."""
    RESTART = "restart"
    """Of a container or an app: subject is `container NAME` or `app NAME`. So for the next three."""
    STOP = "stop"
    START = "start"
    PREVIOUS = "previous"
    """Bring an app back to the version in its `-previous` directory."""
    REBOOT = "reboot"
    POWER_OFF = "power off"


@dataclass(frozen=True, slots=True)
class Action:
    """What a person asks for. A plan is made from it and from the device as it is; the same from a key and a command.

    `detail` pins what may not change between the plan that was shown and the run: an artifact's manifest (sha256, in
    hexadecimal), None where there is nothing to pin.

    `subject` is shown and recorded: of a URL only what may be. `secret` is the whole URL, where that is more.
    """

    kind: ActionKind
    subject: str | None = None
    detail: str | None = None
    secret: str | None = field(default=None, repr=False, metadata=KEPT_BACK)

    def __post_init__(self) -> None:
        """However an action is made, its subject never holds what must not be seen."""
        if self.kind is ActionKind.INSTALL and self.subject and (shown := shown_place(self.subject)) != self.subject:
            object.__setattr__(self, "secret", self.subject)
            object.__setattr__(self, "subject", shown)

    @property
    def place(self) -> str | None:
        """The subject as a look at it, or a download, needs it."""
        return self.secret or self.subject

    @property
    def words(self) -> str:
        """`switch A`, `restart container web`."""
        return f"{self.kind.value} {self.subject}" if self.subject else self.kind.value


class Weight(StrEnum):
    """What a person must do before a plan runs. Never a single stray key."""

    LIGHT = "light"
    """One key and Enter."""
    INTERRUPTS = "interrupts"
    """Service is interrupted: a typed reason."""
    BOOTS = "boots"
    """It changes what boots: the plan's own words typed out."""


class Power(StrEnum):
    """Whether the power may be cut while a step runs, so that one slot surely boots and nothing is torn."""

    MAY = "may be cut"
    KEEP = "do not cut"


class Met(StrEnum):
    """How a precondition stands."""

    YES = "ok"
    DOUBT = "doubt"
    """Worth a word, stops nothing."""
    NO = "no"


@dataclass(frozen=True, slots=True)
class Precondition:
    """What must be so, and the reading that shows whether it is: `nothing pending in Mender` / `no standalone-state`.

    `remedy` is the sentence that says what to do when it is not met. `override` is the word that a person may type to
    go on all the same; None: nothing can override it.
    """

    words: str
    reading: str
    met: Met
    remedy: str | None = None
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it does in words, the exact command or write, and the act that the executor performs.

    `undo` says how it can be undone, None: it can't, or there is nothing to undo. `always` steps are performed even
    after an earlier step failed (they put back what the plan itself set aside, such as a stopped daemon).
    """

    words: str
    command: str
    act: Act
    power: Power = Power.MAY
    undo: str | None = None
    always: bool = False
    minor: bool = False
    """What it finds is no news for who asked, such as a file put away: the action's outcome is told by other steps."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a person should see of what the plan is about, such as a line of an artifact's header."""

    words: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A pure function of an action and of the device: what is shown, confirmed, run and recorded."""

    action: Action
    title: str
    summary: tuple[str, ...]
    """What will happen, in sentences, for whoever has to confirm it."""
    preconditions: tuple[Precondition, ...]
    steps: tuple[Step, ...]
    weight: Weight
    phrase: str | None = None
    """The words to be typed with weight BOOTS, such as `boot A`."""
    afterwards: tuple[str, ...] = ()
    """What will be so afterwards that a person should know now, in sentences."""
    facts: tuple[Fact, ...] = ()

    @property
    def obstacles(self) -> tuple[Precondition, ...]:
        """What is not met and can't be overridden: the plan does not run."""
        return tuple(one for one in self.preconditions if one.met is Met.NO and one.override is None)

    @property
    def overrides(self) -> tuple[str, ...]:
        """The words that must be typed to go on against preconditions that are not met."""
        return tuple(one.override for one in self.preconditions if one.met is Met.NO and one.override is not None)

    @property
    def runs(self) -> bool:
        """Whether it may run, once it is confirmed."""
        return bool(self.steps) and not self.obstacles

    @property
    def refusal(self) -> str | None:
        """Why it does not run, in sentences; None when it may."""
        if self.runs:
            return None
        if not self.obstacles:
            return "There is nothing to do."
        return " ".join(one.remedy or f"Not so: {one.words} ({one.reading})." for one in self.obstacles)
