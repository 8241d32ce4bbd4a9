"""E-mails given up (não entregues): who runs the portal may have them tried again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.permissions import Permission
from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow
from common.models import OutboxMessage

NOT_GIVEN_UP = "a mensagem não está entre as não entregues"


def given_up(actor: Actor) -> QuerySet[OutboxMessage]:
    """The dead letters, for who reads the whole portal, the newest first; nobody else sees any."""
    if not actor.has_perm(Permission.READ_ADMIN):
        return OutboxMessage.objects.none()
    return OutboxMessage.objects.filter(given_up_at__isnull=False).defer("body").order_by("-given_up_at", "-pk")


@transaction.atomic
def retry_message(*, message_id: int, by: Actor, at: datetime) -> OutboxMessage:
    """«Tentar de novo»: put a dead letter back in the queue, due at once; a second click finds none.

    The attempts made stay counted, so that after the last of them each retry is a single attempt. Raises NotPermitted,
    or NotAllowedNow for what is sent or still being tried.
    """
    message: OutboxMessage = OutboxMessage.objects.select_for_update().get(pk=message_id)
    permissions.require(by, Permission.RETRY_MAIL, message)
    if message.given_up_at is None:
        raise NotAllowedNow(NOT_GIVEN_UP, code="not_given_up")

    message.given_up_at, message.next_try_at = None, at
    message.save(update_fields=["given_up_at", "next_try_at"])
    audit.record("mail.retried", target=message, by=by, at=at, attempts=message.attempts)
    return message
