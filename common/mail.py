"""Writing e-mails: every one is a row of the simulated outbox first, in the same transaction as its cause."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from common.models import OutboxMessage

# Ids of what is written while somebody listens.
_heard: ContextVar[list[int] | None] = ContextVar("mail_heard", default=None)


# Where the reason goes, in an e-mail that is shown before it is written.
REASON_HERE = "[aqui vai o motivo]"


@dataclass(frozen=True, slots=True)
class Text:
    """An e-mail as its reader sees it."""

    subject: str
    body: str


@contextmanager
def listening() -> Iterator[list[int]]:
    """The ids of the e-mails written inside; those of an action that was undone are there too, without their rows."""
    written: list[int] = []
    token = _heard.set(written)
    try:
        yield written
    finally:
        _heard.reset(token)


@dataclass(frozen=True)
class Letter:
    """One of many e-mails of the same kind: to whom, and what its text needs to know.

    With an idempotency key it is written once for ever.
    """

    to: str
    addressee: Any
    context: dict[str, Any]
    idempotency_key: str | None = None


def write_each(template: str, letters: Sequence[Letter], *, at: datetime) -> None:
    """Write one e-mail to each, in one statement; whoever has no address gets none."""
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(idempotency_key=letter.idempotency_key, **_fields(template, letter, at))
            for letter in letters
            if letter.to
        ],
        ignore_conflicts=any(letter.idempotency_key for letter in letters),
    )


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
    fields = _fields(template, Letter(to, addressee, context), at)
    if idempotency_key is None:
        return _hear(OutboxMessage.objects.create(**fields))
    message, created = OutboxMessage.objects.get_or_create(idempotency_key=idempotency_key, defaults=fields)
    return _hear(message) if created else None


def preview(template: str, **context: Any) -> Text:
    """What `write` would write of rows that need not be saved. Nothing is written."""
    subject, _, body = render_to_string(f"emails/{template}.txt", context).strip().partition("\n")
    return Text(subject.strip()[:200], body.strip())


def write_again(idempotency_key: str, *, at: datetime) -> OutboxMessage | None:
    """The same letter once more, to the same mailbox. Returns None when it was never written."""
    first = OutboxMessage.objects.filter(idempotency_key=idempotency_key).first()
    if first is None:
        return None
    return OutboxMessage.objects.create(
        addressee=first.addressee, to_email=first.to_email, subject=first.subject, body=first.body, written_at=at
    )


def _fields(template: str, letter: Letter, at: datetime) -> dict[str, Any]:
    text = preview(template, **letter.context)
    return {
        "addressee": letter.addressee,
        "to_email": letter.to,
        "subject": text.subject,
        "body": text.body,
        "written_at": at,
    }


def _hear(message: OutboxMessage) -> OutboxMessage:
    heard = _heard.get()
    if heard is not None:
        heard.append(message.pk)
    return message
