"""The offices that accounts know: profiles, health funds, and the ministry's team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import QuerySet

from accounts.actors import Asked, Proof, provides
from accounts.models import Membership, Organisation, User
from common import prepared
from common.actor import Actor, Office
from common.house import apps_seen_by

PROFILE, FUND, STAFF = "profile", "fund", "staff"

BY_PROFILE = (Proof.GOVBR, Proof.ACCESS_LINK, Proof.COMMAND_LINE)


@dataclass(frozen=True, kw_only=True)
class FundOffice(Office):
    """The office of a health fund, with its row."""

    organisation: Organisation = field(compare=False, repr=False)


@provides(*BY_PROFILE)
def profiles(asked: Asked) -> Iterator[Office]:
    """Every active profile of the person (perfil de acesso)."""
    if asked.user.kind != User.Kind.PERSON:
        return
    for role, programme, entity_id in _profiles(user=asked.user.pk):
        yield Office(kind=PROFILE, role=role, programme=programme, entity_id=entity_id, reads=apps_seen_by(PROFILE))


@prepared.composed
def _profiles(user: int) -> QuerySet[Membership, tuple[str, str, int]]:
    rows = Membership.objects.active().filter(person__user=user, person__user__is_active=True)
    return rows.order_by().values_list("role", "programme", "entity_id")


@provides(Proof.PASSWORD, Proof.COMMAND_LINE)
def funds(asked: Asked) -> Iterator[Office]:
    """The account of a health fund (CNPJ)."""
    if asked.user.kind != User.Kind.ORGANISATION:
        return
    for fund in _funds(user=asked.user.pk):
        yield FundOffice(
            kind=FUND, role=fund.kind, entity_id=fund.entity_id, reads=apps_seen_by(FUND), organisation=fund
        )


@prepared.composed
def _funds(user: int) -> QuerySet[Organisation]:
    rows = Organisation.objects.filter(user=user, user__is_active=True)
    return rows.select_related("user", "entity__municipality", "entity__uf")


def fund_of(actor: Actor) -> Organisation | None:
    """The fund whose account acts, with its entity at hand, as its office was last read; None for any other actor."""
    return next((office.organisation for office in actor.offices if isinstance(office, FundOffice)), None)


@provides(Proof.PASSWORD, Proof.COMMAND_LINE, Proof.AUTOMATIC)
def staff(asked: Asked) -> Iterator[Office]:
    """The one role of a member of the team (papel na equipe)."""
    if asked.user.kind != User.Kind.STAFF:
        return
    for (role,) in _staff_role(user=asked.user.pk):
        yield Office(kind=STAFF, role=role, reads=apps_seen_by(role))


@prepared.composed
def _staff_role(user: int) -> QuerySet[User, tuple[str]]:
    return User.objects.filter(pk=user, is_active=True, kind=User.Kind.STAFF).values_list("staff_role")


def inactive_profiles(actor: Actor) -> list[Membership]:
    """Profiles of who entered by such a proof that fell INATIVO, which somebody else may bring back."""
    if actor.proof not in BY_PROFILE:
        return []
    return _inactive(user=actor.account_id)


@prepared.composed
def _inactive(user: int) -> QuerySet[Membership]:
    rows = Membership.objects.filter(person__user=user, status=Membership.Status.INACTIVE)
    return rows.select_related("entity__municipality__uf", "entity__uf")
