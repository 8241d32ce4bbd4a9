"""Profiles of a state: the FES registers its people, the FMS those of the município, and nobody grants upwards."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from accounts.services.memberships import grant_membership
from common.exceptions import NotPermitted
from common.models import OutboxMessage
from territory.models import Entity
from tests.actors import acting
from tests.factories import NOON, make_entity, make_member, make_membership, make_organisation, make_person, person_of
from tests.gerencia.conftest import make_federal_district, make_state

pytestmark = pytest.mark.django_db
Role, Programme = Membership.Role, Membership.Programme
GERENCIA = Programme.GERENCIA_APS


def grant(by: User, entity: Entity, role: str, programme: str = "") -> Membership:
    person = make_person()
    return grant_membership(
        person_id=person.pk, entity_id=entity.pk, role=role, programme=programme, by=acting(by), at=NOON
    )


def test_each_fund_registers_its_own_gestor_and_no_other() -> None:
    state, town = make_state("12", "AC", "Acre"), make_entity()
    fes, fms = make_organisation(state), make_organisation(town)
    assert (fes.kind, fms.kind) == (Organisation.Kind.FES, Organisation.Kind.FMS)
    for fund, own, foreign in ((fes, state, town), (fms, town, state)):
        with pytest.raises(NotPermitted):
            grant(fund.user, foreign, Role.AB_MANAGER)
        grant(fund.user, own, Role.AB_MANAGER)
        for below in (Role.PROGRAMME_MANAGER, Role.TECHNICAL_MANAGER):
            with pytest.raises(NotPermitted):
                grant(fund.user, own, below, GERENCIA)


def test_nobody_of_a_state_or_of_a_municipality_grants_upwards_or_elsewhere() -> None:
    state, town = make_state("12", "AC", "Acre"), make_entity()
    for own, foreign in ((state, town), (town, state)):
        manager = make_member(Role.AB_MANAGER, own)
        below = make_member(Role.PROGRAMME_MANAGER, own)
        assert grant(manager, own, Role.PROGRAMME_MANAGER, GERENCIA).status == Membership.Status.ACTIVE
        for who, entity, role in (
            (manager, own, Role.AB_MANAGER),
            (manager, foreign, Role.PROGRAMME_MANAGER),
            (below, own, Role.PROGRAMME_MANAGER),
            (below, own, Role.AB_MANAGER),
        ):
            with pytest.raises(NotPermitted):
                grant(who, entity, role, GERENCIA if role == Role.PROGRAMME_MANAGER else "")


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        (lambda: make_state("12", "AC", "Acre"), "GESTOR DO PROGRAMA ESTADUAL"),
        (make_federal_district, "GESTOR DO PROGRAMA ESTADUAL"),
        (make_entity, "GESTOR DO PROGRAMA MUNICIPAL"),
    ],
    ids=["state", "DF", "município"],
)
def test_the_profile_bears_the_name_of_its_entity_on_every_page_and_in_the_mail(
    client: Client, entity: object, name: str
) -> None:
    place: Entity = entity()  # type: ignore[operator]  # a maker of the table
    manager = make_member(Role.AB_MANAGER, place)
    held = grant(manager, place, Role.PROGRAMME_MANAGER, GERENCIA)
    other = {"GESTOR DO PROGRAMA ESTADUAL", "GESTOR DO PROGRAMA MUNICIPAL"} - {name}
    assert name in OutboxMessage.objects.latest("pk").body
    make_membership(person_of(manager), Role.PROGRAMME_MANAGER, place, programme=GERENCIA)
    client.force_login(manager)
    pages = [
        reverse("egestor:home"),
        reverse("egestor:membership_list"),
        reverse("egestor:membership_person", args=[held.person_id]),
        reverse("egestor:membership_add", args=[held.person_id]),
    ]
    for page in pages:
        text = client.get(page).content.decode()
        assert name in text, page
        assert not any(wrong in text for wrong in other), page
