"""Commands that run: ``web``, ``worker``, and ``up`` for both."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from appel_solidaire import jobs
from appel_solidaire.cli.console import Unusable, instance_option, open_instance
from appel_solidaire.logs import logger

SHORTEST_RUN_SECONDS = 5.0  # a part that ends sooner cannot start: saying so beats trying for ever
_PORT = click.IntRange(1, 65535)
_SOME = click.IntRange(min=1)
_UNUSABLE = 2  # a part said itself what to change: on a slow machine that takes longer than above
_PAUSE_SECONDS = 1.0  # before a part that was killed is started again, if it was just started


@click.command()
@instance_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=_PORT, help="Port d’écoute (celui de l’adresse publique par défaut).")
@click.option(
    "--workers", type=_SOME, default=lambda: min(4, os.cpu_count() or 2), help="Processus."
)
@click.option("--threads", type=_SOME, default=2, show_default=True, help="Fils par processus.")
def web(folder: Path, host: str, port: int | None, workers: int, threads: int) -> None:
    """Servir les pages."""
    from granian import Granian
    from granian.constants import Interfaces

    instance = open_instance(folder)
    listen = port or urlsplit(instance.config.public_url).port or 8000
    _refuse_taken(host, listen)
    instance.database.engine.dispose()  # the processes open their own connections
    os.environ["APPEL_INSTANCE"] = str(folder.resolve())
    Granian(
        "appel_solidaire.wsgi:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=listen,
        workers=workers,
        blocking_threads=threads,
        log_access=False,  # addresses hold link tokens
        respawn_failed_workers=True,
    ).serve()


def _refuse_taken(host: str, port: int) -> None:
    """``Unusable`` when nobody may listen there: the server’s own words are a page of its code."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as fault:
            raise Unusable(
                f"Ce compte n’a pas le droit d’écouter sur le port {port}. Donnez avec --port un "
                "nombre au-dessus de 1023."
            ) from fault
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                raise Unusable(
                    f"Le port {port} est déjà pris sur cette machine. Arrêtez ce qui l’occupe, ou "
                    "donnez-en un autre avec --port."
                ) from fault
            raise Unusable(
                f"« {host} » n’est pas une adresse de cette machine. Sans --host, le service "
                "écoute sur 127.0.0.1, et c’est ce qu’il faut derrière un mandataire."
            ) from fault


@click.command()
@instance_option
def worker(folder: Path) -> None:
    """Faire le travail en attente : courriels, listes, bilans."""
    os.environ["APPEL_INSTANCE"] = str(folder.resolve())
    jobs.work_forever(open_instance(folder))


@click.command()
@instance_option
@click.option("--port", type=_PORT)
def up(folder: Path, port: int | None) -> None:
    """Servir les pages et faire le travail en attente, ensemble."""
    open_instance(folder).database.engine.dispose()
    me = [sys.executable, "-m", "appel_solidaire.cli"]
    tail = ["--instance", str(folder)]
    sys.exit(
        _keep_running(
            {
                "web": [*me, "web", *tail, *(["--port", str(port)] if port else [])],
                "worker": [*me, "worker", *tail],
            }
        )
    )


def _keep_running(commands: Mapping[str, Sequence[str]]) -> int:
    """Run the parts until told to stop. One that falls is started again: a worker that was killed,
    once or several times in a row, must not take the pages down with it. One that cannot start, and
    says so itself, stops everything: 1."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    started_at = dict.fromkeys(commands, time.monotonic())
    parts = {name: subprocess.Popen(command) for name, command in commands.items()}  # noqa: S603  ourselves
    failed = False
    while not (stop.wait(0.2) or failed):
        for name, part in parts.items():
            if part.poll() is None:
                continue
            is_short = time.monotonic() - started_at[name] < SHORTEST_RUN_SECONDS
            if is_short or part.returncode == _UNUSABLE:
                if part.returncode >= 0:
                    failed = True
                    break
                stop.wait(_PAUSE_SECONDS)
            logger().warning("part_started_again", part=name, code=part.returncode)
            started_at[name] = time.monotonic()
            parts[name] = subprocess.Popen(commands[name])  # noqa: S603  ourselves
    for part in parts.values():
        part.terminate()
    for part in parts.values():
        part.wait(timeout=30)
    return int(failed)


COMMANDS = (web, worker, up)
