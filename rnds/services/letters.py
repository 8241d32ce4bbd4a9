"""E-mails to the person who requested a credential."""

from copy import copy
from datetime import datetime
from typing import Any

from django.conf import settings

from common import mail
from common.models import OutboxMessage
from rnds.models import CredentialRequest


def write_to_requester(
    template: str, request: CredentialRequest, *, at: datetime, idempotency_key: str | None = None, **context: Any
) -> OutboxMessage | None:
    """Write `emails/<template>.txt` to the requester; see common.mail.write."""
    account = request.requested_by
    return mail.write(
        template,
        to=request.requester.email or account.email,
        addressee=account,
        at=at,
        idempotency_key=idempotency_key,
        request=request,
        portal=settings.PORTAL_URL,
        **context,
    )


def preview_to_requester(template: str, request: CredentialRequest) -> mail.Text:
    """What the requester will read when the analysis decides against the request."""
    refused = copy(request)
    refused.reason = mail.REASON_HERE
    return mail.preview(template, request=refused, portal=settings.PORTAL_URL)
