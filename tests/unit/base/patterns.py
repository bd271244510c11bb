"""Every regular expression of the product, read out of its source, and texts on which a careless one takes for ever."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import moducop_tui

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants as op
    import sre_parse

SOURCE = Path(moducop_tui.__file__).parent
_FUNCTIONS = ("search", "match", "fullmatch", "findall", "finditer", "split", "sub")
_LITERAL_TEXT = "re.escape("
"""A pattern that is found as it stands has nothing to try twice."""


@dataclass(frozen=True)
class Used:
    """A pattern and how it is used. `where` names it in a test's output."""

    where: str
    pattern: re.Pattern[Any]
    functions: tuple[str, ...]

    def runs(self, text: str) -> list[Callable[[], object]]:
        """Every use of it on a text; all that is found is looked at."""
        subject = text.encode("latin-1", "replace") if isinstance(self.pattern.pattern, bytes) else text
        return [self._run(function, subject) for function in self.functions]

    def _run(self, function: str, subject: str | bytes) -> Callable[[], object]:
        if function in ("search", "match", "fullmatch"):
            return lambda: getattr(self.pattern, function)(subject)
        return lambda: sum(1 for _ in self.pattern.finditer(subject))


def used_patterns() -> list[Used]:
    """All that stand at the beginning of a file or are written out where they are used."""
    return [used for used in _all() if isinstance(used, Used)]


def unread_patterns() -> list[str]:
    """Where one is made out of parts while the program runs: no test looks at it."""
    return [where for where in _all() if isinstance(where, str)]


@cache
def _all() -> tuple[Used | str, ...]:
    sources = {file: file.read_text() for file in sorted(SOURCE.rglob("*.py"))}
    whole = "\n".join(sources.values())
    return tuple(found for file, text in sources.items() if "re." in text for found in _in_file(file, text, whole))


def _in_file(file: Path, text: str, whole: str) -> Iterator[Used | str]:
    tree = ast.parse(text)
    names = {
        id(node.value): target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args):
            continue
        function = ast.unparse(node.func).removeprefix("re.")
        if function == "escape" or ast.unparse(node.args[0]).startswith(_LITERAL_TEXT):
            continue
        place = file.relative_to(SOURCE)
        name = names.get(id(node))
        words = node.args[0]
        if name is not None:
            module = import_module(".".join(("moducop_tui", *place.with_suffix("").parts)))
            own = tuple(one for one in _FUNCTIONS if f"{name}.{one}(" in whole)
            yield Used(f"{place}:{name}", getattr(module, name), own or ("search",))
        elif isinstance(words, ast.Constant):
            shown = f"{place}:{words.value!r:.30}"
            yield Used(
                shown, re.compile(words.value, _flags(node)), (function,) if function in _FUNCTIONS else ("search",)
            )
        else:
            yield f"{place}:{node.lineno}"


def _flags(node: ast.Call) -> int:
    """What `re.compile` is given as `re.ASCII | re.MULTILINE`."""
    number = 0
    for one in (*node.args[1:], *(word.value for word in node.keywords)):
        words = ast.unparse(one).split(" | ")
        number |= sum(int(getattr(re, word.removeprefix("re."))) for word in words if word.startswith("re."))
    return number


def hostile_units(pattern: re.Pattern[Any]) -> list[str]:
    """Beginnings of what the pattern finds, and each of its parts: repeated, they start it again and again in vain."""
    words = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parsed = sre_parse.parse(words, pattern.flags & ~re.UNICODE)
    units = {"a", "0", " ", "\n", '"'}
    for choice in range(_MOST_CHOICES):
        pieces = list(_pieces(parsed, choice))
        units |= set(pieces)
        beginnings = ["".join(pieces[:length]) for length in range(1, len(pieces) + 1)]
        units |= {*beginnings[:_MOST_BEGINNINGS], *beginnings[-3:]}
    units |= {end + unit for unit in units for end in "\n " if len(unit) > 1}
    return sorted(units)


def hostile_texts(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Texts of that length: each unit over and over, and one part over and over behind each beginning."""
    for unit in hostile_units(pattern):
        yield (unit * (length // len(unit) + 1))[:length]
        yield (unit + unit[-1] * length)[:length]


_MOST_CHOICES = 8
_MOST_BEGINNINGS = 24
_CANDIDATES = "x0 \"'.,-/A_\n"


def _pieces(parsed: Any, choice: int) -> Iterator[str]:
    """What one way through the pattern finds, part by part."""
    for code, value in parsed:
        if code is op.LITERAL:
            yield chr(value)
        elif code is op.BRANCH:
            alternatives = value[1]
            yield from _pieces(alternatives[choice % len(alternatives)], choice // len(alternatives))
        elif code is op.SUBPATTERN:
            yield from _pieces(value[-1], choice)
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT):
            for _ in range(min(max(value[0], 1), 3)):
                yield from _pieces(value[2], choice)
        elif code in (op.IN, op.NOT_LITERAL, op.ANY):
            yield _one_of(code, value)


def _one_of(code: Any, value: Any) -> str:
    if code is op.ANY:
        return "x"
    negated = code is op.NOT_LITERAL or value[0][0] is op.NEGATE
    if not negated and value[0][0] is op.LITERAL:
        return chr(value[0][1])
    if not negated and value[0][0] is op.RANGE:
        return chr(value[0][1][0])
    fitting = re.compile(_written(code, value), re.DOTALL)
    return next((one for one in _CANDIDATES if fitting.fullmatch(one)), "x")


def _written(code: Any, value: Any) -> str:
    """A set of characters as it is written."""
    if code is op.NOT_LITERAL:
        return f"[^{re.escape(chr(value))}]"
    words = {
        op.CATEGORY_DIGIT: r"\d", op.CATEGORY_SPACE: r"\s", op.CATEGORY_WORD: r"\w",
        op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_NOT_WORD: r"\W",
    }  # fmt: skip
    inside = ""
    for kind, one in value:
        if kind is op.NEGATE:
            inside += "^"
        elif kind is op.LITERAL:
            inside += re.escape(chr(one))
        elif kind is op.RANGE:
            inside += f"{re.escape(chr(one[0]))}-{re.escape(chr(one[1]))}"
        else:
            inside += words[one]
    return f"[{inside}]"
