"""«Vínculo ao domicílio»: who lives in which home, said by the community agent after a visit (spec 6.6)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from cadsus.messages import M24, M25, M26
from cadsus.models import Area, Citizen, Family, HouseholdLink, MicroArea, Posting
from cadsus.offices import MODULE
from cadsus.permissions import Permission
from cadsus.services.consulting import locked_citizen
from cadsus.workplaces import Workplace
from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.legal_time import BRASILIA

OUTSIDE = "Quem não é morador na AA não tem vínculo ao domicílio."
HAS_HEAD = "A família já tem responsável familiar."
EndReason = HouseholdLink.EndReason
ENDED = ["ended_at", "ended_by", "end_reason"]


@transaction.atomic
def link_household(
    *,
    citizen_id: int,
    family_id: int,
    visited_on: date | None,
    is_head: bool = False,
    by: Actor,
    at: datetime,
) -> HouseholdLink:
    """«Vincular», or «mudar de domicílio»: by the agent of the microarea; in an area of low risk also by the manager.

    Raises NotPermitted M24, RuleBroken M25 (another microarea) and M26 (the visit).
    """
    family = Family.objects.select_related("household__microarea__area__establishment").get(pk=family_id)
    citizen = locked_citizen(citizen_id, entity_id=family.household.entity_id)
    microarea = family.household.microarea
    _require_agent(by, microarea)
    if citizen.lives_outside:
        raise RuleBroken(OUTSIDE, code="lives_outside")
    if visited_on is None or visited_on > at.astimezone(BRASILIA).date():
        raise RuleBroken(M26, code="visit_date", field="visited_on")
    current = _current(citizen)
    heads = HouseholdLink.objects.current().filter(family=family, is_head=True).exclude(citizen=citizen)
    if is_head and heads.exists():
        raise RuleBroken(HAS_HEAD, code="has_head", field="is_head")

    if current is not None:
        _end(current, EndReason.OTHER_HOME, by, at)
    link: HouseholdLink = HouseholdLink.objects.create(
        citizen=citizen,
        family=family,
        is_head=is_head,
        visited_on=visited_on,
        linked_at=at,
        linked_by_id=by.author_id,
    )
    citizen.microarea = microarea
    if citizen.kind != Citizen.Kind.NEWBORN:
        citizen.kind = Citizen.Kind.LINKED
    citizen.save(update_fields=["microarea", "kind"])
    audit.record("citizen.linked", target=citizen, by=by, at=at, family=family.pk, visited_on=str(visited_on))
    return link


@transaction.atomic
def unlink_household(*, citizen_id: int, reason: str, place: Workplace, by: Actor, at: datetime) -> HouseholdLink:
    """«Desvincular»: moved away, died, or was not found."""
    citizen = locked_citizen(citizen_id, entity_id=place.entity_id)
    current = _current(citizen)
    _require_agent(by, current.family.household.microarea if current else citizen.microarea)
    if current is None:
        raise NotAllowedNow(citizen.get_kind_display())
    _end(current, reason, by, at)
    if citizen.kind == Citizen.Kind.LINKED:
        citizen.kind = Citizen.Kind.NOT_LINKED
        citizen.save(update_fields=["kind"])
    audit.record("citizen.unlinked", target=citizen, by=by, at=at, reason=reason)
    return current


def _require_agent(by: Actor, microarea: MicroArea | None) -> None:
    try:
        permissions.require(by, Permission.LINK_HOUSEHOLD, microarea)
    except NotPermitted:
        raise NotPermitted(M24, permission=Permission.LINK_HOUSEHOLD) from None
    is_agent = by.holds(MODULE, Posting.Function.REGISTRATION)
    if microarea is not None and is_agent and not _visits(by, microarea):
        raise RuleBroken(M25, code="other_microarea", field="family")


def _visits(by: Actor, microarea: MicroArea) -> bool:
    """Whether the microarea is the agent's own."""
    agent = microarea.agent
    return agent is not None and agent.link.person.user.pk == by.account_id


def _current(citizen: Citizen) -> HouseholdLink | None:
    found: HouseholdLink | None = (
        HouseholdLink.objects.current()
        .select_for_update(of=("self",))
        .filter(citizen=citizen)
        .select_related("family__household__microarea__area__establishment")
        .first()
    )
    return found


def _end(link: HouseholdLink, reason: str, by: Actor, at: datetime) -> None:
    link.ended_at, link.ended_by_id, link.end_reason = at, by.author_id, reason
    link.save(update_fields=ENDED)


def families_for(actor: Actor) -> QuerySet[Family]:
    """Those of the agent's microarea, and for a manager those of the low-risk areas of the unit."""
    managed = [f"{number:07d}" for number in _managed(actor)]
    own = Q(household__microarea__agent__link__person__user=actor.account_id)
    low_risk = Q(household__microarea__area__is_low_risk=True, household__microarea__area__establishment__in=managed)
    return Family.objects.filter(own | low_risk).select_related("household__microarea__area")


def may_link_somewhere(actor: Actor) -> bool:
    """An agent, or the manager of a unit with an area of low risk."""
    if actor.has_perm(Permission.LINK_HOUSEHOLD):
        return True
    units = [f"{number:07d}" for number in _managed(actor)]
    return bool(units) and Area.objects.filter(establishment__in=units, is_low_risk=True).exists()


def history_of(citizen: Citizen) -> QuerySet[HouseholdLink]:
    return citizen.household_links.select_related("family__household", "linked_by", "ended_by")


def _managed(actor: Actor) -> list[int]:
    """The units that somebody manages."""
    return [o.unit_id for o in actor.offices if o.kind == MODULE and o.role == Posting.Function.MANAGER and o.unit_id]
