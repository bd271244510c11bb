"""Bytes from a terminal, decoded into keys, pasted text and replies; whatever is none of these is dropped.

Textual's own parser types replies that it does not know, and dies of bytes that are no UTF-8 (Textual#6456). This one
takes a sequence whole or not at all, and takes bytes that arrive together with rubbish for rubbish.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from moducop_tui.terminal.key_names import KEYPAD, LETTER_KEYS, NUMBER_KEYS, key_of_character, with_modifiers
from moducop_tui.terminal.key_reports import RELEASED, reported_keys

DEAF = 0.05
"""Seconds without a byte after which noise is over; a person's keys come further apart, a burst does not."""
PATIENCE = 1.0
"""Seconds after which the first half of a sequence is given up."""
PATIENCE_FOR_REPLY = 5.0
"""The same while the terminal owes a reply, of which half may be on a line that has stopped."""
_FLOW_CONTROL = b"\x11\x13"
"""XON and XOFF, which a terminal sends by itself, in the middle of a sequence too: they are never keys. Where the tty
minds them they never come this far."""
_LONGEST_SEQUENCE = 256
_LONGEST_PASTE = 1 << 16
_IN_STRING = "string"
"""What an Esc remembers that came inside a string, and is the first half of its end."""
_PASTE_END = "\x1b[201~"
_MODIFIED = re.compile(r"(?:1?;(\d{1,3})(?::(\d))?)?")
_NUMBERED = re.compile(r"(\d{1,3})(?:;(\d{1,3})(?::(\d))?)?")
"""Behind a colon Kitty's protocol says whether the key was let go."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key by Textual's name, and the character that it stands for, if any."""

    name: str
    character: str | None = None


@dataclass(frozen=True, slots=True)
class Paste:
    """Text that was pasted, told apart from keys by the terminal."""

    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A sequence that no key sends: an answer to a question, asked for or not. Without its Esc."""

    sequence: str


Input = Key | Paste | Reply


class _State(Enum):
    GROUND = auto()
    ESCAPE = auto()
    SEQUENCE = auto()
    """Behind `CSI`."""
    LETTER = auto()
    """Behind `SS3`, or `CSI [` of the Linux console's F1 to F5: one more character."""
    STRING = auto()
    """Inside an OSC, DCS, APC, PM or SOS, up to its end."""
    MOUSE = auto()
    """Behind `CSI M`: three characters of a mouse that someone has left switched on."""
    PASTE = auto()


