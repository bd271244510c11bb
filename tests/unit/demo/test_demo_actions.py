"""Every action works on the simulated device, failures and the way back included."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moducop_tui.model.apps import Apps, ContainerState
from moducop_tui.model.ledger import Known
from moducop_tui.model.log import LogFilter
from moducop_tui.model.media import Stick
from moducop_tui.model.phases import Phase
from moducop_tui.model.plan import Action, ActionKind, Plan
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.slots import SlotName
from moducop_tui.model.update_verdict import Standing, judge_update
from moducop_tui.model.verdict import judge_boot
from moducop_tui.model.work import Order, Outcome, Record, StepState, Who, Work
from tests.unit.demo.demo_time import WALL_AT_START, SimulatedDevice

STICK = Stick("/dev/sda1", "SERVICE", "vfat", 1, None, None)
GOOD = "stick:/dev/sda1:updates/cpu01-standard-v2.8.0.mender"
DAMAGED = "stick:/dev/sda1:updates/cpu01-standard-v2.8.1-copied-in-a-hurry.mender"
OTHER_DEVICE = "stick:/dev/sda1:updates/cpu01plus-standard-v2.8.0.mender"
APP = "stick:/dev/sda1:updates/gpx-logger-1.5.0.mender"
LOGGER = "gpx-logger-logger-1"


class Visitor:
    """Somebody who acts on the demo, its clock in their hand."""

    def __init__(self, moment: float = 70.0) -> None:
        self.device = SimulatedDevice()
        self.device.clock.moment = moment

    @property
    def now(self) -> float:
        return self.device.clock.moment

    def wait(self, seconds: float) -> None:
        self.device.clock.moment += seconds
        self.device.everything(self.now)

    def work(self) -> Work:
        found = self.device.read(Topic.WORK, self.now)
        assert isinstance(found, Work)
        return found

    def phase(self) -> Phase:
        readings = self.device.readings(self.now)
        return judge_boot(readings.slots.value, readings.boot.value, readings.mender.value).phase

    def booted(self) -> SlotName | None:
        return self.device.slots(self.now).mounted_slot

    def plan(self, kind: ActionKind, subject: str | None = None) -> Plan:
        return self.device.plan(Action(kind, subject))

    def start(self, kind: ActionKind, subject: str | None = None) -> str:
        plan = self.plan(kind, subject)
        assert plan.refusal is None, plan.refusal
        commands = tuple(step.command for step in plan.steps)
        started = self.device.actions.start(Order(plan.action, Who("root"), commands, "a reason", (), plan.phrase))
        assert isinstance(started, str), started
        return started

    def act(self, kind: ActionKind, subject: str | None = None) -> Record:
        """Start it and wait for its end."""
        started = self.start(kind, subject)
        while self.work().running is not None:
            self.wait(0.5)
        last = self.work().last
        assert last is not None and last.id == started
        return last

    def reboot_over(self) -> None:
        """Wait until the device is back."""
        while isinstance(self.device.read(Topic.SLOTS, self.now), Unavailable):
            self.wait(1.0)

    def commit_first(self) -> None:
        """The demo begins on trial."""
        assert self.act(ActionKind.COMMIT).outcome is Outcome.DONE


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


def test_a_commit_keeps_the_trial_and_the_fleet_server_leaves_the_device_alone(visitor: Visitor) -> None:
    assert visitor.phase() is Phase.TRIAL
    visitor.commit_first()
    assert visitor.phase() is Phase.IDLE
    for moment in (480.0, 483.0, 800.0):  # its own commit and update of an app would come then
        visitor.device.clock.moment = moment
        assert visitor.phase() is Phase.IDLE
        assert visitor.device.mender(moment).processes == ()


def test_a_rollback_reboots_into_the_slot_before(visitor: Visitor) -> None:
    assert visitor.act(ActionKind.ROLLBACK).outcome is Outcome.DONE
    assert isinstance(visitor.device.read(Topic.SLOTS, visitor.now + 3), Unavailable)
    visitor.reboot_over()
    assert (visitor.booted(), visitor.phase()) == (SlotName.A, Phase.IDLE)
    system = visitor.device.system(visitor.now)
    assert (system.uptime or 0) < 5 and "v2.6.0" in (system.image_name or "")
    assert len(visitor.device.log(visitor.now).boots) == 5


def test_an_install_from_the_stick_is_written_compared_armed_tried_and_committed(visitor: Visitor) -> None:
    visitor.commit_first()
    record = visitor.act(ActionKind.INSTALL, GOOD)
    assert record.outcome is Outcome.DONE, record
    assert visitor.phase() is Phase.INSTALLED
    assert visitor.work().ledger.of(SlotName.A).known is Known.VERIFIED
    visitor.act(ActionKind.REBOOT)
    visitor.wait(2)
    visitor.reboot_over()
    assert (visitor.booted(), visitor.phase()) == (SlotName.A, Phase.TRIAL)
    left = visitor.work().dead_man
    assert left is not None and left.seconds_left is not None and 500 < left.seconds_left <= 600
    readings = visitor.device.readings(visitor.now)
    verdict = judge_update(readings, visitor.work().before, WALL_AT_START + visitor.now)
    assert verdict is not None and verdict.standing is Standing.ON_TRIAL and verdict.same
    assert visitor.act(ActionKind.COMMIT).outcome is Outcome.DONE
    visitor.wait(700)
    assert (visitor.booted(), visitor.phase()) == (SlotName.A, Phase.IDLE)


def test_a_trial_that_nobody_keeps_comes_back_by_its_timer(visitor: Visitor) -> None:
    visitor.commit_first()
    visitor.act(ActionKind.INSTALL, GOOD)
    visitor.act(ActionKind.REBOOT)
    visitor.wait(2)
    visitor.reboot_over()
    visitor.wait(605)
    visitor.reboot_over()
    assert (visitor.booted(), visitor.phase()) == (SlotName.B, Phase.FELL_BACK)
    fired = visitor.work().fired
    assert fired is not None and fired.slot is SlotName.A
    assert visitor.act(ActionKind.ROLLBACK).outcome is Outcome.DONE
    assert visitor.phase() is Phase.IDLE


def test_an_artifact_that_was_damaged_fails_before_anything_is_written(visitor: Visitor) -> None:
    visitor.commit_first()
    before = visitor.device.slots(visitor.now)
    record = visitor.act(ActionKind.INSTALL, DAMAGED)
    assert record.outcome is Outcome.FAILED
    assert "sha256" in (record.sentence or "") and "Nothing was written" in (record.sentence or "")
    assert visitor.device.slots(visitor.now) == before
    assert visitor.work().ledger.of(SlotName.A).known is Known.BOOTED
    assert visitor.device.mender(visitor.now).daemon.active == "active", "what was set aside is put back"


def test_an_artifact_for_another_device_is_refused_by_its_plan(visitor: Visitor) -> None:
    visitor.commit_first()
    refusal = visitor.plan(ActionKind.INSTALL, OTHER_DEVICE).refusal
    assert refusal is not None and "moducop-cpu01plus" in refusal


def test_nothing_is_installed_over_a_trial(visitor: Visitor) -> None:
    assert visitor.plan(ActionKind.INSTALL, GOOD).refusal is not None


def test_an_app_is_updated_and_its_containers_are_new(visitor: Visitor) -> None:
    visitor.device.clock.moment = 400.0  # the serial port is back
    visitor.commit_first()
    visitor.device.clock.moment = 1270.0  # the stick is plugged in again
    before = {one.id for one in visitor.device.apps(visitor.now).containers if one.project == "gpx-logger"}
    record = visitor.act(ActionKind.INSTALL, APP)
    assert record.outcome is Outcome.DONE, record.sentence
    app = next(one for one in visitor.device.apps(visitor.now).apps if one.name == "gpx-logger")
    assert app.version == "1.5.0"
    assert not before & {one.id for one in app.containers}
    assert all(":1.5.0" in one.image or "redis" in one.image for one in app.containers)


def test_a_restart_says_when_it_is_healthy_again(visitor: Visitor) -> None:
    record = visitor.act(ActionKind.RESTART, "container nginx-demo-web-1")
    assert record.outcome is Outcome.DONE
    assert "healthy again after 12 s" in (record.sentence or "")
    web = next(one for one in visitor.device.apps(visitor.now).containers if one.name == "nginx-demo-web-1")
    assert web.started_at is not None and web.started_at > WALL_AT_START + 70


def test_a_restart_of_what_misses_its_port_fails_with_the_lines_that_say_why(visitor: Visitor) -> None:
    record = visitor.act(ActionKind.RESTART, f"container {LOGGER}")
    assert record.outcome is Outcome.FAILED
    assert record.sentence == f"{LOGGER} exited 4 s later with code 1."
    failed = next(step for step in record.steps if step.state is StepState.FAILED)
    assert "No such file or directory" in failed.output


def test_what_is_stopped_stays_stopped_over_a_reboot_until_it_is_started(visitor: Visitor) -> None:
    def web() -> ContainerState:
        found = visitor.device.apps(visitor.now).containers
        return next(one.state for one in found if one.name == "nginx-demo-web-1")

    visitor.act(ActionKind.STOP, "container nginx-demo-web-1")
    assert web() is ContainerState.EXITED
    visitor.act(ActionKind.ROLLBACK)
    visitor.wait(2)
    visitor.reboot_over()
    visitor.wait(30)
    assert web() is ContainerState.EXITED
    visitor.act(ActionKind.START, "container nginx-demo-web-1")
    assert web() is ContainerState.RUNNING


def test_an_app_is_stopped_and_started_as_a_whole(visitor: Visitor) -> None:
    def up() -> int:
        apps = visitor.device.read(Topic.APPS, visitor.now)
        assert isinstance(apps, Apps)
        return sum(one.state is ContainerState.RUNNING for one in apps.containers if one.project == "trackdiag")

    visitor.act(ActionKind.STOP, "app trackdiag")
    assert up() == 0
    assert visitor.act(ActionKind.START, "app trackdiag").outcome is Outcome.DONE
    assert up() == 6


def test_an_app_goes_back_to_the_version_before(visitor: Visitor) -> None:
    visitor.device.clock.moment = 400.0
    assert visitor.act(ActionKind.PREVIOUS, "app gpx-logger").outcome is Outcome.DONE
    app = next(one for one in visitor.device.apps(visitor.now).apps if one.name == "gpx-logger")
    assert app.version == "1.3.2"


def test_a_switch_is_confirmed_or_comes_back(visitor: Visitor) -> None:
    visitor.commit_first()
    visitor.act(ActionKind.SWITCH, "A")
    visitor.wait(2)
    visitor.reboot_over()
    assert (visitor.booted(), visitor.phase()) == (SlotName.A, Phase.MANUAL_TRIAL)
    visitor.act(ActionKind.CONFIRM)
    assert visitor.phase() is Phase.IDLE
    visitor.act(ActionKind.REPAIR)
    assert "v2.6.0" in (visitor.device.mender(visitor.now).rootfs_version or "")


def test_an_install_can_be_cancelled_while_it_checks_and_leaves_nothing_behind(visitor: Visitor) -> None:
    visitor.commit_first()
    before = visitor.device.slots(visitor.now)
    started = visitor.start(ActionKind.INSTALL, GOOD)
    visitor.wait(4)
    running = visitor.work().running
    assert running is not None and running.can_cancel
    assert visitor.device.actions.cancel(started) is None
    visitor.wait(5)
    last = visitor.work().last
    assert last is not None and last.outcome is Outcome.CANCELLED
    visitor.wait(60)
    assert visitor.device.slots(visitor.now) == before
    assert visitor.device.mender(visitor.now).daemon.active == "active"


def test_what_was_stopped_before_it_was_compared_is_taken_back(visitor: Visitor) -> None:
    visitor.commit_first()
    started = visitor.start(ActionKind.INSTALL, GOOD)
    for _ in range(200):
        running = visitor.work().running
        if running is None or running.record.steps[running.step].words.startswith("read A back"):
            break
        visitor.wait(0.5)
    assert visitor.device.actions.cancel(started) is None
    visitor.wait(60)
    last = visitor.work().last
    assert last is not None and last.outcome is Outcome.CANCELLED
    assert visitor.phase() is Phase.IDLE
    assert visitor.work().ledger.of(SlotName.A).known is Known.WRITING


def test_what_means_nothing_now_is_refused_as_on_a_real_device(visitor: Visitor) -> None:
    for kind in (ActionKind.KEEP, ActionKind.DISARM, ActionKind.RESUME, ActionKind.CONFIRM):
        assert (visitor.plan(kind).refusal or "").endswith(".")
        assert visitor.plan(kind).steps == ()


def test_one_action_at_a_time(visitor: Visitor) -> None:
    plan = visitor.plan(ActionKind.RESTART, "container nginx-demo-web-1")
    order = Order(plan.action, Who("root"), tuple(step.command for step in plan.steps))
    visitor.start(ActionKind.RESTART, "container nginx-demo-db-1")
    visitor.wait(1)
    second = visitor.device.actions.start(order)
    assert isinstance(second, Unavailable)
    assert "restart container nginx-demo-db-1" in second.reason.lower()


def test_an_order_whose_plan_is_not_the_one_that_was_shown_does_nothing(visitor: Visitor) -> None:
    plan = visitor.plan(ActionKind.RESTART, "container nginx-demo-web-1")
    order = Order(plan.action, Who("root"), ("docker rm -f nginx-demo-web-1",))
    assert isinstance(visitor.device.actions.start(order), Unavailable)
    assert visitor.work().running is None


def test_progress_is_told_in_bytes_and_never_goes_back(visitor: Visitor) -> None:
    visitor.commit_first()
    visitor.start(ActionKind.INSTALL, GOOD)
    shares: dict[int, list[int]] = {}
    while (running := visitor.work().running) is not None:
        if running.progress is not None and running.progress.done is not None:
            shares.setdefault(running.step, []).append(running.progress.done)
        visitor.wait(0.7)
    assert len(shares) == 3, "the check, the writing and the comparison"
    assert all(done == sorted(done) and len(set(done)) > 2 for done in shares.values())


def test_the_journal_and_the_history_have_what_was_done(visitor: Visitor) -> None:
    visitor.commit_first()
    entries = visitor.device.entries(LogFilter(unit="moducop-tui.service"), 20, visitor.now)
    assert any("Commit slot B: done" in entry.message for entry in entries)
    history = visitor.work().history
    assert history[0].action.kind is ActionKind.COMMIT and len(history) == 4
    assert [one.at for one in history] == sorted((one.at for one in history), reverse=True)


def test_the_stick_stays_while_something_is_installed_from_it(visitor: Visitor) -> None:
    visitor.commit_first()
    visitor.device.clock.moment = 225.0  # it would be pulled at 240
    visitor.start(ActionKind.INSTALL, GOOD)
    visitor.wait(20)
    assert visitor.device.media(visitor.now).sticks
    visitor.wait(120)
    assert not visitor.device.media(visitor.now).sticks


def test_what_lies_on_stick_and_data_is_offered(visitor: Visitor) -> None:
    on_stick, kept = visitor.device.inspect.offers(STICK), visitor.device.inspect.kept()
    assert not isinstance(on_stick, Unavailable) and not isinstance(kept, Unavailable)
    assert len(on_stick) == 4 and len(kept) == 1
    for offer in (*on_stick, *kept):
        assert offer.artifact is not None
        assert visitor.device.inspect.artifact(offer.artifact.place) == offer.artifact
    assert isinstance(visitor.device.inspect.offers(replace(STICK, device="/dev/sdb1")), Unavailable)


def test_switched_off_it_comes_back_for_the_next_visitor(visitor: Visitor) -> None:
    visitor.commit_first()
    visitor.act(ActionKind.POWER_OFF)
    visitor.wait(5)
    assert isinstance(visitor.device.read(Topic.SYSTEM, visitor.now), Unavailable)
    assert "back in" in (visitor.work().held_by or "")
    visitor.reboot_over()
    assert visitor.booted() is SlotName.B
