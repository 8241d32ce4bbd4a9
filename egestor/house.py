"""What the e-Gestor brings to the house."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min

from accounts import offices
from accounts.models import User
from accounts.permissions import Permission
from common.house import NOBODY, Due, DueKind, Entry, SystemCard
from common.ui import Tone
from egestor import fidelity
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

SEEN_BY = (offices.PROFILE, offices.FUND, User.StaffRole.SAPS, User.StaffRole.AUDITOR, User.StaffRole.ADMINISTRATOR)
PERSON, FUND = User.Kind.PERSON, User.Kind.ORGANISATION
MENU = (
    Entry("e-Gestor", "egestor:home", frozenset({PERSON, FUND})),
    Entry("Gerar token", "egestor:token_create", frozenset({FUND})),
    Entry("Tokens gerados", "egestor:token_list", frozenset({FUND})),
    Entry("Gestor da AB", "egestor:ab_manager", frozenset({FUND})),
    Entry("Usuários", "egestor:membership_list", frozenset({PERSON}), Permission.MANAGE_MEMBERSHIPS),
)
HOMES = (Entry("Início", "egestor:home", frozenset({PERSON, FUND})),)
VERBS = {
    "token.cancelled": "Token cancelado",
    "token.expired": "Token expirado",
    "token.generated": "Token gerado",
    "token.used": "Token usado",
}
RECORDED = ("token.used",)
TONES = {"generated": Tone.SUCCESS, "used": Tone.INFO}
FIDELITY, NOT_YET, GAPS = fidelity.AREAS, fidelity.NOT_YET, fidelity.GAPS
SYSTEM_CARDS = (SystemCard("e-Gestor AB/APS", "Fundo e gestores: perfis e token do dia.", "egestor:home"),)
