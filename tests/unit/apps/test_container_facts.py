"""What real engines answered, and what hostile ones might, as facts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moducop_tui.model.app_rules import condition
from moducop_tui.model.apps import Container, ContainerState, Health
from moducop_tui.sources.container_facts import from_inspection, from_listing, listing_key, parse_time
from tests.unit.apps.engine_fake import recording

ENGINES = ("docker-20.10", "docker-26.1", "podman-4.3")


def inspected(engine: str, name: str) -> Container:
    return from_inspection(recording(engine)["inspections"][name]).container


@pytest.mark.parametrize("engine", ENGINES)
def test_a_healthy_service_of_a_compose_project(engine: str) -> None:
    web = inspected(engine, "edge-web-1")
    assert (web.name, web.project, web.service) == ("edge-web-1", "edge", "web")
    assert (web.state, web.health) == (ContainerState.RUNNING, Health.HEALTHY)
    assert web.image.endswith("bench/busy:1.0")
    assert web.pid is not None
    assert web.pid > 1
    assert web.exit_code is None
    assert web.restart_policy == "always"
    assert web.restart_count == 0
    assert web.memory_limit == 64 << 20
    assert web.mounts[:2] == ("/tmp -> /host ro", "store -> /store")
    assert len(web.id) == 64
    assert from_inspection(recording(engine)["inspections"]["edge-web-1"]).version == "1.4.0"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_one_shot_that_has_done_its_work(engine: str) -> None:
    setup = inspected(engine, "edge-setup-1")
    assert (setup.state, setup.exit_code, setup.one_shot) == (ContainerState.EXITED, 0, True)
    assert setup.restart_policy == "no"
    assert setup.pid is None
    assert setup.started_at is not None
    assert setup.finished_at is not None
    assert 0 < setup.finished_at - setup.started_at < 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_container_that_was_never_started_has_no_times_and_no_exit_code(engine: str) -> None:
    fresh = inspected(engine, "fresh")
    assert fresh.state is ContainerState.CREATED
    assert (fresh.started_at, fresh.finished_at, fresh.exit_code, fresh.pid) == (None, None, None, None)
    assert fresh.created_at is not None
    assert fresh.memory_limit is None


def test_a_container_that_restarts_in_a_loop() -> None:
    crash = inspected("docker-20.10", "edge-crash-1")
    assert (crash.state, crash.exit_code, crash.restart_count) == (ContainerState.RESTARTING, 3, 7)
    assert crash.log_driver == "json-file"


def test_podman_gives_up_after_the_restarts_that_its_policy_allows() -> None:
    crash = inspected("podman-4.3", "edge-crash-1")
    assert (crash.state, crash.exit_code, crash.restart_count) == (ContainerState.EXITED, 3, 5)
    assert crash.restart_policy == "on-failure:5"
    assert (crash.project, crash.service) == ("edge", "crash")


def test_a_container_that_ran_out_of_memory() -> None:
    oom = inspected("docker-20.10", "oom")
    assert (oom.state, oom.exit_code, oom.oom_killed) == (ContainerState.EXITED, 137, True)


@pytest.mark.parametrize(("engine", "name"), [("docker-20.10", "held2"), ("podman-4.3", "held")])
def test_a_paused_container(engine: str, name: str) -> None:
    assert inspected(engine, name).state is ContainerState.PAUSED


@pytest.mark.parametrize("engine", ENGINES)
def test_the_list_alone_gives_name_image_state_and_project(engine: str) -> None:
    listed = {one.container.name: one.container for one in map(from_listing, recording(engine)["list"])}
    assert listed["edge-web-1"].state is ContainerState.RUNNING
    assert listed["edge-web-1"].project == "edge"
    assert listed["edge-web-1"].restart_count is None
    assert listed["oom"].state is ContainerState.EXITED
    assert listed["oom"].exit_code is None
    assert listed["edge-setup-1"].one_shot


def test_the_list_says_health_in_words() -> None:
    listed = {one.container.name: one.container for one in map(from_listing, recording("docker-20.10")["list"])}
    assert listed["edge-web-1"].health is Health.HEALTHY
    assert listed["hostile"].health is Health.NONE


def test_hostile_labels_are_made_harmless() -> None:
    answer = recording("docker-20.10")["inspections"]["hostile"]
    assert answer["Config"]["Labels"]["software-version"] == "\x1b[2J\u202e1.0"
    assert from_inspection(answer).version == "<U+202E>1.0"


def test_no_text_of_a_container_reaches_the_model_raw() -> None:
    evil = "\x1b]0;owned\x07\x1b[31m\u202e\x00\x9b1m" + "x" * 10_000
    answer = {
        "Id": evil,
        "Name": "/" + evil,
        "RestartCount": 1,
        "Config": {"Image": evil, "Labels": {"com.docker.compose.project": evil, "com.docker.compose.service": evil}},
        "HostConfig": {"LogConfig": {"Type": evil}, "RestartPolicy": {"Name": evil, "MaximumRetryCount": 2}},
        "State": {"Status": evil, "Error": evil, "StartedAt": evil},
        "Mounts": [{"Type": "bind", "Source": evil, "Destination": evil, "RW": False}] * 5000,
        "NetworkSettings": {"Ports": {evil: [{"HostIp": evil, "HostPort": evil}]}},
    }
    facts = from_inspection(answer).container
    texts = [facts.id, facts.name, facts.image, facts.project, facts.service, facts.log_driver, facts.restart_policy]
    texts += [facts.error, *facts.mounts, *facts.ports]
    for text in texts:
        assert text is not None
        assert len(text) < 1000
        assert text.isprintable()
    assert len(facts.mounts) <= 100
    assert facts.state is ContainerState.UNKNOWN


def test_words_that_only_podman_has_for_states() -> None:
    words = {"configured": "created", "initialized": "created", "stopped": "exited", "stopping": "running"}
    for word, expected in words.items():
        assert from_inspection({"State": {"Status": word}}).container.state == expected


def test_published_ports_of_both_address_families() -> None:
    ports = {
        "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "80"}, {"HostIp": "::", "HostPort": "80"}],
        "443/tcp": None,
        "53/udp": [{"HostIp": "", "HostPort": "5353"}],
    }
    facts = from_inspection({"NetworkSettings": {"Ports": ports}}).container
    assert facts.ports == ("0.0.0.0:80->80/tcp", "[::]:80->80/tcp", "0.0.0.0:5353->53/udp")


def test_why_a_container_could_not_be_started() -> None:
    reason = 'error gathering device information while adding custom device "/dev/ttyS101": no such file or directory'
    facts = from_inspection({"State": {"Status": "created", "Error": reason}}).container
    assert facts.error == reason


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-23T03:05:43.137658391Z", 1795403143.137658),
        ("2026-11-23T04:05:43+01:00", 1795403143.0),
        ("2026-11-23T03:05:43.5+00:00", 1795403143.5),
        ("1970-01-01T00:00:12Z", 12.0),
        (1795403134, 1795403134.0),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59.999999999-23:59", 253402387139.999999),
        ("yesterday", None),
        ("", None),
        (0, None),
        ("1970-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00.000Z", None),
        (-62135596800, None),
        ("0001-01-01T00:00:00+01:00", None),
        (10**400, None),
        (1e300, None),
        (None, None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_times_of_the_engine(text: object, seconds: float | None) -> None:
    assert parse_time(text) == pytest.approx(seconds)


@pytest.mark.parametrize("number", [10**400, 1 << 63, -1, -(10**400), 0, 5.5, True, "7"], ids=lambda one: str(one)[:4])
def test_a_number_that_no_engine_has_is_none(number: object) -> None:
    """One that is too large for a fraction could not even be shown."""
    policy = {"Name": "always", "MaximumRetryCount": number}
    answer = {
        "Id": "a", "State": {"Status": "running", "Pid": number, "ExitCode": number},
        "HostConfig": {"Memory": number, "RestartPolicy": policy},
    }  # fmt: skip
    found = from_inspection(answer).container
    assert (found.pid, found.memory_limit, found.restart_policy) == (None, None, "always")


def test_a_list_entry_does_not_change_by_the_passing_of_time() -> None:
    def key(status: str, state: str = "running") -> tuple[object, ...]:
        return listing_key({"Names": ["/a"], "State": state, "Status": status})

    assert key("Up 7 seconds") == key("Up About a minute")
    assert key("Up 7 seconds (healthy)") == key("Up 2 days (healthy)")
    assert key("Up 7 seconds (healthy)") != key("Up 8 seconds (unhealthy)")
    assert key("Exited (0) 2 seconds ago", "exited") != key("Exited (1) 2 seconds ago", "exited")
    assert key("Up 2 days") != key("Exited (0) now", "exited")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)
fields = ("Id", "Name", "Names", "State", "Status", "Config", "HostConfig", "Labels", "Health", "Mounts", "Ports",
          "NetworkSettings", "RestartPolicy", "LogConfig", "StartedAt", "Created", "RestartCount", "Image")  # fmt: skip
known_fields = st.dictionaries(st.sampled_from(fields), json_values, max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(fields), json_values | known_fields, max_size=8))
def test_no_answer_whatever_makes_the_parser_fail(answer: dict[str, Any]) -> None:
    assert from_inspection(answer).container.id
    assert from_listing(answer).container.id
    listing_key(answer)


def test_lists_of_a_container_are_cut_before_they_are_kept() -> None:
    mounts = [{"Type": "bind", "Source": f"/{number:03}", "Destination": "/d" * 150} for number in range(100)]
    kept = from_inspection({"Id": "a", "Mounts": mounts}).container.mounts
    assert sum(map(len, kept)) < 8100
    assert kept[0].startswith("/000 -> ")
    assert kept[-1] == f"and {100 - len(kept) + 1} more"
    usual = [{"Type": "bind", "Source": "/a", "Destination": f"/{number}"} for number in range(99)]
    assert len(from_inspection({"Id": "a", "Mounts": usual}).container.mounts) == 99


def with_labels(labels: dict[str, str]) -> dict[str, object]:
    return {"Id": "a", "Name": "/a", "Config": {"Labels": labels}, "State": {"Status": "exited", "ExitCode": 1}}


@pytest.mark.parametrize(
    ("labels", "one_off"),
    [
        ({"com.docker.compose.oneoff": "True"}, True),
        ({"com.docker.compose.oneoff": "true"}, True),
        ({"io.podman.compose.oneoff": "True"}, True),
        ({"com.docker.compose.oneoff": "False"}, False),
        ({"com.docker.compose.oneoff": ""}, False),
        ({}, False),
    ],
)
def test_what_compose_run_made_is_told_apart(labels: dict[str, str], one_off: bool) -> None:
    assert from_inspection(with_labels(labels)).container.one_off is one_off
    assert from_listing({"Id": "a", "Labels": labels}).container.one_off is one_off


SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("check", "seconds"),
    [
        (None, None),
        ({}, None),
        ({"Test": []}, None),
        ({"Test": ["NONE"]}, None),
        ({"Test": ["NONE", "CMD", "true"]}, None),
        ({"Test": ["CMD", "true"], "Interval": SECOND, "Timeout": SECOND, "StartInterval": 60 * SECOND}, 6.0),
        (
            {
                "Test": ["CMD", "true"],
                "Interval": SECOND,
                "Timeout": SECOND,
                "StartInterval": 60 * SECOND,
                "StartPeriod": 10 * SECOND,
            },
            75.0,
        ),
        ({"Test": ["CMD", "true"], "StartInterval": SECOND, "StartPeriod": 10 * SECOND}, 190.0),
        ({"Test": ["CMD", "true"]}, 180.0),
        ({"Test": ["CMD", "true"], "Interval": 0, "Timeout": 0, "Retries": 0, "StartPeriod": 0}, 180.0),
        ({"Test": ["CMD", "true"], "Interval": SECOND, "Timeout": SECOND, "Retries": 2}, 4.0),
        ({"Test": ["CMD", "true"], "Interval": 300 * SECOND, "StartPeriod": 120 * SECOND}, 1110.0),
        ({"Test": ["CMD-SHELL", "true"], "Interval": "5m", "Retries": None, "StartPeriod": -5}, 180.0),
        ({"Test": ["CMD", "true"], "Interval": 10**400, "Retries": 10**400}, pytest.approx(9.22e15, rel=0.01)),
        ("CMD true", None),
    ],
)
def test_how_long_a_health_check_takes_to_decide_by_its_own_settings(check: object, seconds: float | None) -> None:
    assert from_inspection({"Id": "a", "Config": {"Healthcheck": check}}).container.check_seconds == seconds


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["/web/db", "/db"], "db"),
        (["/db", "/web/db"], "db"),
        (["/a/db", "/b/db", "/db"], "db"),
        (["db"], "db"),
        ([7, "/db"], "db"),
        (["/web/db"], "web/db"),
        ([], "abc"),
        (None, "abc"),
        ("/db", "abc"),
    ],
)
def test_the_alias_of_a_link_is_no_name(names: object, name: str) -> None:
    assert from_listing({"Id": "abc", "Names": names}).container.name == name


@pytest.mark.parametrize(
    ("created", "started", "finished", "known"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z", True),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2024-01-01T00:00:02Z", False),
        ("2024-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2025-01-01T00:00:02Z", False),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "0001-01-01T00:00:00Z", False),
        ("2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2026-01-01T00:00:02Z", True),
    ],
)
def test_an_end_before_the_start_is_no_end_that_is_known(
    created: str, started: str, finished: str, known: bool
) -> None:
    state = {"Status": "exited", "StartedAt": started, "FinishedAt": finished}
    told = from_inspection({"Id": "a", "Created": created, "State": state}).container
    assert (told.finished_at is not None) is known


def test_a_container_that_could_not_be_started_keeps_its_code() -> None:
    never = from_inspection({"Id": "a", "State": {"Status": "created", "ExitCode": 127}}).container
    assert (never.exit_code, condition(never, 0.0)) == (127, "could not be started")
    put_by = from_inspection({"Id": "a", "State": {"Status": "created", "ExitCode": 0}}).container
    assert (put_by.exit_code, condition(put_by, 0.0)) == (None, "created, never started")
