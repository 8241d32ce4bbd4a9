"""What the e-Gestor brings to the house."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Min, QuerySet

from accounts import offices
from accounts.models import User
from accounts.permissions import Permission as AccountsPermission
from common.house import NOBODY, Due, DueKind, Entry, Queue, SystemCard
from common.ui import Tone
from egestor import fidelity
from egestor.models import DeploymentToken, InstallationCode
from egestor.permissions import Permission
from egestor.services.expiry import record_code_expiries, record_expiries
from tickets.models import Product
from tickets.queues import tickets_waiting


def _live(model: type[DeploymentToken] | type[InstallationCode], after: datetime) -> QuerySet[Any]:
    return model.objects.filter(status=model.Status.GENERATED, expires_at__gt=after)


def _first_end(rows: QuerySet[Any]) -> datetime | None:
    found: datetime | None = rows.aggregate(first=Min("expires_at"))["first"]
    return found


def _ends(rows: QuerySet[Any], until: datetime, what: str) -> Iterator[Due]:
    ending = rows.filter(expires_at__lte=until).select_related("entity__municipality", "entity__uf")
    for row in ending.order_by("expires_at", "pk"):
        yield Due(row.expires_at, what.format(entity=row.entity), NOBODY, "deixa de valer")


def next_expiry(after: datetime) -> datetime | None:
    return _first_end(_live(DeploymentToken, after))


def expiries(after: datetime, until: datetime) -> Iterator[Due]:
    return _ends(_live(DeploymentToken, after), until, "Token do dia de {entity} expira")


def next_code_expiry(after: datetime) -> datetime | None:
    return _first_end(_live(InstallationCode, after))


def code_expiries(after: datetime, until: datetime) -> Iterator[Due]:
    return _ends(_live(InstallationCode, after), until, "Código de instalação do PEC de {entity} expira")


DUE_KINDS = (
    DueKind("token_expiry", expiries, next_expiry, record_expiries),
    DueKind("code_expiry", code_expiries, next_code_expiry, record_code_expiries),
)

SEEN_BY = (offices.PROFILE, offices.FUND, User.StaffRole.SAPS, User.StaffRole.AUDITOR, User.StaffRole.ADMINISTRATOR)
PERSON, FUND, STAFF = User.Kind.PERSON, User.Kind.ORGANISATION, User.Kind.STAFF
MENU = (
    Entry("e-Gestor", "egestor:home", frozenset({PERSON, FUND})),
    Entry("Gerar token", "egestor:token_create", frozenset({FUND})),
    Entry("Tokens gerados", "egestor:token_list", frozenset({FUND})),
    Entry("Gestor da AB", "egestor:ab_manager", frozenset({FUND})),
    Entry("Usuários", "egestor:membership_list", frozenset({PERSON}), AccountsPermission.MANAGE_MEMBERSHIPS),
    Entry("Chamados do e-Gestor", "egestor:ticket_list", frozenset({PERSON, FUND}), Permission.VIEW_TICKET),
    Entry(
        "Chamados do e-Gestor",
        "egestor:ticket_queue",
        frozenset({STAFF}),
        Permission.READ_TICKETS,
        group="Filas da SAPS",
    ),
    Entry(
        "Perfis do e-Gestor",
        "egestor:profile_list",
        frozenset({STAFF}),
        AccountsPermission.READ_PROFILES,
        group="Filas da SAPS",
    ),
)
QUEUES = (
    Queue(
        "Chamados do e-Gestor",
        "e-Gestor e Gerencia APS",
        "headset",
        "egestor:ticket_queue",
        Permission.READ_TICKETS,
        tickets_waiting(
            "chamados-egestor",
            product=Product.EGESTOR,
            act=Permission.ANSWER_TICKET,
            item="egestor:ticket_answer",
        ),
    ),
    Queue(
        "Perfis do e-Gestor",
        "Reativar e excluir, de todos os entes",
        "user-gear",
        "egestor:profile_list",
        AccountsPermission.READ_PROFILES,
    ),
)
HOMES = (Entry("Início", "egestor:home", frozenset({PERSON, FUND})),)
VERBS = {
    "installation_code.cancelled": "Código de instalação cancelado",
    "installation_code.expired": "Código de instalação expirado",
    "installation_code.generated": "Código de instalação gerado",
    "installation_code.used": "Contra-chave da instalação gerada",
    "token.cancelled": "Token cancelado",
    "token.expired": "Token expirado",
    "token.generated": "Token gerado",
    "token.used": "Token usado",
}
RECORDED = ("token.used",)
TONES = {"generated": Tone.SUCCESS, "used": Tone.INFO}
FIDELITY, NOT_YET, GAPS = fidelity.AREAS, fidelity.NOT_YET, fidelity.GAPS
SYSTEM_CARDS = (SystemCard("e-Gestor AB/APS", "Fundo e gestores: perfis e token do dia.", "egestor:home"),)
