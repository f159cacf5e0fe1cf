"""Commands that run: ``web``, ``worker``, and ``up`` for both."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import click

from appel_solidaire import jobs
from appel_solidaire.cli.console import instance_option, open_instance


@click.command()
@instance_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, help="Port d’écoute (celui de l’adresse publique par défaut).")
@click.option("--workers", type=int, default=lambda: min(4, os.cpu_count() or 2), help="Processus.")
@click.option("--threads", type=int, default=2, show_default=True, help="Fils par processus.")
def web(folder: Path, host: str, port: int | None, workers: int, threads: int) -> None:
    """Servir les pages."""
    from granian import Granian
    from granian.constants import Interfaces

    instance = open_instance(folder)
    listen = port or urlsplit(instance.config.public_url).port or 8000
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


@click.command()
@instance_option
def worker(folder: Path) -> None:
    """Faire le travail en attente : courriels, listes, bilans."""
    os.environ["APPEL_INSTANCE"] = str(folder.resolve())
    jobs.work_forever(open_instance(folder))


@click.command()
@instance_option
@click.option("--port", type=int)
def up(folder: Path, port: int | None) -> None:
    """Servir les pages et faire le travail en attente, ensemble."""
    open_instance(folder).database.engine.dispose()
    me = [sys.executable, "-m", "appel_solidaire.cli"]
    tail = ["--instance", str(folder)]
    parts = [
        subprocess.Popen([*me, "web", *tail, *(["--port", str(port)] if port else [])]),  # noqa: S603  ourselves
        subprocess.Popen([*me, "worker", *tail]),  # noqa: S603  ourselves
    ]
    told = False

    def stop(*_: object) -> None:
        nonlocal told
        told = True
        for part in parts:
            part.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(part.poll() is None for part in parts):
        time.sleep(0.2)
    stop_code = next((part.returncode for part in parts if part.returncode is not None), 0)
    if not told:
        stop()
    for part in parts:
        part.wait(timeout=30)
    sys.exit(0 if told and stop_code in (0, -signal.SIGTERM, -signal.SIGINT) else 1)


COMMANDS = (web, worker, up)
