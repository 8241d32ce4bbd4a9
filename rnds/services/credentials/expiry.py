"""Notices before a certificate expires. The real portal shows only the date: this is a feature of the simulator."""

from datetime import datetime, timedelta

from django.db import transaction

from common.legal_time import BRASILIA
from rnds.models import Credential
from rnds.services.letters import write_to_requester

NOTICE_DAYS = (1, 7, 15, 30)


def days_left(credential: Credential, at: datetime) -> int:
    """Brasília days from the date of `at` to the date on which the certificate ends."""
    end = credential.certificate.not_after.astimezone(BRASILIA).date()
    return (end - at.astimezone(BRASILIA).date()).days


def expiry_warning(credential: Credential, at: datetime) -> str:
    """The sentence of the banner and of the e-mail."""
    days = days_left(credential, at)
    when = {0: "hoje", 1: "em 1 dia"}.get(days, f"em {days} dias")
    end = credential.certificate.not_after.astimezone(BRASILIA)
    return (
        f"O certificado da credencial nº {credential.requester_id} vence {when} ({end:%d/%m/%Y}). "
        "Solicite nova credencial."
    )


def warn_of_expiry(*, at: datetime) -> int:
    """Write the 30, 15, 7 and 1-day notices that are due at `at`, each one once for ever; returns how many.

    After a pause of the worker only the most urgent notice of each credential is written.
    """
    related = ("certificate", "request__requester", "request__requested_by", "establishment")
    expiring = Credential.objects.expiring_at(at, days=NOTICE_DAYS[-1]).select_related(*related)
    return sum(_warn(credential, at) for credential in expiring.order_by("pk"))


@transaction.atomic
def _warn(credential: Credential, at: datetime) -> int:
    left = credential.certificate.not_after - at
    notice = next(days for days in NOTICE_DAYS if left <= timedelta(days=days))
    message = write_to_requester(
        "credential_expiring",
        credential.request,
        at=at,
        idempotency_key=f"credential-expiring:{credential.pk}:{notice}",
        credential=credential,
        warning=expiry_warning(credential, at),
    )
    return int(message is not None)
