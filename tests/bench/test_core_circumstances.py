"""The command line where not everything is at hand: as an ordinary user, on a disk in a reader, without libraries."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from . import faults
from .desk import SEEN, open_console, show
from .stick import Stick

if TYPE_CHECKING:
    from .inside import Result
    from .machine import Machine

NOBODY: Final = "setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH=$PATH"
HIDDEN: Final = "/run/without-binding"


def as_nobody(machine: Machine, words: str) -> Result:
    return machine.sh(f"{NOBODY} moducop-tui {words}")


@pytest.fixture(scope="module")
def told(machine: Machine) -> dict[str, Any]:
    """What `status --json` tells an ordinary user."""
    document: dict[str, Any] = json.loads(as_nobody(machine, "status --json").check().stdout)
    return document


class TestAsAnOrdinaryUser:
    def test_what_may_not_be_looked_at_is_not_called_absent(self, told: dict[str, Any]) -> None:
        assert told["log"]["error"] == (
            "The journal in /run/log/journal may not be read by this user; start the console as root."
        )
        assert told["apps"]["error"] == "Docker on /run/docker.sock may not be asked: permission denied. Run as root."
        assert told["boot"]["error"] == "Root is needed to read the boot environment from /dev/mmcblk0."
        assert told["slots"]["value"]["disk_error"] is None

    def test_what_may_be_read_is_shown(self, told: dict[str, Any]) -> None:
        assert told["slots"]["value"]["mounted_slot"] == "A"
        assert told["verdict"]["booted"] == "A"
        assert told["storage"]["error"] is None

    def test_it_is_refused_in_sentences(self, machine: Machine) -> None:
        for words in ("logs", "logs --follow", "logs --boot -1"):
            refused = as_nobody(machine, words)
            assert (refused.rc, refused.stdout) == (1, "")
            assert refused.stderr.startswith("moducop-tui: The journal in /run/log/journal may not be read")

    def test_a_directory_that_is_closed_to_it_breaks_nothing(self, machine: Machine) -> None:
        machine.run(["chmod", "700", "/data"]).check()
        try:
            checked = as_nobody(machine, "check")
            told = json.loads(as_nobody(machine, "status --json").stdout)
        finally:
            machine.run(["chmod", "755", "/data"]).check()
        assert checked.rc == 2
        assert "internal error" not in checked.stdout
        assert "? pending update unknown" in checked.stdout
        assert "overlays unknown" in checked.stdout
        storage = told["storage"]["value"]
        assert [one["mount_point"] for one in storage["overlays"] if one["is_closed"]] == ["/etc", "/root"]
        assert not any("can't be found" in sentence for sentence in storage["deviations"])


def test_a_disk_in_a_reader_is_not_taken_for_a_broken_device(machine: Machine) -> None:
    mounted = "mkdir -p /run/reader && mount -o ro,noload /dev/mmcblk0p3 /run/reader"
    done = machine.sh(f"{mounted} && moducop-tui --root /run/reader status --json; umount /run/reader")
    told = json.loads(done.stdout)
    assert told["verdict"]["booted"] is None
    assert told["verdict"]["phase"] == "unknown"
    assert told["slots"]["value"]["mounted_error"].startswith("Nothing is seen to run below /run/reader")
    assert told["apps"]["error"].startswith("Nothing is seen to run below /run/reader")
    assert told["system"]["value"]["image_name"].startswith("Moducop-CPU01_Standard-Image_v2.7.0")


def test_below_a_root_prefix_the_running_device_is_the_same(machine: Machine) -> None:
    below = "mkdir -p /run/host && mount --rbind / /run/host && exec moducop-tui --root /run/host"
    done = machine.sh(f"unshare --mount --net sh -c '{below} status --json'").check()
    here, there = (json.loads(text) for text in (machine.sh("moducop-tui status --json").check().stdout, done.stdout))
    assert there["verdict"] == here["verdict"]
    assert there["boot"]["value"] == here["boot"]["value"]
    for name in ("artifact_name", "provides", "pending"):
        assert there["mender"]["value"][name] == here["mender"]["value"][name]
    # The network is another one here: links are not claimed to be without addresses.
    assert not any(link["addresses"] or link["addresses_known"] for link in there["system"]["value"]["interfaces"])


def test_without_the_binding_the_journal_is_followed_through_journalctl_and_that_is_said(machine: Machine) -> None:
    hide = f"mkdir -p {HIDDEN}/systemd && echo 'raise ImportError' >{HIDDEN}/systemd/__init__.py"
    command = f"sed 's#PYTHONPATH=#PYTHONPATH={HIDDEN}:#' $(command -v moducop-tui) >{HIDDEN}/start"
    machine.sh(f"{hide} && {command}").check()
    text = " ".join(machine.run(["sh", f"{HIDDEN}/start", "status"]).check().stdout.split())
    assert "(systemd-python) is not installed; the journal is read through journalctl." in text
    with open_console(machine, argv=("sh", f"{HIDDEN}/start")) as console:
        show(console, "Logs")
        console.wait_for("live, by journalctl")
        machine.run(["logger", "-t", "bench", "written behind the fallback"]).check()
        console.wait_for("written behind the fallback", timeout=SEEN)


def test_a_stick_comes_to_system_and_goes(machine: Machine) -> None:
    with open_console(machine) as console:
        show(console, "System")
        console.press(">")
        console.wait_for("No stick is plugged in.")
        with Stick(machine, {"readme.txt": b"hello"}, "UPDATES") as stick:
            name = stick.device.removeprefix("/dev/")
            console.wait_for(re.compile(rf"{name} +65 MB +ext4 +UPDATES +Bench .*not mounted"), timeout=SEEN)
        console.wait_for("No stick is plugged in.", timeout=SEEN)


def test_three_troubles_of_the_boot_environment_are_three_sentences(fresh_machine: Machine) -> None:
    def trouble() -> tuple[str, str]:
        boot = json.loads(fresh_machine.sh("moducop-tui status --json").check().stdout)["boot"]["value"]
        return boot["state"], boot["sentence"]

    tools = "mount -t overlay -o lowerdir=/run/no-tool:/usr/bin none /usr/bin"
    fresh_machine.sh(f"mkdir /run/no-tool && mknod /run/no-tool/fw_printenv c 0 0 && {tools}").check()
    absent = trouble()
    fresh_machine.run(["umount", "--lazy", "/usr/bin"]).check()
    faults.corrupt_environment(fresh_machine)
    unreadable = trouble()
    faults.remove_environment_config(fresh_machine)
    unconfigured = trouble()
    assert [state for state, _ in (absent, unreadable, unconfigured)] == ["no tool", "unreadable", "no configuration"]
    assert len({sentence for _, sentence in (absent, unreadable, unconfigured)}) == 3
