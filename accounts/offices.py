"""The offices that accounts know: profiles, health funds, and the ministry's team."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.actors import Asked, Proof, provides
from accounts.models import Membership, Organisation, User
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
    rows = Membership.objects.active().filter(person__user=asked.user, person__user__is_active=True)
    for role, programme, entity_id in rows.values_list("role", "programme", "entity_id"):
        yield Office(kind=PROFILE, role=role, programme=programme, entity_id=entity_id, reads=apps_seen_by(PROFILE))


@provides(Proof.PASSWORD, Proof.COMMAND_LINE)
def funds(asked: Asked) -> Iterator[Office]:
    """The account of a health fund (CNPJ)."""
    if asked.user.kind != User.Kind.ORGANISATION:
        return
    rows = Organisation.objects.filter(user=asked.user, user__is_active=True)
    for fund in rows.select_related("user", "entity__municipality", "entity__uf"):
        yield FundOffice(
            kind=FUND, role=fund.kind, entity_id=fund.entity_id, reads=apps_seen_by(FUND), organisation=fund
        )


def fund_of(actor: Actor) -> Organisation | None:
    """The fund whose account acts, with its entity at hand, as its office was last read; None for any other actor."""
    return next((office.organisation for office in actor.offices if isinstance(office, FundOffice)), None)


@provides(Proof.PASSWORD, Proof.COMMAND_LINE, Proof.AUTOMATIC)
def staff(asked: Asked) -> Iterator[Office]:
    """The one role of a member of the team (papel na equipe)."""
    if asked.user.kind != User.Kind.STAFF:
        return
    rows = User.objects.filter(pk=asked.user.pk, is_active=True, kind=User.Kind.STAFF)
    for role in rows.values_list("staff_role", flat=True):
        yield Office(kind=STAFF, role=role, reads=apps_seen_by(role))


def inactive_profiles(actor: Actor) -> list[Membership]:
    """Profiles of who entered by such a proof that fell INATIVO, which somebody else may bring back."""
    if actor.proof not in BY_PROFILE:
        return []
    rows = Membership.objects.filter(person__user=actor.account_id, status=Membership.Status.INACTIVE)
    return list(rows.select_related("entity__municipality__uf", "entity__uf"))
