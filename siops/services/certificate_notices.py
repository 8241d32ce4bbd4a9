"""E19: who enters by certificate is told once, 30 days before the last valid one ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import account_of
from common import mail
from common.legal_time import BRASILIA
from siops.models import HealthManager
from siops.services.registry import RENEWAL, certificates_in_force


def warn_of_expiry(*, at: datetime) -> int:
    """Write the notices due at `at`, each certificate's once for ever; returns how many.

    Whoever has already a newer certificate is left in peace.
    """
    managers = expiring_managers(at=at).filter(certificate_ends_at__lte=at + RENEWAL)
    return sum(_warn(manager, at) for manager in managers)


def expiring_managers(*, at: datetime) -> QuerySet[Any]:
    """Who enters by certificate, with the last one in force at `at` (`certificate_id`, `certificate_ends_at`)."""
    last = certificates_in_force(at).filter(holder_document=OuterRef("person__cpf")).order_by("-not_after", "-pk")
    return (
        HealthManager.objects.current()
        .filter(role__in=HealthManager.BY_CERTIFICATE)
        .annotate(
            certificate_id=Subquery(last.values("pk")[:1]),
            certificate_ends_at=Subquery(last.values("not_after")[:1]),
        )
        .select_related("person__user", "entity__municipality__uf", "entity__uf")
        .order_by("certificate_ends_at", "pk")
    )


@transaction.atomic
def _warn(manager: HealthManager, at: datetime) -> int:
    certificate_id: int = manager.certificate_id  # type: ignore[attr-defined]  # annotated above
    ends_at: datetime = manager.certificate_ends_at  # type: ignore[attr-defined]  # annotated above
    days = (ends_at.astimezone(BRASILIA).date() - at.astimezone(BRASILIA).date()).days
    message = mail.write(
        "siops_certificate_expiring",
        to=manager.email,
        addressee=account_of(manager.person),
        at=at,
        idempotency_key=f"certificate-expiring:{certificate_id}:{manager.pk}",
        manager=manager,
        ends_at=ends_at,
        when={0: "hoje", 1: "em 1 dia"}.get(days, f"em {days} dias"),
        portal=settings.PORTAL_URL,
    )
    return int(message is not None)
