"""Background work of the house itself."""

from celery import shared_task
from django.core.mail import EmailMessage
from django.db import transaction

from common import clock, counters
from common.models import Heartbeat, OutboxMessage
from common.sessions import SessionStore


@shared_task
def beat_heart() -> None:
    """Leave a sign of life of worker and scheduler for /healthz."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})


@shared_task
def sweep_expired() -> None:
    """Erase sessions whose time is over, with whatever they hold of a person, and counters that protect no longer."""
    SessionStore.clear_expired()
    counters.sweep(at=clock.now())


@shared_task
def deliver_outbox(limit: int = 200) -> int:
    """Send the e-mails still owed; each row is locked while it is sent, so two workers never send one twice."""
    with transaction.atomic():
        owed = OutboxMessage.objects.select_for_update(skip_locked=True).filter(sent_at=None).order_by("pk")[:limit]
        for message in owed:
            EmailMessage(message.subject, message.body, to=[message.to_email]).send()
            message.sent_at = clock.now()
            message.save(update_fields=["sent_at"])
    return len(owed)
