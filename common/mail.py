"""Writing e-mails: every one is a row of the simulated outbox first, in the same transaction as its cause."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from common.models import OutboxMessage


def write(
    template: str,
    *,
    to: str,
    at: datetime,
    addressee: Any = None,
    idempotency_key: str | None = None,
    **context: Any,
) -> OutboxMessage | None:
    """Write the e-mail `emails/<template>.txt` (first line: subject). Nothing is written twice for one idempotency key.

    Returns None when the person has no address or the key was already used.
    """
    if not to:
        return None
    subject, _, body = render_to_string(f"emails/{template}.txt", context).strip().partition("\n")
    fields = {
        "addressee": addressee,
        "to_email": to,
        "subject": subject.strip()[:200],
        "body": body.strip(),
        "written_at": at,
    }
    if idempotency_key is None:
        return OutboxMessage.objects.create(**fields)
    message, created = OutboxMessage.objects.get_or_create(idempotency_key=idempotency_key, defaults=fields)
    return message if created else None


def write_again(idempotency_key: str, *, at: datetime) -> OutboxMessage | None:
    """The same letter once more, to the same mailbox. Returns None when it was never written."""
    first = OutboxMessage.objects.filter(idempotency_key=idempotency_key).first()
    if first is None:
        return None
    return OutboxMessage.objects.create(
        addressee=first.addressee, to_email=first.to_email, subject=first.subject, body=first.body, written_at=at
    )
