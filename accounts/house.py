"""What accounts bring to the house."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min

from accounts.doors import PORTAL
from accounts.models import Membership, MembershipQuerySet, PasswordLink, User
from accounts.offices import FUND, PROFILE
from accounts.permissions import Permission
from accounts.services.memberships import inactivate_idle_memberships, renew_accesses
from common import switches
from common.house import ANONYMOUS, NOBODY, SIGNED_IN, Due, DueKind, Entry, WayIn
from common.ui import Tone
from rooms.permissions import Permission as RoomPermission


def _idle() -> timedelta:
    return timedelta(days=switches.now().membership_idle_days)


def _used_since(after: datetime) -> MembershipQuerySet:
    return Membership.objects.active().filter(last_access_at__gt=after - _idle())


def next_inactivity(after: datetime) -> datetime | None:
    first: datetime | None = _used_since(after).aggregate(first=Min("last_access_at"))["first"]
    return first + _idle() if first else None


def inactivities(after: datetime, until: datetime) -> Iterator[Due]:
    rows = _used_since(after).filter(last_access_at__lte=until - _idle())
    for row in rows.select_related("person", "entity__municipality", "entity__uf").order_by("last_access_at", "pk"):
        what = f"{row.person.name} ({row.role_name}) fica {_idle().days} dias sem acesso"
        yield Due(row.last_access_at + _idle(), what, row.person.email or row.person.name, "perfil INATIVO")


def link_ends(after: datetime, until: datetime) -> Iterator[Due]:
    rows = PasswordLink.objects.open().filter(expires_at__gt=after, expires_at__lte=until)
    for link in rows.order_by("expires_at", "pk"):
        yield Due(link.expires_at, f"Link de senha enviado para {link.sent_to} vence", NOBODY, "deixa de valer")


DUE_KINDS = (
    DueKind("password_link_end", link_ends),
    DueKind(
        "membership_inactivity",
        inactivities,
        next_inactivity,
        inactivate_idle_memberships,
        spare=renew_accesses,
    ),
)

SEEN_BY = (PROFILE, FUND, User.StaffRole.SAPS, User.StaffRole.AUDITOR, User.StaffRole.ADMINISTRATOR)
KINDS = tuple(User.Kind.values)
PASSWORD_DOORS = (PORTAL,)
MENU = (
    Entry("Caixa de saída simulada", "accounts:outbox", frozenset({SIGNED_IN})),
    Entry(
        "E-mails não entregues",
        "accounts:dead_letters",
        frozenset({User.Kind.STAFF}),
        Permission.READ_ADMIN,
        group="Controle",
    ),
    Entry("Administração", "admin:index", frozenset({User.Kind.STAFF}), Permission.ENTER_ADMIN, group="Controle"),
    Entry("Equipe", "accounts:team", frozenset({User.Kind.STAFF}), Permission.READ_TEAM, group="Controle"),
    Entry("Caixa de correio", "accounts:mailbox", frozenset({ANONYMOUS}), is_for_demo=True),
    Entry("Entrar", "accounts:sign_in", frozenset({ANONYMOUS})),
)
VERBS = {
    "mail.retried": "E-mail não entregue volta à fila",
    "access_link.made": "Link de acesso feito",
    "account.staff_opened": "Conta da equipe aberta",
    "account.staff_renewed": "Conta da equipe renovada",
    "membership.excluded": "Perfil excluído",
    "membership.granted": "Perfil concedido",
    "membership.inactivated": "Perfil inativado",
    "membership.kept_active": "Perfis mantidos ativos no avanço do relógio",
    "membership.reactivated": "Perfil reativado",
    "organisation.opened": "Acesso do fundo aberto",
    "organisation.readdressed": "E-mail do fundo alterado",
    "password.changed": "Senha alterada",
    "password.link_sent": "Link de senha enviado",
    "password.recovery_asked": "Recuperação de senha pedida",
    "person.contact_changed": "Contato alterado",
    "second_factor.enrolled": "Segundo fator cadastrado",
    "second_factor.recovered": "Código de recuperação usado",
    "second_factor.reset": "Segundo fator zerado",
    "second_factor.shown": "Segundo fator apresentado",
    "sign_in.failed": "Entrada recusada",
    "sign_in.succeeded": "Entrada",
    "sign_out": "Saída",
}
# The rooms stand below, and have no house of the team.
STEP_UP = (Permission.RESET_SECOND_FACTOR, Permission.EXCLUDE_MEMBERSHIP, RoomPermission.CHANGE)
RECORDED = ("membership.excluded", "membership.granted", "membership.reactivated")
TONES = {"active": Tone.SUCCESS}
WAYS_IN = (
    WayIn("CNPJ do fundo e senha", "accounts:sign_in_organisation"),
    WayIn("Conta gov.br (simulada)", "accounts:sign_in_govbr", is_for_demo=True),
    WayIn("Equipe do Ministério", "admin:login"),
)
