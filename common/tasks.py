"""Background work of the house itself."""

import time

from celery import shared_task

from common import clock, counters, outbox
from common.models import Heartbeat
from common.sessions import SessionStore

# A slow mail server does not hold a worker for ever; the next turn goes on.
DELIVERY_SECONDS = 60.0


@shared_task
def beat_heart() -> None:
    """Leave a sign of life of worker and scheduler for /healthz."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.real_now()})


@shared_task
def sweep_expired() -> None:
    """Erase sessions whose time is over, with whatever they hold of a person, and counters that protect no longer."""
    SessionStore.clear_expired()
    counters.sweep(at=clock.real_now())


@shared_task
def deliver_outbox(limit: int = 200) -> int:
    """Send the e-mails that are due, one by one, and return how many went."""
    end, sent = time.monotonic() + DELIVERY_SECONDS, 0
    for _ in range(limit):
        outcome = outbox.deliver_next(at=clock.real_now())
        sent += outcome is outbox.Outcome.SENT
        if outcome in (outbox.Outcome.NOTHING_DUE, outbox.Outcome.SERVER_AWAY) or time.monotonic() > end:
            break
    return sent
