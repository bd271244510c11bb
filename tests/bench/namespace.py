"""A small world of its own with a real journald and, when asked for, a real dockerd or Podman, up in a second.

For what needs no whole machine. The file system is the host's, so the tests' own Python runs in there; /run, /dev,
the journal, machine id, boot id, host name, processes and network are private and end with the owner, however it ends.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.patience import PATIENCE

from . import inside, leftovers
from .places import BENCH, BenchError, new_run
from .tree import app_root
from .watcher import start_watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

DOCKER_SOCKET: Final = "/run/docker.sock"
PODMAN_SOCKET: Final = "/run/podman/podman.sock"

_JOURNALD_CONF: Final = """[Journal]
Storage={storage}
ReadKMsg=no
Audit=no
RateLimitIntervalSec=0
ForwardToWall=no
SystemMaxUse=200M
RuntimeMaxUse=64M
"""


class Namespace(inside.Inhabited):
    """One such world. Use as a context manager, or call ``close`` at the end.

    ``storage`` is journald's: ``volatile`` as on the device, or ``persistent``.
    """

    leader = 0

    def __init__(self, *, docker: bool = False, podman: bool = False, storage: str = "volatile") -> None:
        self.run_dir = new_run()
        self._watcher = start_watcher(self.run_dir)
        self._storage = storage
        (self.run_dir / "machine-id").write_text(secrets.token_hex(16) + "\n")
        (self.run_dir / "boot_id").write_text(f"{uuid.uuid4()}\n")
        (self.run_dir / "hostname").write_text("MEC01-4711\n")
        (self.run_dir / "journald.conf").write_text(_JOURNALD_CONF.format(storage=storage))
        self._process = self._start()
        try:
            self.leader = self._first_process()
            self.start_journald()
            if docker:
                self.start_docker()
            if podman:
                self.start_podman()
        except BaseException:
            self.close()
            raise

    def _start(self) -> subprocess.Popen[bytes]:
        kinds = ("--mount", "--pid", "--uts", "--ipc", "--net", "--propagation", "private", "--mount-proc")
        environment = {
            "PATH": os.environ["PATH"],
            "RUN": str(self.run_dir),
            "JOIN": " ".join(leftovers.join_groups(self.run_dir.name)),
        }
        return subprocess.Popen(
            [*inside.BOUNDED, "unshare", *kinds, "--fork", "--kill-child", "--", BENCH / "namespace.sh"],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def _first_process(self) -> int:
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"up\n":
            raise BenchError("the namespace could not be made")
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return int(children.read_text().split()[0])

    # -- services ----------------------------------------------------------------------------------------------

    def start_journald(self) -> None:
        """Start a journald of this world."""
        self._spawn(["/lib/systemd/systemd-journald"], "journald")
        sockets = ("/run/systemd/journal/socket", "/run/systemd/journal/stdout")
        self._await(lambda: all(self.path(name).is_socket() for name in sockets), "journald")
        if self._storage == "persistent":
            self.run(["journalctl", "--flush"]).check()

    def start_docker(self, *options: str) -> None:
        """Start a dockerd whose containers log to the journal, and wait until it answers."""
        own = ("--data-root", f"{self.run_dir}/docker", "--log-driver", "journald")
        self._spawn(["dockerd", *own, *options], "dockerd")
        self._await(lambda: self.run(["docker", "version"]).rc == 0, "dockerd")

    def start_containerd(self) -> None:
        """Start a containerd of its own, as a device's system has it: a Docker that starts later takes it."""
        self._spawn(["containerd", "--root", f"{self.run_dir}/containerd"], "containerd")
        self._await(lambda: self.run(["ctr", "version"]).rc == 0, "containerd")

    def start_second_docker(self, endpoint: str) -> None:
        """Start another dockerd beside the first, which answers at ``endpoint``."""
        own = ("--data-root", f"{self.run_dir}/docker2", "--exec-root", "/run/docker2", "--pidfile", "/run/docker2.pid")
        plain = ("--log-driver", "journald", "--bridge", "none", "--iptables=false")
        self._spawn(["dockerd", *own, *plain, "--host", endpoint], "dockerd2")
        self._await(lambda: self.run(["docker", "-H", endpoint, "version"]).rc == 0, "dockerd2", 40)

    def start_podman(self) -> None:
        """Start Podman's service with its Docker-compatible socket, as the device had before image 2.6."""
        self.run(["mkdir", "-p", "/run/podman"]).check()
        self._spawn([*self.podman(), "system", "service", "--time=0", f"unix://{PODMAN_SOCKET}"], "podman")
        self._await(lambda: self.path(PODMAN_SOCKET).is_socket(), "podman")

    def podman(self) -> list[str]:
        """The podman command with this world's own store."""
        store = ("--root", f"{self.run_dir}/podman", "--runroot", "/run/containers/storage")
        # runc, which Docker brings along: crun refuses a host that has both versions of control groups.
        return ["podman", *store, "--cgroup-manager=cgroupfs", "--events-backend=file", "--runtime=runc"]

    def new_boot(self) -> str:
        """Let journald see another boot, so that all entries so far are an earlier one's; its id, without dashes."""
        self.sh("pkill -x systemd-journal; while pgrep -x systemd-journal; do sleep 0.02; done").check()
        self.sh("rm -f /run/systemd/journal/*").check()
        text = str(uuid.uuid4())
        (self.run_dir / "boot_id").write_text(text + "\n")  # the same file that is bound over the kernel's
        self.start_journald()
        return text.replace("-", "")

    def import_app(self, tag: str) -> None:
        """Give Docker, or Podman when that runs here, an image with busybox and the bench's small ``service``."""
        files = self.run_dir / "app-root.tar"
        app_root(files)
        self.import_image(tag, files)

    def import_image(self, tag: str, root_tar: Path) -> None:
        """Give Docker, or Podman when that runs here, an image made of a file tree."""
        engine = self.podman() if self.path(PODMAN_SOCKET).exists() else ["docker"]
        self.run([*engine, "import", "--change", "ENV PATH=/bin", str(root_tar), tag]).check()

    # -- inside ------------------------------------------------------------------------------------------------

    @property
    def environment(self) -> Mapping[str, str]:
        """The programs in there are the host's: those that tests may use, and no others."""
        return {"PATH": os.environ["PATH"]}

    def path(self, name: str) -> Path:
        """A path in there, as the host can open it."""
        return Path(inside.path(self.leader, name))

    def _spawn(self, argv: Sequence[str], name: str) -> None:
        """Start a service in there; its output goes to a file in the run directory."""
        with (self.run_dir / f"{name}.log").open("ab") as log:
            detached = inside.enter(self.leader, ["setsid", "--fork", *argv], self.environment)
            subprocess.run(detached, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True)

    def _await(self, up: Callable[[], bool], name: str, timeout: float = PATIENCE) -> None:
        deadline = time.monotonic() + timeout
        while not up():
            if time.monotonic() > deadline:
                log = (self.run_dir / f"{name}.log").read_text(errors="replace")
                raise BenchError(f"{name} did not come up:\n{log[-2000:]}")
            time.sleep(0.02)

    # -- the end -----------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End everything in there and take it away."""
        self._process.kill()  # unshare takes the first process with it, and that one all others
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._watcher.end()

    def __enter__(self) -> Namespace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
