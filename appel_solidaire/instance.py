"""One organisation's instance, opened: its settings, its database, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appel_solidaire import config as settings
from appel_solidaire import work_queue
from appel_solidaire.config import Config
from appel_solidaire.db import Database


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Instance:
    """What pages, jobs and commands stand on."""

    config: Config
    database: Database
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def of(cls, config: Config, *, clock: Callable[[], datetime] = utc_now) -> "Instance":
        """Open the instance these settings describe."""
        database = Database.of(config)
        database.ring = work_queue.doorbell(config.redis_url)
        return cls(config, database, clock)

    @classmethod
    def open(cls, folder: Path) -> "Instance":
        """Open the instance in a folder, settings from the environment."""
        return cls.of(settings.load(folder))
