"""What accounts bring to the house."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min

from accounts.models import Membership, MembershipQuerySet
from accounts.services.memberships import inactivate_idle_memberships, renew_accesses
from common import switches
from common.house import Due, DueKind, WayIn


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
        what = f"{row.person.name} ({row.get_role_display()}) fica {_idle().days} dias sem acesso"
        yield Due(row.last_access_at + _idle(), what, row.person.email or row.person.name, "perfil INATIVO")


DUE_KINDS = (
    DueKind(
        "membership_inactivity",
        inactivities,
        next_inactivity,
        inactivate_idle_memberships,
        spare=renew_accesses,
    ),
)
WAYS_IN = (
    WayIn("CNPJ do fundo e senha", "accounts:sign_in_organisation"),
    WayIn("Conta gov.br (simulada)", "accounts:sign_in_govbr", is_for_demo=True),
    WayIn("Equipe do Ministério", "admin:login"),
)
