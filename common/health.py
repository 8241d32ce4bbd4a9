"""Whether the house stands, part by part, for people, scripts and container health checks."""

from collections.abc import Callable
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as QueueError
from redis.exceptions import RedisError

from common.models import Heartbeat
from common.requests import HttpRequest

# The scheduler sends a sign of life every ten seconds.
HEARTBEAT_LIMIT = timedelta(seconds=45)
BROKER_SECONDS = 2
CACHE_SECONDS = 60

# Ports of this very process besides the one that answers: name → whether it would serve the next call.
ports: dict[str, Callable[[], bool]] = {}


@login_not_required
@require_safe
def answer(request: HttpRequest) -> JsonResponse:
    """`GET /healthz`: 200 when every part would serve the next call, 503 when one that calls need would not.

    A dead worker alone is 200 with `status` "degraded": pages and tokens work, only notices wait.
    """
    database, worker = database_and_worker(at=request.real_at)
    needed = {"database": database, "broker": broker_state(), "cache": cache_state()}
    needed |= {name: "ok" if serves() else "down" for name, serves in ports.items()}
    down = "down" in needed.values()
    status = "down" if down else "ok" if worker == "ok" else "degraded"
    body = {"status": status, **needed, "worker": worker, "version": settings.VERSION}
    response = JsonResponse(body, status=503 if down else 200)
    response["Cache-Control"] = "no-store"
    return response


def database_and_worker(*, at: datetime) -> tuple[str, str]:
    """State of the database ("ok" or "down") and of the worker ("ok", "late", or "unknown" without a database)."""
    try:
        connection.ensure_connection()
        heartbeat = Heartbeat.objects.filter(name="worker").first()
    except DatabaseError:
        return "down", "unknown"
    alive = heartbeat is not None and at - heartbeat.at < HEARTBEAT_LIMIT
    return "ok", "ok" if alive else "late"


def broker_state() -> str:
    """Whether a task sent now would be kept: "ok" or "down"."""
    with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
        refusals: tuple[type[BaseException], ...] = (OSError, QueueError, RedisError, *broker.connection_errors)
        try:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS, reraise_as_library_errors=False)
        except refusals:
            return "down"
    return "ok"


def cache_state() -> str:
    """Whether the next counter would be kept; a server whose disk is full still answers, and keeps nothing."""
    try:
        cache.set("healthz", 1, timeout=CACHE_SECONDS)
    except (OSError, RedisError):
        return "down"
    return "ok"
