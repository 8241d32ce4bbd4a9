"""What the screens of the Gerencia APS show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django_fsm import can_proceed

from accounts.models import Membership, ProfessionalLink
from accounts.offices import PROFILE
from accounts.personas import Persona, demo_people
from common.actor import Actor
from common.ui import NOTHING, Check, Tone
from gerencia.models import Enrolment, Note, Offer, OfficialLetter
from gerencia.models.notes import NoteQuerySet
from gerencia.permissions import Permission
from gerencia.services.windows import in_words, last_minute
from pki.authority.holders import ascii_name
from siops.models import HealthManager
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


def may_send_letter(enrolment: Enrolment) -> bool:
    """Whether the adesão is still where an ofício may begin it."""
    return can_proceed(enrolment.receive_letter)


def every_entity() -> list[Entity]:
    """For the desk, which registers what anybody sent: the refusal of a município is part of the lesson."""
    return sorted(_entities(), key=lambda entity: (entity.kind != Entity.Kind.STATE, str(entity)))


def demo_signatories(entity: Entity, *, at: datetime) -> list[Persona]:
    """Whose CPF serves in the demonstration: the Secretário/a of the entity."""
    role = HealthManager.Role.SECRETARY
    held = HealthManager.objects.in_office_at(at).filter(entity=entity, role=role)
    return demo_people(ibge=entity.ibge, among=set(held.values_list("person__cpf", flat=True)))


def letter_checks(letter: OfficialLetter) -> list[Check]:
    """The facts of an ofício, each beside its rule; what only a person can tell is to be looked at."""
    enrolment, sent_at = letter.enrolment, letter.sent_at
    limit = enrolment.offer.letters_until
    in_time = sent_at is not None and limit is not None and sent_at < limit
    secretaries = HealthManager.objects.current().filter(entity=enrolment.entity, role__in=HealthManager.SECRETARIAT)
    names = {ascii_name(name) for name in secretaries.values_list("person__name", flat=True)}
    known = True if ascii_name(letter.signatory_name) in names else None
    return [
        Check("Ente", f"{enrolment.entity} ({enrolment.entity.get_kind_display()})", "Só gestores estaduais", True),
        Check(
            "Enviado em",
            f"{in_words(sent_at)}, {letter.get_channel_display()}" if sent_at else NOTHING,
            f"Até {in_words(last_minute(limit))}" if limit else NOTHING,
            in_time,
        ),
        Check("Cargo", letter.get_signatory_role_display(), "Secretário(a) ou Coordenador(a) de APS", True),
        Check("Assinatura do PDF", letter.signer, "Íntegra, do próprio signatário", True),
        Check(
            "Signatário",
            letter.signatory_name,
            "Em exercício no ente",
            known,
            "Consta no SIOPS como Secretário(a) do ente." if known else "Não consta no SIOPS: olhe o ato de nomeação.",
        ),
    ]


def demo_professionals(entity: Entity, *, at: datetime) -> list[Persona]:
    """Whose CPF serves in the demonstration: who works in a house of the entity now."""
    links = ProfessionalLink.objects.in_force_at(at).filter(establishment__entity=entity)
    return demo_people(ibge=entity.ibge, among=set(links.values_list("person__cpf", flat=True)))


def notes_to_sign(actor: Actor) -> list[Note]:
    """Notas before which it is the actor's turn."""
    mine = Note.objects.in_turn().filter(Q(turn_of=actor.account_id))
    return list(mine.select_related("offer").order_by("written_at", "pk"))


def notes_at_the_desk(actor: Actor) -> NoteQuerySet:
    """What waits for a signature: of who signs the own turns, of who only reads all."""
    rows = Note.objects.visible_to(actor).in_turn()
    return rows.filter(Q(turn_of=actor.account_id)) if actor.has_perm(Permission.WRITE_NOTE) else rows
