"""Work that waits in rows: mails to send, lists to read, periodic acts. Each is harmless when run
late, twice, or by two workers at once."""

import os
import signal
import threading
import time
from functools import cache
from pathlib import Path

from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import DBAPIError

from appel_solidaire import (
    escalation,
    exporting,
    mailer,
    night,
    purging,
    reading,
    schedule,
    watching,
    work_queue,
)
from appel_solidaire.db import Busy
from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger

SWEEP_SECONDS, SWEEP_SECONDS_WITH_REDIS = 1.0, 15.0
STUDY_SECONDS = 6 * 3600.0
WORK = {
    "mails": mailer.send_due,
    "urgent": escalation.run_due,
    "alarms": watching.look,
    "periodic": schedule.run_due,
    "imports": reading.read_due,
    "exports": exporting.write_due,
    "night": night.run_due,
    "forgetting": purging.run_due,
}


def sweep(instance: Instance) -> int:
    """Do everything that is due, whatever rang; give how many pieces were done."""
    done = 0
    for kind, work in WORK.items():
        try:
            done += work(instance)
        except Exception as fault:
            # One broken kind of work must not stop the others; it is tried again next sweep.
            logger().error("work_failed", work=kind, kind=type(fault).__name__, exc_info=True)
    return done


def ring(kind: str) -> int:
    """What the doorbell runs in a worker: the work of one kind that is waiting now."""
    done = 0
    while (step := WORK[kind](_instance())) > 0:
        done += step
    return done


@cache
def _instance() -> Instance:
    return Instance.open(Path(os.environ.get("APPEL_INSTANCE", "instance")))


def work_forever(instance: Instance) -> None:
    """Run one worker until it is told to stop (SIGTERM, Ctrl+C)."""
    stop = threading.Event()
    if instance.config.redis_url is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        _sweep_until(stop, instance, every=SWEEP_SECONDS)
        return
    sweeper = threading.Thread(
        target=_sweep_until,
        args=(stop, instance),
        kwargs={"every": SWEEP_SECONDS_WITH_REDIS},
        daemon=True,
    )
    sweeper.start()
    while not stop.is_set():
        _answer_the_door(instance, stop)
    sweeper.join(timeout=30)


def _answer_the_door(instance: Instance, stop: threading.Event) -> None:
    import redis

    client = work_queue.connect(instance.config.redis_url or "", for_web=False)
    worker = SimpleWorker([work_queue.queue(client)], connection=client, serializer=JSONSerializer)
    try:
        worker.work(logging_level="WARNING")
        stop.set()  # it was told to stop
    except redis.RedisError as fault:
        logger().warning("redis_away", kind=type(fault).__name__)
        time.sleep(2)  # the sweep goes on meanwhile


def _study(instance: Instance) -> None:
    try:
        instance.database.study()
    except (Busy, DBAPIError) as fault:
        # Pages are slower for a while, nothing else: the next time will do.
        logger().warning("not_studied", kind=type(fault).__name__)


def _sweep_until(stop: threading.Event, instance: Instance, *, every: float) -> None:
    studied_at = float("-inf")
    while not stop.is_set():
        if time.monotonic() - studied_at > STUDY_SECONDS:
            _study(instance)
            studied_at = time.monotonic()
        if sweep(instance) == 0:
            stop.wait(every)
