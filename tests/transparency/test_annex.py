"""The Anexo 12 of what was homologated, its versions and its files; nothing of what was not."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from declarations.models import Declaration
from declarations.services.calendar import keep_calendar
from oversight.models import Opinion
from tests.clock import now
from tests.factories import make_entity, make_user
from tests.factories.declarations import make_declaration, make_period
from tests.in_room import below

pytestmark = pytest.mark.django_db(databases=["default", "control"])
IBGE = "3550308"


@pytest.fixture
def official(db: None) -> Declaration:
    """The 4º of 2026, with the amounts of the consistent example; there was a version before."""
    keep_calendar(at=now())
    fourth = make_period(2026, 4)
    make_declaration(make_entity(), fourth, status="rectified", tables={}, version=1)
    return make_declaration(make_entity(), fourth, status="homologated", version=2, percent=1000)


def get(client: Client, route: str, *args: Any, **query: str) -> Any:
    return client.get(below(reverse(f"transparency:{route}", args=args)), query)


def test_the_page_has_the_whole_tables_and_every_version(client: Client, official: Declaration) -> None:
    text = " ".join(get(client, "annex", IBGE, 2026, 4).content.decode().split())
    assert "Dados homologados em 23/11/2026" in text
    assert text.count("<caption>") == 9
    # III of the example: two thirds of 43.422.000,00.
    assert "28.948.000,00" in text
    assert "EM VIGOR" in text
    former = get(client, "annex", IBGE, 2026, 4, versao="1").content.decode()
    assert "RETIFICADA" in former
    assert get(client, "annex", IBGE, 2026, 4, versao="3").status_code == 404


def test_the_opinion_of_the_conselho_is_published_with_it_once_given(client: Client, official: Declaration) -> None:
    member = make_user()
    opinion = Opinion.objects.create(declaration=official, status="before_council", taken_by=member, taken_at=now())
    assert "Parecer do Conselho" not in get(client, "annex", IBGE, 2026, 4).content.decode()
    opinion.approve(text="Aplicação conferida.", met_on=now().date(), resolution="7/2026", by_id=member.pk, at=now())
    opinion.save()
    assert "Aplicação conferida." in get(client, "annex", IBGE, 2026, 4).content.decode()


@pytest.mark.parametrize("status", ["draft", "transmitted", "returned", "rejected"])
def test_what_is_not_homologated_does_not_exist(client: Client, status: str) -> None:
    keep_calendar(at=now())
    make_declaration(make_entity(), make_period(2026, 4), status=status)
    for route in ("annex", "annex_csv", "annex_json", "annex_pdf"):
        assert get(client, route, IBGE, 2026, 4).status_code == 404
    assert get(client, "annex", IBGE, 1999, 4).status_code == 404


def test_the_files_say_what_the_page_says(client: Client, official: Declaration) -> None:
    lines = b"".join(get(client, "annex_csv", IBGE, 2026, 4).streaming_content).decode().splitlines()
    assert any(line.endswith("Total das Receitas (III);Realizada (b);28.948.000,00") for line in lines)
    body = json.loads(get(client, "annex_json", IBGE, 2026, 4).content)
    assert (body["versao"], body["em_vigor"], body["recibo"]) == (2, True, None)
    cells = {line["linha"]: line["valores"] for part in body["quadros"] for line in part["linhas"]}
    assert cells["III"]["realizada"]["valor"] == "28948000.00"
    # Not before the 6º bimestre.
    assert cells["XIII"]["empenhada"]["valor"] is None
    assert get(client, "annex_pdf", IBGE, 2026, 4).content.startswith(b"%PDF")


def test_a_kept_page_is_asked_for_again_by_its_tag(client: Client, official: Declaration) -> None:
    for route in ("annex", "annex_json", "annex_pdf"):
        first = get(client, route, IBGE, 2026, 4)
        address = below(reverse(f"transparency:{route}", args=[IBGE, 2026, 4]))
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_its_cost_does_not_grow_with_the_versions(client: Client, official: Declaration) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert get(client, "annex", IBGE, 2026, 4).status_code == 200
        return len(queries)

    with_two = cost()
    for version in (3, 4, 5):
        make_declaration(official.entity, official.period, status="rectified", tables={}, version=version)
    assert cost() == with_two
