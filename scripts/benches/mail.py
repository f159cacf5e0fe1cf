"""Mails: two hundred with their trace, and from a need noted to the server's « 250 » (G9, G11)."""

from __future__ import annotations

import argparse
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis
import sqlalchemy as sa
from rq import Queue
from rq.serializers import JSONSerializer

from appel_solidaire import mailer
from appel_solidaire.instance import Instance
from campaigns.models import Need, OutgoingMail
from scripts.benches import instances
from scripts.benches.measure import Figure, in_turns, timed
from tests import needs_stage, servers
from tests.faults.crashing import raise_need

MAILS = 200
PER_NEED = 4  # an urgent need writes to a partner, a territory and its two coordinators


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this bench."""
    parser.add_argument("--besoins", type=int, default=30, help="besoins mesurés (30)")


def run(asked: argparse.Namespace) -> list[Figure]:
    """Measure both goals on each engine there is."""
    figures: list[Figure] = []
    for engine in instances.engines():
        with (
            tempfile.TemporaryDirectory(prefix="appel-mail-") as folder,
            servers.smtp_sink(Path(folder) / "smtp", durable=False) as sink,
            instances.fresh(engine) as opened,
        ):
            instance = _with_smtp(opened, sink.url)
            with instance.database.unit() as session:
                needs_stage.set_up(session)
            figures.append(_two_hundred(instance, sink.url, engine))
            figures += _to_the_server(instance, sink, engine, count=asked.besoins)
    return figures


def _with_smtp(instance: Instance, url: str) -> Instance:
    return replace(instance, config=replace(instance.config, smtp_url=url))


def _two_hundred(instance: Instance, url: str, engine: str) -> Figure:
    def ours() -> float:
        _empty(instance)
        at = instance.clock() - timedelta(seconds=1)
        for _ in range(MAILS // PER_NEED):
            _forget(instance)
            raise_need(instance, at=at)
        return timed(lambda: _send_all(instance))

    port = int(url.rsplit(":", 1)[1])

    def bare() -> float:
        _empty(instance)
        _forget(instance)
        raise_need(instance, at=instance.clock() - timedelta(seconds=1))
        with instance.database.reading() as session:
            mail = session.scalars(sa.select(OutgoingMail)).first()
            assert mail is not None
            message = mailer.compose(
                session, mail, config=instance.config, at=datetime.now(UTC)
            ).as_string()
        _empty(instance)
        return timed(lambda: _plain(port, message))

    mine, theirs = in_turns(ours, bare)
    return Figure(f"{MAILS} courriels avec leur trace ({engine})", mine, "s", theirs)


def _send_all(instance: Instance) -> None:
    sent = 0
    while left := mailer.send_due(instance):
        sent += left
    assert sent == MAILS, f"{sent} mails left, {MAILS} expected"


def _plain(port: int, message: str) -> None:
    """The library alone: one connection, each message written and parsed as ours are."""
    from email import message_from_string, policy

    with smtplib.SMTP("127.0.0.1", port) as server:
        for _ in range(MAILS):
            server.send_message(message_from_string(message, policy=policy.SMTP))


def _to_the_server(
    instance: Instance, sink: servers.SmtpSink, engine: str, *, count: int
) -> list[Figure]:
    bare = _bare_job(sink)
    with _worker(instance, None):
        alone = _delays(instance, sink, count)
    with servers.valkey() as url:
        ringing = Instance.of(replace(instance.config, redis_url=url))
        with _worker(instance, url):
            rung = _delays(ringing, sink, count)
        ringing.database.engine.dispose()
    return [
        Figure(f"besoin → « 250 », p95, ouvrier intégré ({engine})", _p95(alone), "s", bare),
        Figure(f"besoin → « 250 », p95, RQ et Redis ({engine})", _p95(rung), "s", bare),
    ]


@contextmanager
def _worker(instance: Instance, redis_url: str | None) -> Iterator[None]:
    """A real worker of the product, idle, in a process of its own."""
    env = {**os.environ, "APPEL_SMTP_URL": instance.config.smtp_url or ""}
    env["APPEL_DATABASE_URL"] = instance.config.database_url or ""
    env["APPEL_REDIS_URL"] = redis_url or ""
    env["APPEL_INSTANCE"] = str(instance.config.instance)
    code = (
        "import sys; from pathlib import Path; from appel_solidaire import jobs;"
        "from appel_solidaire.instance import Instance;"
        "jobs.work_forever(Instance.open(Path(sys.argv[1])))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(instance.config.instance)],
        env=env,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(4)  # it has started, and has nothing to do
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _delays(instance: Instance, sink: servers.SmtpSink, count: int) -> list[float]:
    """Seconds from the need being noted to its last mail being accepted."""
    found = []
    for _ in range(count):
        _forget(instance)
        before = len(sink.journal())
        start = time.time()
        raise_need(instance, at=datetime.now(UTC))
        _wait(sink, before + PER_NEED)
        accepted = [float(str(entry["at"])) for entry in sink.journal()[before:]]
        found.append(max(accepted) - start)
    return found


def _wait(sink: servers.SmtpSink, count: int, *, seconds: float = 60) -> None:
    """Until the server has accepted so many; only counted, so that looking costs nothing."""
    path, limit = sink.folder / "journal.jsonl", time.monotonic() + seconds
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        if time.monotonic() > limit:
            raise TimeoutError(f"fewer than {count} mails accepted")
        time.sleep(0.005)


def _bare_job(sink: servers.SmtpSink) -> float:
    """The yardstick: an RQ job that sends one mail, from its enqueueing to the « 250 »."""
    port = int(sink.url.rsplit(":", 1)[1])
    with servers.valkey() as url, redis.Redis.from_url(url) as client:
        command = [sys.executable, "-m", "rq.cli", "worker", "--url", url, "--quiet"]
        command += ["--serializer", "rq.serializers.JSONSerializer", "bare"]
        worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(3)
        queue = Queue("bare", connection=client, serializer=JSONSerializer)
        found = []
        try:
            for _ in range(10):
                before, start = len(sink.journal()), time.time()
                queue.enqueue("scripts.benches.mail.send_one", port)
                _wait(sink, before + 1)
                found.append(float(str(sink.journal()[-1]["at"])) - start)
        finally:
            worker.kill()
            worker.wait()
    return _p95(found)


def send_one(port: int) -> None:
    """What the yardstick's job does: one connection, one small mail."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        text = "From: a@example.org\nTo: b@example.org\nSubject: x\nMessage-ID: <x@x>\n\nx\n"
        server.sendmail("a@example.org", ["b@example.org"], text)


def _p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def _forget(instance: Instance) -> None:
    """Each need is a new one: the same, still open, would only be added to."""
    with instance.database.unit() as session:
        session.execute(sa.update(Need).values(category="DIV_AUTRE"))


def _empty(instance: Instance) -> None:
    with instance.database.unit() as session:
        session.execute(sa.delete(OutgoingMail))
