"""Logging: one line of JSON per event on standard error, or coloured text at a terminal.

Settings import this module, so nothing here needs Django to be ready.
"""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from config.redaction import redact, redact_values

# Loggers that would print whole addresses (httpx) or bring handlers of their own past ours.
LEVELS = {
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "django.server": "WARNING",
    "django.db.backends": "WARNING",
    "asyncio": "WARNING",
    "celery": "INFO",
    "celery.task": "INFO",
    "celery.redirected": "INFO",
    "uvicorn": "INFO",
    "uvicorn.error": "INFO",
    "uvicorn.access": "WARNING",
}

SHARED_PROCESSORS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    redact_values,
)


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record, then removes every secret from the finished line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line that leaves the process."""
        return redact(super().format(record))


def logging_config(debug: bool = False) -> dict[str, Any]:
    """The value of Django's LOGGING; also points structlog at the same root handler.

    Tracebacks are rendered plain: a rendering with local variables would show share tokens.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": RedactingFormatter,
                "foreign_pre_chain": list(SHARED_PROCESSORS),
                "processors": _renderers(coloured=debug or sys.stderr.isatty()),
            }
        },
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "INFO", "handlers": ["standard_error"]},
        "loggers": {
            name: {"level": level, "handlers": [], "propagate": True}
            for name, level in LEVELS.items()
        },
    }


def _renderers(*, coloured: bool) -> list[Processor]:
    remove_meta: Processor = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if coloured:
        console = structlog.dev.ConsoleRenderer(
            exception_formatter=structlog.dev.plain_traceback, colors=sys.stderr.isatty()
        )
        return [remove_meta, console]
    return [
        remove_meta,
        structlog.processors.format_exc_info,
        _one_name_for_the_text,
        structlog.processors.JSONRenderer(sort_keys=True, default=str),
    ]


def _one_name_for_the_text(logger: Any, method: str, event: EventDict) -> EventDict:
    event["message"] = event.pop("event", "")
    return event
