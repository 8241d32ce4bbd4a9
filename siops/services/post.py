"""Where the mail of an office goes: to the address of the record by which somebody acts, never to an older one.

A record's own mail goes to its e-mail. Mail about what somebody did for an entity goes to the e-mail that the person's
present record of that entity has by now, or that of the last one; the account's address is for who never had any.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.models import User, account_of
from common import mail
from siops.models import HealthManager, Technician

Record = HealthManager | Technician


def write_to_record(template: str, record: Record, *, at: datetime, **context: Any) -> None:
    """Write about a record to whoever it is of."""
    write_to_records(template, [(record, context)], at=at)


def write_once_to_record(template: str, record: Record, *, key: str, at: datetime, **context: Any) -> None:
    """The same, once for ever for one idempotency key."""
    context |= {"record": record, "portal": settings.PORTAL_URL}
    mail.write(template, to=record.email, addressee=account_of(record.person), at=at, idempotency_key=key, **context)


def write_to_records(template: str, letters: Iterable[tuple[Record, dict[str, Any]]], *, at: datetime) -> None:
    """Write to many at once, in one statement; each with what its text says besides the record."""
    mail.write_each(
        template,
        [
            mail.Letter(
                to=record.email,
                addressee=account_of(record.person),
                context={"record": record, "portal": settings.PORTAL_URL} | context,
            )
            for record, context in letters
        ],
        at=at,
    )


def write_to_author(template: str, author: User, *, entity_id: int, at: datetime, **context: Any) -> None:
    """Write about what `author` did for an entity."""
    to = office_address(author, entity_id=entity_id)
    mail.write(template, to=to, addressee=author, at=at, portal=settings.PORTAL_URL, **context)


def office_address(user: User, *, entity_id: int) -> str:
    """The e-mail of the newest present record of the person in the entity, or of the last one, or the account's."""
    own = {"entity": entity_id, "person__user": user.pk}
    records: list[Record] = [*HealthManager.objects.filter(**own), *Technician.objects.filter(**own)]
    present = {HealthManager: HealthManager.CURRENT, Technician: Technician.CURRENT}
    newest = max(records, key=lambda row: (row.status in present[type(row)], row.registered_at), default=None)
    return newest.email if newest is not None else user.email
