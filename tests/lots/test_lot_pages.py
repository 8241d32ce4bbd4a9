"""The pages of the lots: what they say, and that they cost the same with more rows."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from lots.models import Lot, Pace
from lots.services import steering
from registry.models import Person
from tests.cadsus.sisrede import Network, at_desk
from tests.clock import now
from tests.factories import make_person
from tests.factories.cadsus import sisrede_session
from tests.in_room import below
from tests.lots.night import begin, read, work

pytestmark = pytest.mark.django_db(databases=["default", "control"])


def url(name: str, *args: Any) -> str:
    return below(reverse(f"lots:{name}", args=args))


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_started_watched_and_finished(network: Network, it: User) -> None:
    changed = network.citizen(make_person())
    network.synchronize(changed)
    Person.objects.filter(citizens=changed).update(name="NOVO NOME DE ENSAIO")
    network.citizen(make_person())
    client = sisrede_session(it)
    client.post(url("lot_start"), {"pace": Pace.CLASS, "when": "now"})
    lot = Lot.objects.get()
    assert "EM EXECUÇÃO" in text_of(client, url("lot_detail", lot.pk))
    assert 'hx-trigger="every 3s"' in text_of(client, url("lot_progress", lot.pk))
    work(lot, slices=1)
    told = client.get(url("lot_progress_json", lot.pk)).json()
    assert (told["situacao"], told["pessoas"], told["fatias"], told["fatias_feitas"]) == ("running", 2, 3, 1)

    work(lot)
    ended = client.get(url("lot_progress", lot.pk))
    assert ended["HX-Refresh"] == "true"
    assert "hx-trigger" not in ended.content.decode()
    told = client.get(url("lot_progress_json", lot.pk)).json()
    assert told["resultados"] == {"to_synchronize": 1, "different": 1}
    assert told["por_cento"] == 100
    report = text_of(client, url("lot_report", lot.pk))
    assert "0101/01" in report
    people = text_of(client, f"{url('lot_people', lot.pk, network.unit.cnes)}?microarea={network.microarea.pk}")
    assert "Diferente do CADSUS" in people
    assert "Nome" in people
    csv = b"".join(client.get(url("lot_csv", lot.pk)).streaming_content).decode()  # type: ignore[attr-defined]
    assert f"{network.unit.cnes};Centro de Saúde Vila Jatobá;0101/01;2;0;1;1;0" in csv


def test_a_second_lot_is_refused_in_words(network: Network, it: User) -> None:
    begin(network, at_desk(it))
    response = sisrede_session(it).post(url("lot_start"), {"pace": Pace.CLASS, "when": "now"})
    assert "Já existe lote em execução para este município." in response.content.decode()
    assert Lot.objects.count() == 1


def test_two_nights_are_compared(network: Network, it: User) -> None:
    citizen = network.citizen(make_person())
    client = sisrede_session(it)
    first = begin(network, at_desk(it))
    work(first)
    assert "Não há outra noite" in text_of(client, url("lot_compare", first.pk))
    network.synchronize(citizen)
    second = begin(network, at_desk(it))
    work(second)
    page = text_of(client, url("lot_compare", second.pk))
    assert "+1" in page
    assert "-1" in page
    assert f"com={first.pk}" not in page
    assert client.get(f"{url('lot_compare', second.pk)}?com=nada").status_code == 200


def test_pages_of_names_go_on_behind_the_last(network: Network, it: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lots.services.reading.PAGE", 2)
    citizens = [network.citizen(make_person()) for _ in range(3)]
    lot = begin(network, at_desk(it))
    work(lot)
    client = sisrede_session(it)
    address = f"{url('lot_people', lot.pk, network.unit.cnes)}?microarea={network.microarea.pk}"
    first = text_of(client, address)
    assert [c.chart in first for c in citizens] == [True, True, False]
    second = text_of(client, f"{address}&depois=1-{citizens[1].pk}")
    assert [c.chart in second for c in citizens] == [False, False, True]
    assert client.get(f"{url('lot_people', lot.pk, network.unit.cnes)}?microarea=x").status_code == 404


@pytest.mark.parametrize("name", ["lot_list", "lot_detail", "lot_report"])
def test_more_rows_cost_no_more_queries(network: Network, it: User, name: str) -> None:
    client = sisrede_session(it)
    costs = []
    for _ in range(2):
        for _ in range(3):
            network.citizen(make_person())
        lot = begin(network, at_desk(it), pace=Pace.CLASS)
        work(lot)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(name, *([] if name == "lot_list" else [lot.pk])))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_lot_that_is_cancelled_offers_nothing_more(network: Network, it: User) -> None:
    lot = begin(network, at_desk(it))
    steering.cancel_lot(lot_id=lot.pk, by=at_desk(it), at=now())
    page = text_of(sisrede_session(it), url("lot_detail", lot.pk))
    assert "Retomar" not in page
    assert "Pausar" not in page
    assert read(lot).reason in page
