from __future__ import annotations

import threading
from pathlib import Path

import pytest

from moducop_tui.actions.pin import make_hash, matches, unfit
from moducop_tui.actions.wrong_pins import LONGEST, PinsInMemory, WrongPins, delay
from moducop_tui.config import CHECKS
from moducop_tui.host import Host
from moducop_tui.model.ports import PinPort, WrongPin

KEPT = make_hash("4711")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_pin_is_known_again_and_another_is_not() -> None:
    assert matches("4711", KEPT)
    assert not matches("4712", KEPT)
    assert not matches("", KEPT)


def test_the_same_pin_never_has_the_same_hash_and_the_configuration_takes_it() -> None:
    assert make_hash("4711") != KEPT
    assert "4711" not in KEPT.split("$")[-1]
    assert CHECKS["unlock_pin"](KEPT) == KEPT
    assert KEPT.startswith("scrypt$16384$8$1$")


@pytest.mark.parametrize(
    "kept",
    ["", "scrypt", "scrypt$16384$8$1$AAAA", KEPT[:-8], "bcrypt" + KEPT[6:], KEPT.replace("$8$", "$x$"),
     "scrypt$1073741824$8$1$AAAA$" + "A" * 44, "scrypt$16384$8$1$AAAA$AAAA", "scrypt$16384$8$1$%$" + "A" * 44,
     "scrypt$3$8$1$AAAA$" + "A" * 44],
    ids=["nothing", "a word", "no hash", "cut off", "another kind", "no number", "a cost beyond memory", "short",
         "no base64", "an odd cost"],
)  # fmt: skip
def test_a_hash_that_can_not_be_used_lets_nobody_in(kept: str) -> None:
    assert not matches("4711", kept)


@pytest.mark.parametrize(
    ("pin", "fits"),
    [
        ("4711", True),
        ("a b c", True),
        ("123", False),
        ("x" * 65, False),
        (" 4711", False),
        ("4711\n", False),
        ("47é1", False),
        ("", False),
    ],
)
def test_a_pin_can_be_typed_on_any_line(pin: str, fits: bool) -> None:
    assert (unfit(pin) is None) is fits


def test_the_delay_doubles_and_ends_at_five_minutes() -> None:
    assert [delay(wrong) for wrong in range(12)] == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert delay(10**9) == LONGEST


@pytest.fixture(params=["file", "memory"])
def pins(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> PinPort:
    return WrongPins(Host(tmp_path), KEPT, clock) if request.param == "file" else PinsInMemory(KEPT, clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_right_pin_is_not_looked_at_while_the_delay_runs(pins: PinPort, clock: Clock) -> None:
    assert pins.try_pin("0000") == WrongPin("The PIN is wrong (1 wrong PIN). The next one is looked at in 1 s.", 1.0)
    assert pins.try_pin("4711") == WrongPin("Wait 1 s: 1 wrong PIN.", 1.0)
    clock.now += 1.0
    assert pins.try_pin("4711") is None


def test_every_wrong_pin_makes_the_next_wait_twice_as_long(pins: PinPort, clock: Clock) -> None:
    waits = []
    for _ in range(11):
        wrong = pins.try_pin("0000")
        assert wrong is not None
        waits.append(wrong.wait)
        clock.now += wrong.wait
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert pins.try_pin("4711") is None
    wrong = pins.try_pin("0000")
    assert wrong is not None
    assert wrong.wait == 1.0  # the right one makes all wrong ones forgotten


def test_a_console_started_anew_waits_as_long_as_the_one_before(tmp_path: Path, clock: Clock) -> None:
    for _ in range(4):
        wrong = WrongPins(Host(tmp_path), KEPT, clock).try_pin("0000")
        assert wrong is not None
        clock.now += wrong.wait
    clock.now -= 1.0
    left = WrongPins(Host(tmp_path), KEPT, clock).try_pin("4711")
    assert left is not None
    assert left.wait == pytest.approx(1.0)


def test_ten_consoles_at_once_are_one_try(tmp_path: Path, clock: Clock) -> None:
    gate, said = threading.Barrier(10), []

    def guess(number: int) -> None:
        gate.wait()
        said.append(WrongPins(Host(tmp_path), KEPT, clock).try_pin(f"000{number}"))

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    judged = [wrong for wrong in said if wrong is not None and wrong.sentence.startswith("The PIN is wrong")]
    assert len(judged) == 1
    assert len(said) == 10


def test_a_try_is_counted_before_it_is_judged(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killing the console while the hash is worked out saves nobody the wait."""
    from moducop_tui.actions import wrong_pins

    def killed(_: str, __: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(wrong_pins, "matches", killed)
    with pytest.raises(KeyboardInterrupt):
        WrongPins(Host(tmp_path), KEPT, clock).try_pin("0000")
    monkeypatch.undo()
    left = WrongPins(Host(tmp_path), KEPT, clock).try_pin("4711")
    assert left is not None


@pytest.mark.parametrize("content", [b"nonsense", b"\xff\xfe", b"1 2 3", b"one 5.0"])
def test_a_spoilt_count_is_no_way_around_it(tmp_path: Path, clock: Clock, content: bytes) -> None:
    place = tmp_path / "run/moducop_tui/wrong-pins"
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    left = WrongPins(Host(tmp_path), KEPT, clock).try_pin("4711")
    assert left is not None
    assert left.wait == LONGEST
    clock.now += LONGEST + 1
    assert WrongPins(Host(tmp_path), KEPT, clock).try_pin("4711") is None


def test_where_nothing_can_be_counted_no_pin_is_taken(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    wrong = WrongPins(Host(tmp_path), KEPT).try_pin("4711")
    assert wrong is not None
    assert "so none is taken" in wrong.sentence


def test_the_count_is_for_root_alone(tmp_path: Path) -> None:
    WrongPins(Host(tmp_path), KEPT).try_pin("0000")
    assert (tmp_path / "run/moducop_tui/wrong-pins").stat().st_mode & 0o077 == 0
