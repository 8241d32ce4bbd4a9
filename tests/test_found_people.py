"""Whoever «Buscar» found is who the form sends: a name is for reading, and the CPF may not be another one by then."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from common.exceptions import RuleBroken
from common.forms.people import CONFIRM
from egestor.forms.tokens import ConfirmedResponsibleForm
from siops.services.letters import send_letter
from tests.factories import NOON, make_member, make_organisation, make_person
from tests.siops.managers_support import Role, Town, make_town, refused, register, register_sender

pytestmark = pytest.mark.django_db


def send(town: Town, name: str) -> Any:
    return send_letter(
        entity_id=town.entity.pk,
        cpf=make_person().cpf_text,
        name=name,
        email="prefeito@gravata.sp.gov.br",
        phone="1132100101",
        position="Prefeito",
        starts_on=NOON.date(),
        files={},
        by=town.as_secretary,
        at=NOON,
    )


@pytest.mark.parametrize(
    "named",
    [
        lambda town: register(town.as_head, Role.SECRETARY, name="Outra Pessoa", replaces_id=town.secretary.pk),
        lambda town: register(town.as_secretary, Role.COUNCIL, name="Outra Pessoa"),
        lambda town: register_sender(town.as_secretary, name="Outra Pessoa", replaces_id=town.technician.pk),
        lambda town: send(town, "Outra Pessoa"),
    ],
    ids=["secretary", "council", "technician", "letter"],
)
def test_a_service_asks_again_whose_name_it_is(named: Any) -> None:
    town = make_town()
    refusal = refused(lambda: named(town))
    assert isinstance(refusal, RuleBroken)
    assert ("name", "name_differs") in [(one.field, one.code) for one in refusal.broken]


@pytest.mark.parametrize("confirmed", ["", "52998224725"])
def test_the_cpf_sent_is_the_one_that_was_shown(client: Client, confirmed: str) -> None:
    fund, person = make_organisation(), make_person()
    typed = {"cpf": person.cpf, "confirmed_cpf": confirmed}
    client.force_login(fund.user)
    assert CONFIRM in client.post(reverse("egestor:ab_manager"), typed | {"salvar": "1"}).content.decode()
    client.force_login(make_member(Membership.Role.AB_MANAGER, fund.entity))
    page = client.post(reverse("egestor:membership_create"), typed | {"adicionar": "1"}).content.decode()
    assert CONFIRM in page
    assert not person.memberships.exists()
    assert ConfirmedResponsibleForm(typed).errors["cpf"] == [ConfirmedResponsibleForm.confirm_message]


@pytest.mark.parametrize("confirmed", ["", "52998224725"])
def test_a_certificate_is_asked_for_who_was_shown(client: Client, confirmed: str) -> None:
    town = make_town()
    typed = {"cpf": town.secretary.person.cpf, "confirmed_cpf": confirmed, "enviar": "1"}
    page = client.post(reverse("siops:certification_request"), typed, follow=True)
    assert CONFIRM in page.content.decode()
