"""What the e-Gestor brings to the house."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min

from common.house import NOBODY, Due, DueKind, SystemCard
from egestor.models import DeploymentToken, DeploymentTokenQuerySet
from egestor.services.expiry import record_expiries


def _live_until_after(after: datetime) -> DeploymentTokenQuerySet:
    return DeploymentToken.objects.filter(status=DeploymentToken.Status.GENERATED, expires_at__gt=after)


def next_expiry(after: datetime) -> datetime | None:
    found: datetime | None = _live_until_after(after).aggregate(first=Min("expires_at"))["first"]
    return found


def expiries(after: datetime, until: datetime) -> Iterator[Due]:
    rows = _live_until_after(after).filter(expires_at__lte=until).for_list().order_by("expires_at", "pk")
    for token in rows:
        yield Due(token.expires_at, f"Token do dia de {token.entity} expira", NOBODY, "deixa de valer")


DUE_KINDS = (DueKind("token_expiry", expiries, next_expiry, record_expiries),)
SYSTEM_CARDS = (SystemCard("e-Gestor AB/APS", "Fundo e gestores: perfis e token do dia.", "egestor:home"),)
