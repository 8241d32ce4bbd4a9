"""«Monitoramento» (T19) of the entity, and the module of the ministry (MMTC-SIOPS)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from siops.models.scoped import TECHNICIAN
from tests.clock import Clock, now
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.sanctions.support import go, homologate, make_shortfall, midnight
from tests.siops.support import enter, session_of

pytestmark = pytest.mark.django_db(databases=["default", "control"])


@pytest.fixture
def sender(db: None) -> Acting:
    make_period(2026, 6)
    return siops.make_acting(TECHNICIAN, make_entity())


def page(client: Client, name: str = "monitoring", *arguments: Any, query: str = "") -> str:
    response = client.get(below(reverse(f"sanctions:{name}", args=arguments)) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_who_is_regular_reads_so(client: Client, sender: Acting) -> None:
    assert "Nenhuma notificação nem sanção." in page(enter(client, sender))


def test_it_says_whose_turn_it_is_what_restores_and_what_comes(client: Client, sender: Acting, clock: Clock) -> None:
    clock.move_to(midnight(2027, 2, 1))
    go(now() - timedelta(days=60), now())
    text = page(enter(client, sender))
    assert "NOTIFICADO" in text
    assert "Transmitir e homologar o 6º bimestre" in text
    assert "02/03/2027" in text
    assert "03/03/2027" in text
    assert "Decreto 7.827/2012, art. 7º" in text
    homologate(sender.entity, now())
    assert "a homologação entra no arquivo do dia seguinte" in page(client)


def test_the_amounts_are_told_as_simulated(client: Client, sender: Acting) -> None:
    make_shortfall(sender.entity)
    go(midnight(2027, 2, 1), midnight(2027, 2, 28))
    text = page(enter(client, sender))
    assert "100.000,00" in text
    assert "Depositado (R$, simulado)" in text
    assert "Comprovar até" in text
    assert "10/02/2028" in text


def test_the_ministry_counts_and_narrows(sender: Acting) -> None:
    make_shortfall(make_other_entity())
    go(now(), midnight(2027, 2, 1))
    client = session_of(siops.make_coordinator())
    text = page(client, "omission_list")
    assert "?situacao=notified" in text
    assert str(sender.entity) in text
    assert "Nenhum ente nesta situação." in page(client, "omission_list", query="?situacao=restored")
    assert "Rio Branco/AC" in page(client, "shortfall_list")
    assert "Linha do tempo" in page(client, "entity_detail", sender.entity_id)


def test_a_list_costs_the_same_with_one_and_with_many(sender: Acting, django_assert_max_num_queries: Any) -> None:
    client = session_of(siops.make_coordinator())
    make_other_entity()
    go(now(), midnight(2027, 2, 1))
    page(client, "omission_list")
    with django_assert_max_num_queries(9):
        page(client, "omission_list")
