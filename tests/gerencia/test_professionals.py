"""«Condicionante»: nobody before the entity, nobody of another entity."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import ProfessionalLink, User
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from gerencia.models import EnrolledProfessional, Offer
from gerencia.services import enrolments, professionals
from registry.models import Person
from territory.models import Entity
from tests.actors import acting
from tests.clock import now, today
from tests.factories import (
    make_establishment,
    make_other_entity,
    make_person,
    make_professional_link,
)
from tests.gerencia.conftest import make_gerencia_manager
from tests.gerencia.test_enrolments import REASON, enrol


def worker(entity: Entity) -> Person:
    person = make_person()
    make_professional_link(person, make_establishment(entity))
    return person


def inscribe(offer: Offer, entity: Entity, by: User, person: Person, **changes: Any) -> EnrolledProfessional:
    given: dict[str, Any] = {"cpf": person.cpf, "level": "aps", "protected_hours": 4}
    return professionals.enrol_professional(
        offer_id=offer.pk, entity_id=entity.pk, by=acting(by), at=now(), **(given | changes)
    )


def refused(code: str, words: str, offer: Offer, entity: Entity, by: User, person: Person, **changes: Any) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(RuleBroken, match=words) as told:
        inscribe(offer, entity, by, person, **changes)
    assert told.value.code == code
    assert AuditEvent.objects.count() == before


def test_blocked_then_enrolled(practice: Offer, municipality: Entity, manager: User) -> None:
    person = worker(municipality)
    refused("condition", "condicionada à adesão formal", practice, municipality, manager, person)
    draft = enrol(practice, municipality, manager)
    row = inscribe(practice, municipality, manager, person)
    assert (row.enrolment, row.person, row.protected_hours) == (draft, person, 4)
    refused("already", "já está inscrito", practice, municipality, manager, person)


def test_only_who_works_there_now(practice: Offer, municipality: Entity, manager: User) -> None:
    enrol(practice, municipality, manager)
    words = "não tem vínculo em vigor no CNES"
    refused("no_link", words, practice, municipality, manager, worker(make_other_entity()))
    refused("no_link", words, practice, municipality, manager, make_person())
    former = worker(municipality)
    ProfessionalLink.objects.filter(person=former).update(ended_on=today().replace(day=1))
    refused("no_link", words, practice, municipality, manager, former)


@pytest.mark.parametrize(("hours", "fits"), [(0, False), (1, True), (40, True), (41, False)])
def test_the_hours_fit_a_week(practice: Offer, municipality: Entity, manager: User, hours: int, fits: bool) -> None:
    enrol(practice, municipality, manager)
    person = worker(municipality)
    if fits:
        inscribe(practice, municipality, manager, person, protected_hours=hours)
    else:
        refused("hours", "de 1 a 40 horas", practice, municipality, manager, person, protected_hours=hours)
        row = EnrolledProfessional.objects
        with pytest.raises(IntegrityError), transaction.atomic():
            row.create(protected_hours=hours, enrolled_at=now())


def test_who_may(practice: Offer, municipality: Entity, manager: User) -> None:
    enrol(practice, municipality, manager)
    with pytest.raises(NotPermitted):
        inscribe(practice, municipality, make_gerencia_manager(make_other_entity()), worker(municipality))


def test_the_entity_withdraws_only_without_professionals(practice: Offer, municipality: Entity, manager: User) -> None:
    enrolment = enrol(practice, municipality, manager)
    row = inscribe(practice, municipality, manager, worker(municipality))
    given: dict[str, Any] = {"enrolment_id": enrolment.pk, "reason": REASON, "by": acting(manager), "at": now()}
    with pytest.raises(RuleBroken, match="Cancele antes a inscrição"):
        enrolments.withdraw_enrolment(**given)
    professionals.cancel_professional(professional_id=row.pk, by=acting(manager), at=now())
    with pytest.raises(NotAllowedNow):
        professionals.cancel_professional(professional_id=row.pk, by=acting(manager), at=now())
    assert enrolments.withdraw_enrolment(**given).status == "withdrawn"
