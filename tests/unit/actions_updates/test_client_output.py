"""What clients print, recorded from all three of them: progress, lines, and the reason for a failure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moducop_tui.actions.hands.client_output import ClientOutput

RECORDED = Path(__file__).parent / "recorded/client-runs.txt"


@dataclass(frozen=True)
class Run:
    """One run of a client in a transcript."""

    name: str
    out: bytes
    err: bytes
    code: int


def raw(line: str) -> str:
    """A line as the client wrote it: the transcripts show carriage returns as two characters, and leave some out."""
    return line.replace(r"\r...", "").replace(r"\r", "\r")


def recorded() -> list[Run]:
    """All runs of the transcripts that differ."""
    runs = []
    for block in RECORDED.read_text().split("### ")[1:]:
        head, command, *lines = block.rstrip("\n").split("\n")
        out = "".join(raw(line[5:]) + "\n" for line in lines if line.startswith("out| "))
        err = "".join(raw(line[5:]) + "\n" for line in lines if line.startswith("err| "))
        code = int(lines[-1].removeprefix("exit "))
        runs.append(Run(f"{head}: {command[2:]}", out.encode(), err.encode(), code))
    return runs


RUNS = recorded()


def fed(out: bytes, err: bytes, step: int = 7) -> ClientOutput:
    """Both streams in small pieces, as a pipe may bring them."""
    output = ClientOutput()
    for stream, content in (("stdout", out), ("stderr", err)):
        for start in range(0, len(content), step):
            output.feed(stream, content[start : start + step])
    output.end()
    return output


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_nothing_of_the_form_is_left_in_what_is_shown(run: Run) -> None:
    for said in fed(run.out, run.err).said:
        assert "record_id=" not in said.text
        assert "severity=" not in said.text
        assert "time=" not in said.text
        assert "level=" not in said.text
        assert not re.match(r"\d{1,3}%|\.{4,}|\|--", said.text)
        assert not re.search(r"[\r\n\x1b]|\{\.\.\.\}$", said.text)
        assert said.text == said.text.strip()


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_the_pieces_in_which_it_comes_make_no_difference(run: Run) -> None:
    whole, pieces = fed(run.out, run.err, 1 << 20), fed(run.out, run.err, 3)
    assert list(whole.said) == list(pieces.said)
    assert whole.share == pieces.share


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_a_failure_has_a_reason_and_a_success_none(run: Run) -> None:
    why = fed(run.out, run.err).why()
    if run.code in (0, 4):
        assert why is None or run.code == 0
    elif run.code == 1 and not any(word in run.out for word in (b"NAME:", b"does not support")):
        assert why
    assert why is None or len(why) <= 140


WHYS = [
    ("cpp51, D. refused artifacts: mender-update install /uboot/wrongtype.mender",
     "Artifact device type doesn't match"),
    ("cpp51, D. refused artifacts: mender-update install /uboot/depfail.mender",
     "Missing 'rootfs-image.checksum' in provides, required by artifact depends"),
    ("cpp51, D. refused artifacts: mender-update install /uboot/corrupt.mender", "Shasum mismatch error: "),
    ("cpp51, D. refused artifacts: mender-update install /uboot/trunc.mender", "truncated gzip input"),
    ("cpp51, D. refused artifacts: mender-update install /uboot/toobig.mender",
     "cat: write error: No space left on device"),
    ("cpp40, D. refused artifacts: mender-update install /uboot/toobig.mender",
     "cat: write error: No space left on device"),
    ("cpp51, D. refused artifacts: mender-update install /uboot/absent.mender",
     "Failed to open '/uboot/absent.mender'"),
    ("cpp51, A. install -> commit before reboot: mender-update commit",
     "Mounted root (/dev/mmcblk0p2) does not match boot loader environment (/dev/mmcblk0p3)!"),
    ("cpp40, B2. install next (from B to A) -> reboot -> no commit -> reboot (bootloader falls back) -> commit: "
     "mender-update commit", "Upgrade failed and was reverted: refusing to commit!"),
    ("cpp51, G. power loss before:ArtifactInstall during install: mender-update commit",
     "Operation cannot be done in this state: Cannot commit from this state"),
    ("go34, D. refused artifacts: mender --no-syslog install /uboot/toobig.mender", "no space left on device"),
    ("go34, D. refused artifacts: mender --no-syslog install /uboot/wrongtype.mender",
     "image (device types [moducop-cpu01plus]) not compatible with device moducop-cpu01"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "words"), WHYS)
def test_the_reason_is_the_one_that_helps(name: str, words: str) -> None:
    run = next(run for run in RUNS if run.name == name)
    why = fed(run.out, run.err).why()
    assert why is not None
    assert words.rstrip() in why


def test_progress_of_the_cpp_client_needs_no_end_of_a_line() -> None:
    output = ClientOutput()
    shares = []
    for chunk in (b"\r0%", b"\r1", b"%\r2%\r4", b"2%", b"\r43%record_id=1 severity=info "):
        output.feed("stderr", chunk)
        shares.append(output.share)
    assert shares == [0.0, 0.0, 0.02, 0.42, 0.42]
    output.feed("stderr", b'time="2026-Nov-23 00:35:40.295014" name="Global" msg="Sending SIGTERM to PID 1797" \n')
    assert output.share == 0.43
    assert [one.text for one in output.said] == ["Sending SIGTERM to PID 1797"]


def test_progress_of_the_go_client_is_its_dots_under_its_ruler() -> None:
    output = ClientOutput()
    ruler = "|" + "-" * 33 + "|" + "-" * 33 + "|"
    output.feed("stderr", f"0%{' ' * 30}50%{' ' * 30}100%\n{ruler}\n".encode())
    shares = [output.share]
    for dots in (23, 46):
        output.feed("stderr", b"." * dots)
        shares.append(output.share)
    assert shares == [None, pytest.approx(23 / 69), 1.0]
    output.feed("stderr", b'time="2026-11-23T00:44:26Z" level=info msg="All bytes were written"\n')
    output.feed("stderr", b'.time="2026-11-23T00:44:26Z" level=error msg="with \\"quotes\\" in it"\n')
    assert output.share == 1.0
    assert [one.text for one in output.said] == ["All bytes were written", 'with "quotes" in it']
    assert output.why() == 'with "quotes" in it'


def test_progress_begins_anew_with_each_file_of_the_payload() -> None:
    """A kernel and a root file system (`bootfit-rootfs`): the whole is not done when the small one is."""
    output = ClientOutput()
    output.feed("stderr", b"\r0%\r50%\r100%")
    assert output.share == 1.0
    output.feed("stderr", b"\r0%\r1")
    assert output.share == 0.0


def test_a_line_of_the_module_that_the_client_cut_is_one_line_again() -> None:
    name = "cpp51, D. refused artifacts: mender-update install /uboot/toobig.mender"
    run = next(run for run in RUNS if run.name == name)
    said = [one for one in fed(run.out, run.err).said if one.module]
    assert [one.text for one in said] == ["cat: write error: No space left on device"]


def test_an_error_that_is_said_three_times_is_shown_once() -> None:
    name = "cpp51, D. refused artifacts: mender-update install /uboot/corrupt.mender"
    run = next(run for run in RUNS if run.name == name)
    assert sum("Shasum mismatch" in one.text for one in fed(run.out, run.err).said) == 1


def test_what_a_module_says_can_do_the_terminal_no_harm() -> None:
    output = ClientOutput()
    record = (
        b'record_id=1 severity=info time="x" name="Global" msg="Update Module output (stdout): \x1b[2J\xff\x07boom" \n'
    )
    (said,) = output.feed("stderr", record)
    assert said.text == r"\xff^Gboom"


@given(st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.binary(max_size=60)), max_size=20))
def test_no_output_breaks_it(chunks: list[tuple[str, bytes]]) -> None:
    output = ClientOutput()
    for stream, chunk in chunks:
        output.feed(stream, chunk)
        assert output.share is None or 0.0 <= output.share <= 1.0
    output.end()
    output.why()
