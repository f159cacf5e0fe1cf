"""Logs for the sysadmin: event names and ids, one JSON object a line on stderr. Never a word of or
about a person."""

import logging
import sys
import traceback

import structlog
from structlog.typing import EventDict, WrappedLogger

_PLACES = 12  # the innermost frames: where it broke, and by which way


def set_up(*, level: int = logging.INFO) -> None:
    """Send the product's events to stderr as JSON lines, with UTC instants."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_it_broke,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _where_it_broke(_logger: WrappedLogger, _level: str, event: EventDict) -> EventDict:
    """The places of a fault, never its message: a driver's quotes the values it was given."""
    if event.pop("exc_info", False) and (fault := sys.exception()) is not None:
        frames = traceback.extract_tb(fault.__traceback__)[-_PLACES:]
        event["places"] = [f"{frame.name}:{frame.lineno}" for frame in frames]
    return event


def logger() -> structlog.typing.FilteringBoundLogger:
    """The product's logger."""
    made: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return made
