"""Structured logs: one JSON object a line, on standard error."""

import logging
from typing import Any

import structlog

from common.redaction import redact

LONGEST = 200
SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class Redacted(logging.Filter):
    """What another house writes (gunicorn: the whole address of the call that failed) is without a person's number."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage())[:LONGEST], ()
        return True


class OneLine(Redacted):
    """What a visitor does wrong (a bad Host, too many fields) is a line, without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return super().filter(record)


def configure(level: str = "INFO") -> dict[str, Any]:
    """Set structlog up and return the LOGGING setting that sends the standard library the same way."""
    structlog.configure(
        # First what nobody keeps at this level, so that it is not written to be thrown away.
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "filters": {"redacted": {"()": Redacted}, "one_line": {"()": OneLine}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
            "server": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["redacted"]},
            "refusals": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["one_line"]},
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "ensaio": {"level": level},
            "django": {"level": level, "handlers": [], "propagate": True},
            "gunicorn.error": {"handlers": ["server"], "level": "INFO", "propagate": False},
            "django.security": {"handlers": ["refusals"], "level": "WARNING", "propagate": False},
            # The access log already has every request.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            # At DEBUG these write down whole contexts and the values of queries: people's documents, tokens.
            "django.template": {"level": "INFO"},
            "django.db.backends": {"level": "INFO"},
        },
    }
