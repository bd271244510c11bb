"""The apps of the simulated device and how their containers fare."""

from __future__ import annotations

from moducop_tui.demo import story
from moducop_tui.demo.cast import APPLICATIONS, ROLES, Application, Role
from moducop_tui.demo.fates import spell_at
from moducop_tui.demo.lives import STOPPED_AT_REBOOT, Spell
from moducop_tui.demo.story import HOUR, What
from moducop_tui.demo.world import World
from moducop_tui.model.apps import App, AppKind, Apps, Container, ContainerState, Engine
from moducop_tui.model.reading import Unavailable

SOCKET = "/run/docker.sock"
_BROUGHT_OUT = story.BOOTED - 61 * HOUR
"""When the containers were made, some boots ago."""
_LIVE = (ContainerState.RUNNING, ContainerState.PAUSED)
_ENDED = (ContainerState.EXITED, ContainerState.RESTARTING)
_SETTLING = 60.0
"""Seconds for which a container that was started, or started again, counts as not settled."""
_OVERLOAD = 1.35
"""How much more memory than usual uplink takes in the seconds before it is killed for it."""


def apps_at(world: World, moment: float) -> Apps | Unavailable:
    """All apps, or the sentence that Docker is away."""
    if story.current(What.ENGINE_AWAY, moment) is not None:
        return Unavailable(
            f"Docker is not answering on {SOCKET}: connection refused. Its service restarts; wait, or see its log."
        )
    return Apps(engine_of_the_demo(), tuple(_app(world, application, moment) for application in APPLICATIONS))


def engine_of_the_demo() -> Engine:
    """The engine that answers on the simulated device."""
    return Engine("Docker", "27.3.1", "1.47", SOCKET)


def container_id(world: World, name: str, generation: int) -> str:
    """The full id of a container; each time that it is made anew it has another."""
    return world.chance.derive(f"container {name}").derive(f"id {generation}").digits(64)


def _app(world: World, application: Application, moment: float) -> App:
    managed = application.kind is AppKind.MENDER
    version = world.state_at(moment).version(application.name) if managed else application.version
    containers = (container_at(world, role, moment) for role in ROLES if role.app == application.name)
    return App(
        name=application.name,
        kind=application.kind,
        containers=tuple(container for container in containers if container is not None),
        version=version,
        manifest=f"/data/mender-app/{application.name}/manifests" if managed else None,
    )


def container_at(world: World, role: Role, moment: float) -> Container | None:
    """A container as the engine tells it; None while it does not exist."""
    spell = spell_at(world, role, moment)
    if spell.state is None:
        return None
    chance = world.chance.derive(f"container {role.name}")
    never_started = spell.state is ContainerState.CREATED
    live = spell.state in _LIVE
    return Container(
        id=container_id(world, role.name, spell.generation),
        name=role.name,
        image=_image(world, role, moment),
        state=spell.state,
        health=spell.health,
        project=None if role.alone else role.app,
        service=None if role.alone else role.service,
        exit_code=spell.exit_code if spell.state in _ENDED else None,
        oom_killed=spell.oom_killed,
        restart_count=spell.restart_count,
        restart_policy=role.restart_policy,
        created_at=world.wall(_created_at(world, role, spell, moment)),
        started_at=None if never_started else world.wall(spell.started_at),
        finished_at=None if spell.finished_at is None else world.wall(spell.finished_at),
        log_driver="journald",
        mounts=tuple(sorted(role.mounts)),
        ports=role.ports if live else (),
        pid=chance.whole(round(spell.started_at), 1200, 32000) if live else None,
        cpu_share=cpu_of(world, role, spell, moment) if live else None,
        memory=memory_of(world, role, spell, moment) if live else None,
        memory_limit=role.memory_limit,
        one_shot=role.one_shot,
        settling=live and spell.restart_count > 0 and moment - spell.started_at < _SETTLING,
        fresh=live and spell.restart_count == 0 and moment - spell.started_at < _SETTLING,
    )


def _image(world: World, role: Role, moment: float) -> str:
    """Of the version that is installed: in most apps the image is named after it."""
    application = next(one for one in APPLICATIONS if one.name == role.app)
    version = world.state_at(moment).version(role.app)
    if version is None or version == application.version:
        return role.image
    if version == application.updated_version:
        return role.updated_image or role.image
    return role.image.replace(f":{application.version}", f":{version}")


def _created_at(world: World, role: Role, spell: Spell, moment: float) -> float:
    if not spell.generation:
        return min(_BROUGHT_OUT, STOPPED_AT_REBOOT)
    made = [order.moment for order in world.diary.orders_for(role.name) if order.exists and order.moment <= moment]
    gone = [order.moment for order in world.diary.orders_for(role.name) if not order.exists]
    return next((at for at in made if gone and at > gone[-1]), story.APP_UPDATED - 6)


def cpu_of(world: World, role: Role, spell: Spell, moment: float) -> float:
    """Share of one CPU: wanders about its average, more just after a start, nothing while paused."""
    if spell.state is not ContainerState.RUNNING:
        return 0.0
    drift = world.chance.derive(f"cpu {role.name}").drift(moment, 7)
    starting = 0.35 if moment - spell.started_at < 5 else 0.0
    return role.cpu * (0.4 + 1.2 * drift) + starting * drift


def memory_of(world: World, role: Role, spell: Spell, moment: float) -> int:
    """Bytes: grows to its average in the first minute, then wanders a little; uplink's before it is killed."""
    grown = 0.55 + 0.45 * min(1.0, (moment - spell.started_at) / 60)
    drift = world.chance.derive(f"memory {role.name}").drift(moment, 45)
    used = role.memory * grown * (0.94 + 0.12 * drift)
    if role.trouble is What.UPLINK_KILLED:
        used *= 1 + (_OVERLOAD - 1) * _swelling(moment)
    used = min(used, role.memory_limit or used)
    return int(used) // 4096 * 4096


def _swelling(moment: float) -> float:
    """From 0 to 1 in the last minute before uplink is killed."""
    ahead = (scene for scene in story.scenes(moment, moment + 60) if scene.what is What.UPLINK_KILLED)
    return max((1 - (scene.begin - moment) / 60 for scene in ahead), default=0.0)
