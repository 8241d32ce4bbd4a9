"""The list of personas leads each one to the door by which it enters, filled, and only for who it is."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.personas import Persona, grouped_personas
from common import documents
from config.personas import PERSONAS
from config.seed.entities import ENTITIES
from tests.siops.doors import text_of

pytestmark = pytest.mark.django_db
BY_KEY = {persona.key: persona for persona in PERSONAS}


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO, settings.DEMO_PERSONAS = True, "config.personas.personas_for_sign_in"


def initial(client: Client, route: str, key: str) -> dict[str, Any]:
    answer = client.get(reverse(route), {"persona": key})
    form = answer.context["form" if answer.context.get("form") else "head"]
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def test_the_groups_are_the_entities_and_the_staff_come_last() -> None:
    assert list(grouped_personas(PERSONAS)) == [*(plan.title for plan in ENTITIES), "Equipe do Ministério"]


@pytest.mark.parametrize(
    ("key", "door"),
    [("aracatuba-prefeita", "municipio"), ("bahia-governador", "estado"), ("distritofederal-governadora", "estado")],
)
def test_the_virtual_token_comes_with_cpf_and_door(client: Client, key: str, door: str) -> None:
    assert initial(client, "siops:sign_in_virtual", key) == {"door": door, "cpf": BY_KEY[key].cpf}


def test_the_technician_comes_with_cpf_and_password(client: Client) -> None:
    persona = BY_KEY["riobranco-envio"]
    assert initial(client, "siops:technician_sign_in", persona.key) == {
        "cpf": persona.cpf,
        "password": persona.password,
    }
    assert f'value="{persona.password}"' in text_of(client.get(reverse(persona.door), {"persona": persona.key}))


def test_who_has_no_certificate_is_led_to_ask_for_one(client: Client) -> None:
    persona = BY_KEY["aracatuba-secretario"]
    assert persona.door == "siops:certification_request"
    assert initial(client, persona.door, persona.key) == {"cpf": persona.cpf}


def test_a_persona_fills_only_its_own_door(client: Client) -> None:
    assert initial(client, "siops:technician_sign_in", "aracatuba-prefeita") == {"cpf": None, "password": None}


def test_outside_the_demonstration_nothing_is_filled(client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert initial(client, "siops:technician_sign_in", "riobranco-envio") == {"cpf": None, "password": None}


@pytest.mark.parametrize("persona", [persona for persona in PERSONAS if persona.door], ids=lambda who: who.key)
def test_who_has_a_door_is_led_to_it(client: Client, persona: Persona) -> None:
    answer = client.post(reverse("accounts:continue_as"), {"persona": persona.key, "next": "/siops/gestores/"})
    assert answer["Location"] == f"{reverse(persona.door)}?persona={persona.key}&next=%2Fsiops%2Fgestores%2F"


def test_no_link_of_the_list_carries_a_cpf(client: Client) -> None:
    html = client.get(reverse("accounts:sign_in")).content.decode()
    for persona in PERSONAS:
        if persona.cpf:
            assert f"={persona.cpf}" not in html
            assert documents.format_cpf(persona.cpf) in html