class KeyDecoder:
    """One terminal's input. Times are of any clock that only goes forward, in seconds.

    `expecting` tells whether the terminal owes a reply: then halves of sequences are waited for longer.
    """

    def __init__(
        self,
        escape_delay: float = 0.1,
        *,
        bracketed_paste: bool = False,
        expecting: Callable[[], bool] = lambda: False,
    ) -> None:
        self._expecting = expecting
        self._escape_delay = escape_delay
        self._bracketed_paste = bracketed_paste
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._state = _State.GROUND
        self._sequence = ""
        self._pasted: list[str] = []
        """Pasted so far, a character each: a text that is joined at each of them takes its length's square."""
        self._since = 0.0
        self._deaf_until = 0.0
        self._tail_until = 0.0
        self._after_return = False
        self._inputs: list[Input] = []

    @property
    def deadline(self) -> float | None:
        """When `tick` has something to do; None while nothing is half done."""
        if self._state is _State.GROUND:
            return self._since + PATIENCE if self._decode.getstate()[0] else None
        return self._since + self._patience()

    def feed(self, data: bytes, now: float) -> list[Input]:
        """What these bytes complete."""
        data = data.translate(None, _FLOW_CONTROL)
        self._give_up(now)
        if now < self._deaf_until:
            self._deaf_until = now + DEAF
            return []
        if self._state in (_State.GROUND, _State.PASTE):
            self._since = now
        for character in self._decode.decode(data):
            if not self._take(character, now):
                self._drop_all(now)
                break
        return self._taken()

    def tick(self, now: float) -> list[Input]:
        """What is complete because nothing more has come."""
        self._give_up(now)
        return self._taken()

    def _give_up(self, now: float) -> None:
        """End what has waited long enough, before anything newer is taken."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return
        if self._state is _State.ESCAPE:
            self._escape_key()
            self._tail_until = now + PATIENCE  # the rest of a cut sequence may yet come
        elif self._state is _State.PASTE:
            self._end_paste(self._pasted)
        self._state = _State.GROUND
        self._decode.reset()

    def _taken(self) -> list[Input]:
        inputs, self._inputs = self._inputs, []
        return inputs

    def _drop_all(self, now: float) -> None:
        """Noise: what came in the same breath is noise too, and so is what follows without a pause."""
        self._inputs.clear()
        self._decode.reset()
        self._state = _State.GROUND
        self._deaf_until = now + DEAF

    def _patience(self) -> float:
        if self._state in (_State.ESCAPE, _State.LETTER):
            return self._escape_delay * (5 if self._expecting() else 1)
        return PATIENCE_FOR_REPLY if self._state is _State.SEQUENCE and self._expecting() else PATIENCE

    # -- one character ---------------------------------------------------------------------------------------------

    def _take(self, character: str, now: float) -> bool:
        """Go on by one character; whether it is one that terminals send."""
        state = self._state
        if state is _State.PASTE:
            self._paste(character)
        elif state is _State.MOUSE:
            self._begin(_State.MOUSE, self._sequence + character)
            if len(self._sequence) == 3:
                self._state = _State.GROUND
        elif character == "\x1b":
            self._escape(now)
        elif state is _State.STRING:
            return self._string(character)
        elif state is _State.SEQUENCE:
            return self._parameter(character, now)
        elif state is _State.LETTER:
            self._letter(character)
        elif state is _State.ESCAPE:
            return self._behind_escape(character, now)
        else:
            return self._ground(character, now)
        return True

    def _begin(self, state: _State, sequence: str = "") -> None:
        self._state, self._sequence = state, sequence

    def _escape(self, now: float) -> None:
        in_string = self._state is _State.STRING
        if self._state is _State.ESCAPE:
            self._escape_key()
        elif in_string:
            self._inputs.append(Reply(self._sequence))
        self._since = now
        self._begin(_State.ESCAPE, _IN_STRING if in_string else "")

    def _escape_key(self) -> None:
        if self._sequence != _IN_STRING:
            self._inputs.append(Key("escape", "\x1b"))

    def _behind_escape(self, character: str, now: float) -> bool:
        if character == "\\" and self._sequence == _IN_STRING:
            self._state = _State.GROUND  # ST, the end of the string
        elif character == "[":
            self._begin(_State.SEQUENCE)
        elif character == "O":
            self._begin(_State.LETTER)
        elif character in "]PX^_":
            self._begin(_State.STRING, character)
        else:  # Alt is used for nothing, but Esc and the next key may come in one packet
            self._escape_key()
            self._state = _State.GROUND
            return self._ground(character, now)
        return True

    def _ground(self, character: str, now: float) -> bool:
        if character == "[" and now < self._tail_until:
            self._since = now
            self._begin(_State.SEQUENCE)
            return True
        twice = character == "\n" and self._after_return  # Enter of a terminal that sends both
        self._after_return = character == "\r"
        name = key_of_character(character)
        if name is None:
            return False
        if not twice:
            self._inputs.append(Key(name, "\r" if name == "enter" else character))
        return True

    def _parameter(self, character: str, now: float) -> bool:
        if character == "[" and not self._sequence:
            self._begin(_State.LETTER, "[")
        elif character == "M" and not self._sequence:
            self._begin(_State.MOUSE)
        elif " " <= character < "@":
            self._sequence += character
            return len(self._sequence) < _LONGEST_SEQUENCE
        elif "@" <= character <= "~":
            self._state = _State.GROUND
            self._finish(self._sequence, character)
        else:
            self._state = _State.GROUND
            return self._ground(character, now)
        return True

    def _finish(self, parameters: str, final: str) -> None:
        numbered = _NUMBERED.fullmatch(parameters) if final == "~" else None
        modified = _MODIFIED.fullmatch(parameters) if final in LETTER_KEYS else None
        if parameters == "200" and numbered and self._bracketed_paste:
            self._begin(_State.PASTE)
        elif numbered and int(numbered[1]) in NUMBER_KEYS:
            self._pressed(NUMBER_KEYS[int(numbered[1])], numbered[2], numbered[3])
        elif modified:
            self._pressed(LETTER_KEYS[final], modified[1], modified[2])
        elif (reported := reported_keys(parameters, final)) is not None:
            self._inputs += [Key(name, character) for name, character in reported]
        else:
            self._inputs.append(Reply(f"[{parameters}{final}"))

    def _pressed(self, name: str, modifiers: str | None, event: str | None) -> None:
        if event != RELEASED:
            self._inputs.append(Key(with_modifiers(name, int(modifiers or 1))))

    def _letter(self, character: str) -> None:
        linux, self._state = self._sequence == "[", _State.GROUND
        if linux:
            if "A" <= character <= "E":
                self._inputs.append(Key(f"f{ord(character) - 64}"))
        elif character in KEYPAD:
            meant = KEYPAD[character]
            self._inputs.append(Key(key_of_character(meant) or meant, meant))
        elif character == "R" or character in LETTER_KEYS:
            self._inputs.append(Key(LETTER_KEYS.get(character, "f3")))

    def _string(self, character: str) -> bool:
        if character == "\x07":
            self._state = _State.GROUND
            self._inputs.append(Reply(self._sequence))
        elif character in "\x18\x1a":
            self._state = _State.GROUND
        else:
            self._sequence += character
        return len(self._sequence) < _LONGEST_SEQUENCE

    def _paste(self, character: str) -> None:
        pasted = self._pasted
        pasted.append(character)
        if character == _PASTE_END[-1] and "".join(pasted[-len(_PASTE_END) :]) == _PASTE_END:
            self._end_paste(pasted[: -len(_PASTE_END)])
        elif len(pasted) >= _LONGEST_PASTE:
            del pasted[: -len(_PASTE_END)]

    def _end_paste(self, text: list[str]) -> None:
        self._state = _State.GROUND
        self._pasted = []
        kept = "".join(each for each in text if (each.isprintable() and each != "\ufffd") or each in "\r\n\t")
        self._inputs.append(Paste(kept.replace("\r\n", "\n").replace("\r", "\n")))
