"""The story of the simulated device: what a visitor sees, and that it fits together at any time."""

from __future__ import annotations

import itertools

import pytest

from moducop_tui.model.apps import AppKind, Apps, ContainerState, Health
from moducop_tui.model.problems import Severity, find_problems
from moducop_tui.model.reading import Topic, Unavailable
from moducop_tui.model.slots import SlotName
from moducop_tui.model.verdict import Phase, judge_boot
from tests.unit.demo.demo_time import WALL_AT_START, SimulatedDevice

MINUTE = 60.0
DAY = 86_400.0
WEEK = 7 * DAY
OPENING = 20 * MINUTE


@pytest.fixture
def device() -> SimulatedDevice:
    return SimulatedDevice()


def phase_at(device: SimulatedDevice, moment: float) -> Phase:
    return judge_boot(device.slots(moment), device.boot(moment), device.mender(moment)).phase


def test_it_begins_with_b_on_trial_and_all_witnesses_agree(device: SimulatedDevice) -> None:
    verdict = judge_boot(device.slots(0), device.boot(0), device.mender(0))
    assert verdict.phase is Phase.TRIAL
    assert verdict.booted is SlotName.B
    assert verdict.falls_back_to is SlotName.A
    assert verdict.agree, verdict.contradictions
    assert verdict.committed is False


def test_the_fleet_server_commits_after_eight_minutes(device: SimulatedDevice) -> None:
    assert phase_at(device, 8 * MINUTE - 1) is Phase.TRIAL
    assert phase_at(device, 8 * MINUTE + 7) is Phase.IDLE
    verdict = judge_boot(device.slots(600), device.boot(600), device.mender(600))
    assert verdict.committed is True
    assert verdict.agree, verdict.contradictions


def test_no_tenth_of_a_second_of_the_commit_looks_broken(device: SimulatedDevice) -> None:
    phases = [phase_at(device, 8 * MINUTE - 1 + tenth / 10) for tenth in range(100)]
    assert [phase for phase, _ in itertools.groupby(phases)] == [Phase.TRIAL, Phase.AT_WORK, Phase.IDLE]


def test_sources_wake_up_for_each_step_of_the_commit(device: SimulatedDevice) -> None:
    """Boot environment and Mender's store change within the scene: a source that slept would show half of it."""
    boot = next(source for source in device.sources if source.topic is Topic.BOOT)
    device.clock.moment = 8 * MINUTE + 1
    assert boot.next_change(device.clock.moment) < 8 * MINUTE + 6  # type: ignore[attr-defined]


def test_mender_believes_in_the_old_image_until_the_commit(device: SimulatedDevice) -> None:
    slots = device.slots(0)
    image = {name: slots.slot(name).image for name in SlotName}  # type: ignore[union-attr]
    assert device.mender(0).rootfs_version == image[SlotName.A].artifact_name  # type: ignore[union-attr]
    assert device.mender(600).rootfs_version == image[SlotName.B].artifact_name  # type: ignore[union-attr]


def test_there_are_twelve_containers_of_three_apps_and_a_single_one(device: SimulatedDevice) -> None:
    apps = device.apps(0)
    assert len(apps.containers) == 12
    kinds = sorted(app.kind for app in apps.apps)
    assert kinds == [AppKind.COMPOSE, AppKind.MENDER, AppKind.MENDER, AppKind.SINGLE]
    assert [app.name for app in apps.apps] == sorted(app.name for app in apps.apps)
    assert len({container.id for container in apps.containers}) == 12


def test_the_logger_crashes_until_its_serial_port_is_back(device: SimulatedDevice) -> None:
    def logger(moment: float) -> tuple[ContainerState, int | None, int | None]:
        found = next(one for one in device.apps(moment).containers if one.service == "logger")
        return found.state, found.exit_code, found.restart_count

    assert logger(0) == (ContainerState.RESTARTING, 1, 37)
    assert "ttynvt-runner.service" in (device.system(0).failed_units or ())
    assert logger(7 * MINUTE) == (ContainerState.RUNNING, None, 43)
    assert device.system(7 * MINUTE).failed_units == ()


def test_restart_counts_never_go_down(device: SimulatedDevice) -> None:
    counts: dict[str, int] = {}
    for moment in range(0, 5 * 3600, 13):
        apps = device.read(Topic.APPS, moment)
        if isinstance(apps, Unavailable):
            continue
        for container in device.apps(moment).containers:
            assert (container.restart_count or 0) >= counts.get(container.id, 0), (container.name, moment)
            counts[container.id] = container.restart_count or 0


def test_the_stick_comes_after_a_minute_and_goes(device: SimulatedDevice) -> None:
    assert device.media(30).sticks == ()
    assert [stick.label for stick in device.media(90).sticks] == ["SERVICE"]
    assert device.media(5 * MINUTE).sticks == ()


