"""What the screens of the Gerencia APS show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.offices import PROFILE
from common.actor import Actor
from common.ui import Tone
from gerencia.models import Enrolment, Offer
from gerencia.permissions import Permission
from gerencia.services.windows import last_minute
from territory.models import Entity

PHASE_TONES = {Offer.Phase.UPCOMING: Tone.NEUTRAL, Offer.Phase.OPEN: Tone.SUCCESS, Offer.Phase.CLOSED: Tone.DANGER}


@dataclass(frozen=True)
class OfferRow:
    """An offer as it stands at one instant, with the enrolments of the entities of who looks."""

    offer: Offer
    at: datetime
    places: tuple[tuple[Entity, Enrolment], ...] = ()

    @property
    def phase(self) -> Offer.Phase:
        return self.offer.phase_at(self.at)

    @property
    def tone(self) -> Tone:
        return PHASE_TONES[self.phase]

    @property
    def last_minute(self) -> datetime:
        return last_minute(self.offer.closes_at)

    @property
    def last_letter(self) -> datetime | None:
        limit = self.offer.letters_until
        return last_minute(limit) if limit else None


def offer_rows(actor: Actor, *, at: datetime) -> list[OfferRow]:
    """Every offer, the newest first, with where each entity of the actor stands; three queries."""
    entities = own_entities(actor)
    known = Enrolment.objects.filter(entity__in=entities)
    rows = {(row.offer_id, row.entity_id): row for row in known}

    def at_place(offer: Offer, entity: Entity) -> Enrolment:
        return rows.get((offer.pk, entity.pk)) or Enrolment(offer=offer, entity=entity)

    return [
        OfferRow(offer, at, tuple((entity, at_place(offer, entity)) for entity in entities if offer.accepts(entity)))
        for offer in Offer.objects.visible_to(actor)
    ]


def own_entities(actor: Actor) -> list[Entity]:
    """The entities in which the actor holds the profile of the Gerencia APS."""
    held = {
        office.entity_id
        for office in actor.offices
        if office.entity_id is not None
        and office.kind == PROFILE
        and office.programme == Membership.Programme.GERENCIA_APS
    }
    return list(_entities().filter(pk__in=held).order_by("pk")) if held else []


def find_enrolment(actor: Actor, *, offer_id: int, ibge: str) -> Enrolment | None:
    """The entity of that code in the offer, begun or not; None where it does not exist for the actor."""
    place = Q(municipality=ibge) | Q(municipality=None, uf=ibge)
    entity = _entities().filter(place).first()
    offer = Offer.objects.visible_to(actor).filter(pk=offer_id).first()
    if entity is None or offer is None:
        return None
    if not actor.has_perm(Permission.READ_ENROLMENT, entity):
        return None
    found = Enrolment.objects.filter(offer=offer, entity=entity).select_related("started_by", "enrolled_by").first()
    enrolment: Enrolment = found or Enrolment()
    enrolment.offer, enrolment.entity = offer, entity
    return enrolment


def _entities() -> QuerySet[Entity]:
    return Entity.objects.select_related("municipality__uf", "uf")
