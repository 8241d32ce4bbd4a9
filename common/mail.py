"""Writing e-mails: every one is a row of the simulated outbox first, in the same transaction as its cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from common.models import OutboxMessage

# Ids of what is written while somebody listens.
_heard: ContextVar[list[int] | None] = ContextVar("mail_heard", default=None)


@contextmanager
def listening() -> Iterator[list[int]]:
    """The ids of the e-mails written inside; those of an action that was undone are there too, without their rows."""
    written: list[int] = []
    token = _heard.set(written)
    try:
        yield written
    finally:
        _heard.reset(token)


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
        return _hear(OutboxMessage.objects.create(**fields))
    message, created = OutboxMessage.objects.get_or_create(idempotency_key=idempotency_key, defaults=fields)
    return _hear(message) if created else None


def _hear(message: OutboxMessage) -> OutboxMessage:
    heard = _heard.get()
    if heard is not None:
        heard.append(message.pk)
    return message
