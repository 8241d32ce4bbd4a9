"""MMTC and the public timeline of a município."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from declarations.services.calendar import keep_calendar
from sanctions.models import Omission, SanctionEvent
from tests.clock import now
from tests.factories import make_entity, make_other_entity
from tests.factories.declarations import make_period
from tests.in_room import below
from tests.papers import words_of
from tests.sanctions.support import make_shortfall

pytestmark = pytest.mark.django_db(databases=["default", "control"])
DAY = date(2026, 1, 31)


def get(client: Client, route: str, *args: Any, **query: str) -> Any:
    return client.get(below(reverse(f"transparency:{route}", args=args)), query)


@pytest.fixture(autouse=True)
def cases(db: None) -> None:
    """São Paulo below the minimum, Rio Branco notified; both have a timeline."""
    keep_calendar(at=now())
    make_shortfall(make_entity())
    omitted = make_other_entity()
    Omission.objects.create(entity=omitted, period=make_period(2025, 6), notified_on=DAY)
    SanctionEvent.objects.create(entity=omitted, year=2025, kind=SanctionEvent.Kind.NOTIFIED, on=DAY)
    SanctionEvent.objects.create(
        entity=make_entity(), year=2025, kind=SanctionEvent.Kind.DIRECTED, on=DAY + timedelta(days=40), amount=123_456
    )


def test_both_lists_and_their_files(client: Client) -> None:
    text = " ".join(get(client, "sanction_list").content.decode().split())
    assert "NOTIFICADO" in text
    assert "DESCUMPRIU" in text
    only_acre = get(client, "sanction_list", uf="AC").content.decode()
    assert "NOTIFICADO" in only_acre
    assert "DESCUMPRIU" not in only_acre
    found = json.loads(get(client, "sanction_json").content)["casos"]
    assert [(row["uf"], row["motivo"]) for row in found] == [
        ("AC", "6º bimestre não homologado"),
        ("SP", "Abaixo do mínimo"),
    ]
    lines = b"".join(get(client, "sanction_csv").streaming_content).decode().splitlines()
    assert any(line.startswith("AC;Rio Branco/AC;2025;") for line in lines)
    paper = words_of(get(client, "sanction_pdf", uf="AC").content)
    assert "Rio Branco/AC" in paper
    assert "São Paulo/SP" not in paper


def test_the_timeline_is_of_one_municipio(client: Client) -> None:
    text = " ".join(get(client, "entity_detail", "3550308").content.decode().split())
    assert "Parcela direcionada à conta do fundo de saúde" in text
    assert "1.234,56" in text
    assert "Notificado:" not in text


def test_the_cost_does_not_grow(client: Client, django_assert_num_queries: Any) -> None:
    # Both lists and the UFs.
    with django_assert_num_queries(3):
        get(client, "sanction_list")
