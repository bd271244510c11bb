"""Docker in a small device (``lab.Lab``): the real engine, on the data partition, without systemd and a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .tree import app_root

if TYPE_CHECKING:
    from .lab import Lab
    from .lab_stock import Stock

_START: Final = """
echo '{}' >/run/docker.json
setsid dockerd --config-file /run/docker.json --data-root /data/docker/var/lib/docker --log-driver local \\
    --log-level warn >/run/dockerd.log 2>&1 &
until docker version >/dev/null 2>&1; do
    kill -0 $! || exit 1
    sleep 0.05
done
"""
"""The device's own settings send the logs of containers to a journal, which does not run here."""

_ROOT: Final = "app-root.tar"
_BRING: Final = """
bring() {
    docker import --change 'ENV PATH=/bin' --change "CMD [\\"/bin/service\\",\\"$2\\"]" /uboot/app-root.tar "$1"
}
bring nginx-demo/web:1.27.4 web && bring nginx-demo/db:16.2 db
"""


def start_engine(lab: Lab) -> None:
    """Start Docker and wait until it answers; what ran before comes up again."""
    done = lab.sh(_START)
    assert done.rc == 0, lab.sh("tail -n 20 /run/dockerd.log").stdout


def bring_images(lab: Lab, stock: Stock) -> None:
    """Give Docker the images of the application nginx-demo, which come from a file, not from a registry."""
    root = stock.artifacts / _ROOT
    if not root.exists():
        app_root(root)
    lab.sh(_BRING).check()