def test_volatile_fills_until_the_buffer_is_sent(device: SimulatedDevice) -> None:
    first, later, sent = (device.storage(moment).at("/var/volatile") for moment in (0, 300, 400))
    assert first is not None
    assert later is not None
    assert sent is not None
    assert first.share == pytest.approx(0.81, abs=0.005)
    assert first.growth is None
    assert later.used is not None
    assert first.used is not None
    assert later.used > first.used
    assert later.growth == pytest.approx((later.used - first.used) / 300, rel=0.05)
    assert sent.share is not None
    assert sent.share < 0.4


def test_everything_worth_showing_occurs_within_a_lap(device: SimulatedDevice) -> None:
    states: set[ContainerState] = set()
    healths: set[Health] = set()
    reasons: set[str] = set()
    modem: set[bool | None] = set()
    empty_apps: set[str] = set()
    for second in range(0, 50 * 60, 3):
        apps = device.read(Topic.APPS, second)
        if isinstance(apps, Unavailable):
            reasons.add(apps.reason)
            continue
        assert isinstance(apps, Apps)
        states |= {one.state for one in apps.containers}
        healths |= {one.health for one in apps.containers}
        empty_apps |= {app.name for app in apps.apps if not app.containers}
        if second % 15 == 0:
            modem |= {one.carrier for one in device.system(second).interfaces if one.name == "wwu1u1i5"}
    wanted = {"created", "running", "paused", "restarting", "exited"}
    assert {state.value for state in states} == wanted
    assert healths == set(Health)
    assert len(reasons) == 1
    assert modem == {True, False}
    assert empty_apps == {"nginx-demo"}


def test_times_fit_each_other(device: SimulatedDevice) -> None:
    for moment in (0, 500, 900, 3_000, DAY, WEEK):
        system = device.system(moment)
        assert system.clock == WALL_AT_START + moment
        assert device.wall_clock() == system.clock
        assert system.uptime is not None
        booted = system.clock - system.uptime
        for container in device.apps(moment).containers:
            if container.state in (ContainerState.RUNNING, ContainerState.PAUSED):
                assert container.started_at is not None
                assert booted < container.started_at <= system.clock, container.name
            if container.created_at is not None and container.started_at is not None:
                assert container.created_at <= container.started_at
        current = device.log(moment).boots[-1]
        assert current.offset == 0
        assert current.boot_id == system.boot_id
        assert current.first == pytest.approx(booted)


def test_memory_adds_up(device: SimulatedDevice) -> None:
    for moment in (0, 595, 1_000, DAY):
        system, storage = device.system(moment), device.storage(moment)
        assert system.memory_total is not None
        assert system.memory_available is not None
        used = system.memory_total - system.memory_available
        containers = sum(one.memory or 0 for one in device.apps(moment).containers)
        in_memory = sum(one.used or 0 for one in storage.tmpfs)
        assert containers + in_memory < used < system.memory_total


def test_no_container_takes_more_memory_than_it_may(device: SimulatedDevice) -> None:
    for moment in range(540, 620, 3):
        for container in device.apps(moment).containers:
            if container.memory is not None and container.memory_limit is not None:
                assert container.memory <= container.memory_limit


def test_the_machine_is_judged_as_it_is_told(device: SimulatedDevice) -> None:
    def briefs(moment: float) -> set[str]:
        problems = find_problems(device.readings(moment), 5_000.0 + moment)
        assert all(problem.severity is not Severity.UNKNOWN for problem in problems)
        return {problem.brief or problem.sentence for problem in problems}

    assert briefs(40) == {"app fails", "trial not committed", "1 unit failed", "/var/volatile fills"}
    assert briefs(9 * MINUTE) == set()


def test_nothing_fails_at_any_time_of_a_week(device: SimulatedDevice) -> None:
    moments = [*(step * 7.3 for step in range(60)), *(OPENING + step * 4_001.7 for step in range(150)), WEEK]
    away = 0
    for moment in moments:
        for topic, value in device.everything(moment).items():
            if isinstance(value, Unavailable):
                assert topic is Topic.APPS
                away += 1
        verdict = judge_boot(device.slots(moment), device.boot(moment), device.mender(moment))
        assert verdict.phase in (Phase.TRIAL, Phase.IDLE, Phase.AT_WORK)
        assert verdict.agree
    assert away < len(moments) / 20


def test_no_storage_deviation_and_shares_stay_below_full(device: SimulatedDevice) -> None:
    for moment in range(0, int(WEEK), 3_607):
        storage = device.storage(moment)
        assert storage.deviations == ()
        assert all(one.share is not None and one.share < 0.9 for one in storage.file_systems)
