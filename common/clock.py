"""The only place that reads the clock. Views, admin, API, tasks and commands call now(); all else takes `at`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)
