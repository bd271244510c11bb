"""A real Docker whose containerd, a service of its own, is killed: it answers, and can start and stop nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .conftest import require_bench
from .namespace import Namespace

SOURCE = Path(__file__).parents[2]
CONSOLE = [sys.executable, "-m", "moducop_tui"]
SOCKET = "/run/containerd/containerd.sock"


def trouble(namespace: Namespace) -> str | None:
    told = namespace.run([*CONSOLE, "status", "--json"], timeout=60, env={"PYTHONPATH": str(SOURCE)})
    apps = json.loads(told.stdout)["apps"]["value"]
    assert [one["name"] for app in apps["apps"] for one in app["containers"]] == ["web"]
    said: str | None = apps["engine"]["trouble"]
    return said


def test_a_dead_containerd_is_told_and_nothing_is_tried() -> None:
    require_bench()
    with Namespace() as namespace:
        namespace.start_containerd()
        namespace.start_docker()
        namespace.import_app("bench/app:1")
        run = ["docker", "run", "-d", "--name", "web", "--network", "none", "bench/app:1", "sleep", "1000"]
        namespace.run(run, timeout=60).check()
        assert trouble(namespace) is None
        for signal in ("TERM", "KILL"):
            namespace.sh(f"pkill -{signal} -x containerd; while pgrep -x containerd; do sleep 0.05; done")
            said = trouble(namespace)
            assert said is not None
            assert f"does not run: nothing listens on {SOCKET}." in said
            restart = [*CONSOLE, "restart", "container", "web", "--yes"]
            refused = namespace.run(restart, timeout=60, env={"PYTHONPATH": str(SOURCE)})
            assert refused.rc == 3
            assert "containerd" in refused.stderr
            namespace.start_containerd()
            assert trouble(namespace) is None
