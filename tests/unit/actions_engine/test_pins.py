from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from moducop_tui.actions.pin import make_hash, matches, unfit
from moducop_tui.actions.wrong_pins import LONGEST, PinsInMemory, WrongPins, delay
from moducop_tui.config import CHECKS
from moducop_tui.host import Host
from moducop_tui.model.ports import PinPort, WrongPin

KEPT = make_hash("471147")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_pin_is_known_again_and_another_is_not() -> None:
    assert matches("471147", KEPT)
    assert not matches("471247", KEPT)
    assert not matches("", KEPT)


def test_the_same_pin_never_has_the_same_hash_and_the_configuration_takes_it() -> None:
    assert make_hash("471147") != KEPT
    assert "471147" not in KEPT.split("$")[-1]
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
    assert not matches("471147", kept)


@pytest.mark.parametrize(
    ("pin", "fits"),
    [
        ("471147", True),
        ("123456", True),
        ("a b cd", True),
        ("12345", False),
        ("123", False),
        ("x" * 65, False),
        (" 471147", False),
        ("471147\n", False),
        ("4711é1", False),
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
    assert pins.try_pin("000000") == WrongPin("The PIN is wrong (1 wrong PIN). The next one is looked at in 1 s.", 1.0)
    assert pins.try_pin("471147") == WrongPin("Wait 1 s: 1 wrong PIN.", 1.0)
    clock.now += 1.0
    assert pins.try_pin("471147") is None


def test_every_wrong_pin_makes_the_next_wait_twice_as_long(pins: PinPort, clock: Clock) -> None:
    waits = []
    for _ in range(11):
        wrong = pins.try_pin("000000")
        assert wrong is not None
        waits.append(wrong.wait)
        clock.now += wrong.wait
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert pins.try_pin("471147") is None
    wrong = pins.try_pin("000000")
    assert wrong is not None
    assert wrong.wait == 1.0  # the right one makes all wrong ones forgotten


def test_a_console_started_anew_waits_as_long_as_the_one_before(tmp_path: Path, clock: Clock) -> None:
    for _ in range(4):
        wrong = WrongPins(Host(tmp_path), KEPT, clock).try_pin("000000")
        assert wrong is not None
        clock.now += wrong.wait
    clock.now -= 1.0
    left = WrongPins(Host(tmp_path), KEPT, clock).try_pin("471147")
    assert left is not None
    assert left.wait == pytest.approx(1.0)


def test_ten_consoles_at_once_are_one_try(tmp_path: Path, clock: Clock) -> None:
    gate, said = threading.Barrier(10), []

    def guess(number: int) -> None:
        gate.wait()
        said.append(WrongPins(Host(tmp_path), KEPT, clock).try_pin(f"00000{number}"))

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
        WrongPins(Host(tmp_path), KEPT, clock).try_pin("000000")
    monkeypatch.undo()
    left = WrongPins(Host(tmp_path), KEPT, clock).try_pin("471147")
    assert left is not None


BOOTS = ("0aed499f7aa14a608b4c069d76dfa24c", "5b1f3a90c0de4711a2b3c4d5e6f70819")


def booted(root: Path, boot: str) -> Host:
    place = root / "proc/sys/kernel/random"
    place.mkdir(parents=True, exist_ok=True)
    (place / "boot_id").write_text(boot + "\n")
    return Host(root)


def test_the_power_switch_makes_nobody_forget_wrong_pins(tmp_path: Path, clock: Clock) -> None:
    for _ in range(8):
        wrong = WrongPins(booted(tmp_path, BOOTS[0]), KEPT, clock).try_pin("000000")
        assert wrong is not None
        clock.now += wrong.wait
    clock.now = 20.0  # seconds after the next boot
    left = WrongPins(booted(tmp_path, BOOTS[1]), KEPT, clock).try_pin("471147")
    assert left == WrongPin("Wait 108 s: 8 wrong PINs in a row.", 108.0)
    clock.now = 128.0
    wrong = WrongPins(booted(tmp_path, BOOTS[1]), KEPT, clock).try_pin("000000")
    assert wrong is not None
    assert wrong.wait == 256.0


def test_a_count_is_on_the_disk_before_the_pin_is_judged(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moducop_tui.actions import wrong_pins

    written: list[bytes] = []
    real = os.fsync

    def written_out(descriptor: int) -> None:
        place = tmp_path / "data/moducop_tui/wrong-pins"
        written.append(place.read_bytes()[:2] if place.exists() else b"")
        real(descriptor)

    def judged(_: str, __: str) -> bool:
        assert written[-1] == b"1 "
        return False

    monkeypatch.setattr(os, "fsync", written_out)
    monkeypatch.setattr(wrong_pins, "matches", judged)
    assert WrongPins(Host(tmp_path), KEPT, clock).try_pin("000000") is not None


@pytest.mark.parametrize("error", [errno.EROFS, errno.ENOSPC, errno.EIO])
def test_a_data_partition_that_takes_nothing_shuts_nobody_out_and_is_no_way_around_the_wait(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    from moducop_tui.actions import wrong_pins

    def refused(_: Path) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(wrong_pins, "make_directory_durably", refused)
    pins, clock.now = WrongPins(Host(tmp_path), KEPT, clock), 20.0
    soon = pins.try_pin("471147")
    assert soon is not None
    assert soon.wait == 280.0  # after a boot as after many wrong ones
    clock.now = 301.0
    wrong = pins.try_pin("000000")
    assert wrong is not None
    assert wrong.wait == LONGEST
    clock.now += LONGEST
    assert pins.try_pin("471147") is None
    assert pins.try_pin("471147") is None  # the right one makes all wrong ones forgotten


@pytest.mark.parametrize(
    "content",
    [b"nonsense", b"\xff\xfe", b"1 2 3", b"one 5.0", b"1 5.0", b"1 nan -", b"1 -inf -", b"0 0 5b1f", b"1 2 - 4"],
)
def test_a_spoilt_count_is_no_way_around_it(tmp_path: Path, clock: Clock, content: bytes) -> None:
    place = tmp_path / "data/moducop_tui/wrong-pins"
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    left = WrongPins(Host(tmp_path), KEPT, clock).try_pin("471147")
    assert left is not None
    assert left.wait == LONGEST
    clock.now += LONGEST + 1
    assert WrongPins(Host(tmp_path), KEPT, clock).try_pin("471147") is None


def test_where_nothing_can_be_counted_no_pin_is_taken(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    wrong = WrongPins(Host(tmp_path), KEPT).try_pin("471147")
    assert wrong is not None
    assert "so none is taken" in wrong.sentence


def test_a_count_that_somebody_else_can_write_counts_nothing(tmp_path: Path) -> None:
    place = tmp_path / "data/moducop_tui/wrong-pins"
    place.parent.mkdir(parents=True)
    place.write_text("")
    place.chmod(0o666)
    wrong = WrongPins(Host(tmp_path), KEPT).try_pin("471147")
    assert wrong is not None
    assert wrong.sentence == (
        f"PINs can't be counted in /data/moducop_tui/wrong-pins ({place} may be written by everybody: "
        f"look at it and chmod go-w {place}), so none is taken."
    )


def test_the_count_is_for_root_alone(tmp_path: Path) -> None:
    WrongPins(Host(tmp_path), KEPT).try_pin("000000")
    assert (tmp_path / "data/moducop_tui/wrong-pins").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (KEPT.replace("$16384$", "$1024$"), "is a hash that is guessed too fast"),
        (KEPT.replace("$16384$8$", "$16384$1$"), "is a hash that is guessed too fast"),
        (KEPT.replace("$16384$", "$1048576$"), "is a hash that takes more memory than this device has"),
        (make_hash("471147", b"short"), "is a hash whose salt is too short"),
        (KEPT[:-8], "must be a hash that `moducop-tui pin` printed"),
        (KEPT.replace("$16384$", "$16383$"), "must be a hash that `moducop-tui pin` printed"),
        (KEPT + "$", "must be a hash that `moducop-tui pin` printed"),
        ("scrypt$" + "9" * 5000 + "$8$1$AAAA$AAAA", "must be a hash that `moducop-tui pin` printed"),
    ],
    ids=["cheap", "small", "greedy", "plain", "cut off", "odd", "longer", "a number without end"],
)
def test_the_configuration_refuses_a_hash_that_protects_no_pin(kept: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        CHECKS["unlock_pin"](kept)
    assert not matches("471147", kept)
