"""Tests find the programs of Debian's base and of our lists, and none that is on a machine by chance."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.programs import ROOT, brought, listed, parse_packages, programs

ANSWER = (
    "dash\tyes\trequired\t\tdebianutils (>= 5.6-0.1), libc6 (>= 2.36)\tinstalled\n"
    "debianutils\tyes\trequired\t\t, libc6:any\tinstalled\n"
    "libc6\tno\toptional\t\t\tinstalled\n"
    "mount\tno\trequired\t\t\tinstalled\n"
    "tmux\tno\toptional\t\tnowhere | libevent-core-2.1-7 [amd64], awk\tinstalled\n"
    "libevent-core-2.1-7\tno\toptional\t\t\tinstalled\n"
    "mawk\tno\tstandard\tawk (= 1.3)\t\tinstalled\n"
    "fdisk\tno\timportant\t\t\tinstalled\n"
    "zstd\tno\toptional\t\t\tconfig-files\n"
)

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="no Debian here: there is no package list")


def test_essential_and_required_packages_are_there_without_being_named() -> None:
    assert brought(parse_packages(ANSWER), frozenset()) == {"dash", "debianutils", "libc6", "mount"}


def test_a_named_package_brings_what_it_depends_on_by_whatever_name() -> None:
    found = brought(parse_packages(ANSWER), frozenset({"tmux"}))
    assert {"tmux", "libevent-core-2.1-7", "mawk"} <= found
    assert "fdisk" not in found


def test_a_package_that_was_removed_or_never_installed_brings_nothing() -> None:
    assert not brought(parse_packages(ANSWER), frozenset({"zstd", "never-heard-of"})) & {"zstd", "never-heard-of"}


def test_remarks_in_a_list_name_no_package() -> None:
    assert {"tmux", "fdisk", "mtools", "patchelf"} <= listed()
    assert not {"#", "sfdisk:", "the"} & listed()


@needs_dpkg
def test_tests_have_the_base_and_the_lists_and_nothing_else() -> None:
    place = programs()
    assert place is not None
    assert os.environ["PATH"] == str(place)
    assert shutil.which("sh") is not None
    assert shutil.which("mount") is not None
    found = {Path(os.path.realpath(program)) for program in place.iterdir()}
    assert Path(os.path.realpath("/bin/sh")) in found
    assert not [program for program in found if program.is_relative_to("/usr/local") or program.is_relative_to("/root")]


@needs_dpkg
def test_a_program_without_a_package_is_not_found_though_it_can_be_run(tmp_path: Path) -> None:
    place = programs()
    assert place is not None
    assert {program.name for program in place.iterdir()}.isdisjoint({"pip", "node", "npm", "pyenv"})


def test_each_name_stands_in_one_way_in_the_lists() -> None:
    for name in sorted((ROOT / ".ci").glob("apt-packages*.txt")):
        lines = [line.partition("#")[0].split() for line in name.read_text().splitlines()]
        assert all(len(words) <= 1 for words in lines), name
