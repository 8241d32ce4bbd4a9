"""The rail of a change of gestores: where it stands, who acts next, and only for the entity of the session."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.personas import Persona
from common.rail import Rail
from siops.models import HealthManager
from siops.rail import FUND, SHORT_LABELS
from siops.services.change_steps import STEPS
from tests.factories import make_organisation, make_other_entity
from tests.factories.siops import Acting
from tests.siops.managers_support import Role, Town, make_town, register
from tests.siops.support import session_of
from tests.siops.test_checklist import give_certificate, put_in_order

pytestmark = pytest.mark.usefixtures("_personas")


def personas() -> list[Persona]:
    """Whoever is in office, by the virtual token; nobody else."""
    held = HealthManager.objects.current().select_related("person")
    return [
        Persona(
            key=f"m{row.pk}",
            role="",
            name=row.person.name,
            login_kind="pf",
            login=row.person.cpf_text,
            door="siops:sign_in_virtual",
        )
        for row in held
    ]


@pytest.fixture
def _personas(settings: Any) -> None:
    settings.DEMO, settings.DEMO_PERSONAS = True, "tests.siops.test_rail.personas"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def rail_of(acting: Acting, route: str = "siops:manager_list") -> Rail:
    answer = session_of(acting).get(reverse(route))
    assert answer.status_code == 200
    assert answer.context["rail"]
    return answer.context["rail"]  # type: ignore[no-any-return]  # a context of a template


def test_every_step_has_a_short_name_and_a_sentence() -> None:
    assert len(SHORT_LABELS) == len(STEPS)
    assert all(step.act for step in STEPS)


def test_who_waits_may_continue_as_who_acts(town: Town, noon: Any) -> None:
    rail = rail_of(town.as_head)

    assert (rail.done, rail.number) == (4, 3)
    assert rail.turn is not None
    assert (rail.turn.name, rail.turn.is_mine) == (town.secretary.person.name, False)
    assert rail.other is not None
    assert rail.other.persona == f"m{town.secretary.pk}"
    assert rail.other.url == reverse("siops:certification_orientation")


def test_who_acts_is_told_what_to_have_and_who_comes_after(town: Town, noon: Any) -> None:
    give_certificate(town.secretary)
    rail = rail_of(town.as_secretary)

    assert rail.turn is not None
    assert rail.turn.is_mine
    assert [thing.note for thing in rail.in_hand] == [STEPS[5].papers]
    assert rail.then is None or rail.then.short == FUND


def test_a_change_of_secretary_brings_the_path_back(town: Town, noon: Any) -> None:
    put_in_order(town)
    assert rail_of(town.as_head).turn is None

    register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)

    rail = rail_of(town.as_head)
    assert rail.steps[2].state == "current"
    assert rail.done < len(STEPS)


def test_the_rail_is_of_the_entity_of_the_session(town: Town, noon: Any) -> None:
    other = make_town(make_other_entity())
    make_organisation(other.entity)
    client = session_of(town.as_head)
    # Its own page lists no other entity either.
    text = client.get(reverse("siops:manager_list")).content.decode()

    for told in (other.secretary.person.name, other.head.person.name, str(other.entity)):
        assert told not in text


def test_without_a_session_of_the_siops_there_is_none(town: Town) -> None:
    answer = Client().get(reverse("siops:certification_orientation"))
    assert not answer.context["rail"]


def test_it_costs_three_queries(town: Town, noon: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO_PERSONAS = ""
    client = session_of(town.as_head)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("siops:letter_list"))
        return len(queries)

    cost()
    with_rail = cost()
    monkeypatch.setattr("common.rail.rail_paths", tuple)
    assert with_rail - cost() <= 3
