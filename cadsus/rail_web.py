"""The path «Sincronizar» on the pages of the CADSUSWEB: for a cadastrador, whom a desk of the own unit waits for.

Nobody says in an address for whom a record is corrected. It is read from what was asked today: the citizen whose
numbers, or name and birth, are those of the records of the page; where the page has none, the last one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest

from cadsus import doors, offices
from cadsus.decision import Step
from cadsus.models import Consultation, Module, OperatorAccess, Unification
from cadsus.permissions import Permission
from cadsus.rail_desk import CORRECTIONS, DeskPath, persona_at
from cadsus.services.consulting import review
from cadsus.workplaces import Workplace
from common.actor import Actor
from common.legal_time import BRASILIA
from common.rail import InHand, Rail, Turn
from registry.models import Cns, Person

# How many of those who wait are looked at, and how many records of a page.
MOST, MOST_RECORDS = 20, 10
ROUTES = frozenset(
    f"cadsus:{name}"
    for name in (
        *("person_search", "person_create", "person_detail", "person_edit", "person_cards"),
        *("unification_preview", "unification_detail"),
    )
)


def correcting(request: HttpRequest, actor: Actor, at: datetime) -> Rail | None:
    """The rail of who waits for the correction of this page. One query for a cadastrador for whom nobody waits."""
    units = {
        f"{office.unit_id:07d}"
        for office in actor.offices
        if office.kind == offices.OPERATOR and office.role == OperatorAccess.Profile.REGISTRAR
    }
    waiting = _waiting(units, at) if units else []
    asked = _asked_for(waiting, request) if waiting else None
    return CorrectionPath(actor, at, asked).rail() if asked else None


class CorrectionPath(DeskPath):
    """The same path as the desk sees it, with the correction looked at as it is now and not as it was found."""

    def __init__(self, actor: Actor, at: datetime, consultation: Consultation) -> None:
        unit = consultation.establishment
        place = Workplace(Module(consultation.module), unit.cnes, unit.entity_id, unit.name)
        super().__init__(actor, at, place, consultation.citizen)
        self.consultation = consultation

    @cached_property
    def waits_for_others(self) -> bool:
        """Until the CADSUS answers with something to confirm, or to choose from."""
        return review(self.consultation, at=self.at).verdict.step not in (Step.READY, Step.CHOOSE)

    def desk_turn(self, what: str, route: str, permission: Permission = Permission.SYNCHRONIZE) -> Turn:
        """By who asked, on the chart: what was asked before the correction is asked anew."""
        who = self.consultation.account
        persona = persona_at(who.login, doors.SISREDE_DOOR)
        return replace(
            super().desk_turn(what, "cadsus:citizen_detail", permission),
            name=who.name,
            short=who.name.split()[0],
            role=f"{self.place.module.label}, {self.place.name}",
            persona=persona.key if persona else "",
        )

    def in_hand(self) -> InHand:
        """Whom it is about, as the desk has them."""
        return InHand(label="Nome no SISRede", note=self.citizen.name, value=self.citizen.name)


def _waiting(units: Collection[str], at: datetime) -> list[Consultation]:
    """What these units asked today and is still waiting for a cadastrador, the last one first."""
    day = at.astimezone(BRASILIA).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Consultation.objects.filter(
        outcome__in=list(CORRECTIONS), at__gte=day, at__lte=at, establishment__in=units, citizen__status=F("outcome")
    )
    return list(rows.select_related("citizen__establishment", "establishment", "account").order_by("-at", "-pk")[:MOST])


def _asked_for(waiting: list[Consultation], request: HttpRequest) -> Consultation | None:
    records = _records_of(request)
    if records is None:
        return waiting[0]
    people = list(Person.objects.filter(records).values_list("pk", "cpf", "search_name", "birth_date")[:MOST_RECORDS])
    numbers = set(Cns.objects.filter(person__in=[pk for pk, *_ in people]).values_list("number", flat=True))
    numbers |= {cpf for _, cpf, _, _ in people if cpf}
    named = {(name, birth) for _, _, name, birth in people}
    return next((each for each in waiting if _is_about(each, numbers, named)), None)


def _is_about(asked: Consultation, numbers: Collection[str], named: Collection[tuple[Any, Any]]) -> bool:
    citizen = asked.citizen
    own = {citizen.cpf, citizen.cns, asked.asked_number}
    return not own.isdisjoint(numbers) or (citizen.search_name, citizen.birth_date) in named


def _records_of(request: HttpRequest) -> Q | None:
    """The records that the page is about; None of a page about none."""
    match = request.resolver_match
    kwargs: dict[str, Any] = match.kwargs if match else {}
    name = match.url_name if match else ""
    if name == "unification_preview":
        chosen = [text for text in request.GET.getlist("cadastros") if text.isascii() and text.isdigit()]
        return Q(pk__in=[int(text[:12]) for text in chosen[:MOST_RECORDS]])
    if name == "unification_detail":
        return Q(pk__in=Unification.objects.filter(pk=kwargs["pk"]).values("survivor"))
    return Q(pk=kwargs["pk"]) if "pk" in kwargs else None
