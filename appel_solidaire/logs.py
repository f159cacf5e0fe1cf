"""Logs for the sysadmin: event names and ids, one JSON object a line on stderr. Never a word of or
about a person."""

import logging
import sys

import structlog


def set_up(*, level: int = logging.INFO) -> None:
    """Send the product's events to stderr as JSON lines, with UTC instants."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger() -> structlog.typing.FilteringBoundLogger:
    """The product's logger."""
    made: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return made
