"""The doorbell. The work itself is rows in the database; Redis, when there is one, only wakes the
workers at once. Losing it loses nothing: the sweep finds the rows."""

from collections.abc import Callable

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from appel_solidaire.logs import logger

QUEUE = "appel"
WORK = "appel_solidaire.jobs.ring"
JOB_TIMEOUT_SECONDS = 900


def connect(url: str, *, for_web: bool) -> redis.Redis:
    """A client of Redis or Valkey. The web's never waits: a page must not be slowed by it."""
    if not for_web:
        return redis.Redis.from_url(url)
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=0.3,
        socket_timeout=0.5,
        retry=Retry(NoBackoff(), 0),
    )


def queue(client: redis.Redis) -> Queue:
    """The one queue; ids only, as JSON."""
    return Queue(QUEUE, connection=client, serializer=JSONSerializer)


def doorbell(url: str | None) -> Callable[[set[str]], None]:
    """What to call after a commit that left work waiting (kinds of work, not the work)."""
    if url is None:
        return lambda kinds: None
    client = connect(url, for_web=True)

    def ring(kinds: set[str]) -> None:
        try:
            for kind in sorted(kinds):
                queue(client).enqueue(
                    WORK, kind, job_timeout=JOB_TIMEOUT_SECONDS, result_ttl=0, failure_ttl=3600
                )
        except redis.RedisError as fault:
            # Not an error for the user: the worker's sweep does the same a few seconds later.
            logger().warning("doorbell_silent", kind=type(fault).__name__)

    return ring
