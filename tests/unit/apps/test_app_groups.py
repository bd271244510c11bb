"""Which containers are shown together, and what Mender's application directories say."""

from __future__ import annotations

from pathlib import Path

import pytest

from moducop_tui.host import Host
from moducop_tui.model.apps import AppKind, Container, ContainerState
from moducop_tui.sources.app_groups import group_apps
from moducop_tui.sources.container_facts import Inspected
from moducop_tui.sources.mender_apps import MenderApp, read_mender_apps, version_in


def one(name: str, project: str | None = None, version: str | None = None) -> Inspected:
    return Inspected(Container(name, name, "image", ContainerState.RUNNING, project=project, service=name), version)


def mender_app(root: Path, name: str, env: str | None = "SOFTWARE_VERSION=1.4.0\n") -> Path:
    manifests = root / "data/mender-app" / name / "manifests"
    manifests.mkdir(parents=True)
    if env is not None:
        (manifests / ".env").write_text(env)
    return manifests


def test_containers_of_a_project_are_one_app_and_others_stand_alone() -> None:
    apps = group_apps([one("web", "edge"), one("lone"), one("db", "edge", "2.0")], [])
    assert [(app.name, app.kind, [c.name for c in app.containers]) for app in apps] == [
        ("edge", AppKind.COMPOSE, ["db", "web"]),
        ("lone", AppKind.SINGLE, ["lone"]),
    ]
    assert apps[0].version == "2.0"


def test_apps_and_containers_stand_in_the_order_of_their_numbers() -> None:
    apps = group_apps([one(f"edge-{number}", "edge") for number in (10, 9, 1)] + [one("lone10"), one("lone9")], [])
    assert [app.name for app in apps] == ["edge", "lone9", "lone10"]
    assert [container.name for container in apps[0].containers] == ["edge-1", "edge-9", "edge-10"]


def test_a_project_that_mender_installed_has_the_version_of_its_manifest() -> None:
    (app,) = group_apps([one("web", "edge", "label")], [MenderApp("edge", "/data/mender-app/edge/manifests", "1.4.0")])
    assert (app.kind, app.version, app.manifest) == (AppKind.MENDER, "1.4.0", "/data/mender-app/edge/manifests")


def test_the_label_gives_the_version_where_the_manifest_has_none() -> None:
    (app,) = group_apps([one("web", "edge", "label")], [MenderApp("edge", "/data/mender-app/edge/manifests")])
    assert app.version == "label"


def test_a_mender_application_of_which_nothing_runs_is_still_an_app() -> None:
    (app,) = group_apps([], [MenderApp("edge", "/data/mender-app/edge/manifests", "1.4.0")])
    assert (app.kind, app.containers) == (AppKind.MENDER, ())


def test_apps_come_in_the_order_of_their_names() -> None:
    apps = group_apps([one("Zeta"), one("alpha"), one("web", "middle")], [MenderApp("beta", "x")])
    assert [app.name for app in apps] == ["alpha", "beta", "middle", "Zeta"]


def test_a_container_and_a_project_of_one_name_stay_apart() -> None:
    apps = group_apps([one("edge"), one("web", "edge")], [])
    assert [(app.name, app.kind) for app in apps] == [("edge", AppKind.COMPOSE), ("edge", AppKind.SINGLE)]


def test_no_application_directory_is_no_application(tmp_path: Path) -> None:
    assert read_mender_apps(Host(tmp_path)) == ()


def test_copies_and_hidden_directories_are_no_applications(tmp_path: Path) -> None:
    for name in ("edge", "edge-last", "edge-previous", ".transactions"):
        mender_app(tmp_path, name)
    (tmp_path / "data/mender-app/notes.txt").write_text("")
    assert read_mender_apps(Host(tmp_path)) == (MenderApp("edge", "/data/mender-app/edge/manifests", "1.4.0"),)


def test_an_interrupted_update_is_said_with_the_place_of_the_version_before(tmp_path: Path) -> None:
    mender_app(tmp_path, "edge-previous")
    (tmp_path / "data/mender-app/edge/images").mkdir(parents=True)
    (app,) = read_mender_apps(Host(tmp_path))
    assert app.name == "edge"
    assert app.error == (
        "An update of edge was interrupted: /data/mender-app/edge/manifests is missing. The version before is kept in "
        "/data/mender-app/edge-previous; it must be put back before anything is installed again."
    )


def test_an_update_interrupted_before_the_new_directory_was_made_is_said_too(tmp_path: Path) -> None:
    mender_app(tmp_path, "edge-previous")
    (app,) = read_mender_apps(Host(tmp_path))
    assert app.name == "edge"
    assert app.error is not None


def test_a_first_installation_that_was_interrupted_is_another_sentence(tmp_path: Path) -> None:
    (tmp_path / "data/mender-app/edge").mkdir(parents=True)
    (app,) = read_mender_apps(Host(tmp_path))
    assert app.error is not None
    assert "not installed completely" in app.error


def test_a_hostile_directory_name_is_made_harmless(tmp_path: Path) -> None:
    mender_app(tmp_path, "evil\x1b[2J\udcff\u202e")
    (app,) = read_mender_apps(Host(tmp_path))
    assert app.name == "evil\\xff<U+202E>"
    assert app.manifests.isprintable()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("SOFTWARE_VERSION=1.4.0\n", "1.4.0"),
        ("# a comment\nOTHER=1\nSOFTWARE_VERSION='1.4.0' # quoted\n", "1.4.0"),
        ('export SOFTWARE_VERSION="1.4.0"\r\n', "1.4.0"),
        ("SOFTWARE_VERSION=1.4.0 # why\n", "1.4.0"),
        ("SOFTWARE_VERSION=1\nSOFTWARE_VERSION=2\n", "2"),
        ("SOFTWARE_VERSION=\n", None),
        ("MY_SOFTWARE_VERSION=1\nsoftware_version=2\n", None),
        ("SOFTWARE_VERSION=\x1b[31m9\n", "9"),
        ("", None),
    ],
)
def test_the_version_in_the_environment_file(text: str, version: str | None) -> None:
    assert version_in(text) == version


def test_a_missing_environment_file_is_an_unknown_version(tmp_path: Path) -> None:
    mender_app(tmp_path, "edge", env=None)
    assert read_mender_apps(Host(tmp_path))[0].version is None
