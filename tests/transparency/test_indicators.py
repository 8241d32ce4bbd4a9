"""The fourteen indicators: each quotient by hand, and «sem dado» where a part of it was not declared."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from declarations.engine import records
from declarations.engine.case import Case
from declarations.engine.context import Context
from declarations.engine.declaration import Table
from declarations.engine.samples import example
from declarations.services.calendar import keep_calendar
from tests.clock import now
from tests.factories import make_entity
from tests.factories.declarations import make_declaration, make_period
from tests.in_room import below
from tests.papers import words_of
from transparency.charts import FOOT, TOP, chart_of
from transparency.indicators import INDICATORS, NO_DATA, figure_of

REAIS = 100
TOLD = {
    "RECEITA_TOTAL": 60_000_000,
    "TRANSFERENCIAS_TOTAL": 50_000_000,
    "TRANSFERENCIAS_UNIAO": 30_000_000,
    "PESSOAL": 6_000_000,
    "MEDICAMENTOS": 300_000,
    "TERCEIROS_PJ": 1_200_000,
    "INVESTIMENTOS": 180_000,
    "SEM_FINS_LUCRATIVOS": 600_000,
}


def case(told: dict[str, int], population: int | None = None) -> Case:
    """The example of the 6º: revenues of 43.422.000, expenses of 14.640.000 (all committed)."""
    declaration = example(6)
    table: Table = {(code,): (amount * REAIS,) for code, amount in told.items()}
    declaration = replace(declaration, tables=declaration.tables | {records.INDICATOR_VALUES.name: table})
    return Case(declaration, Context(ibge7="1300144", year=2026, bimester=6, population=population))


def texts(of: Case) -> dict[str, str]:
    return {indicator.number: figure_of(indicator, of).text for indicator in INDICATORS}


def test_each_by_hand() -> None:
    assert texts(case(TOLD, population=10_000)) == {
        "1.1": "4,70 %",
        "1.2": "83,33 %",
        "1.3": "15,60 %",
        "1.4": "92,31 %",
        "1.5": "24,00 %",
        "1.6": "72,37 %",
        "2.1": "R$ 1.464,00",
        "2.2": "40,98 %",
        "2.3": "2,05 %",
        "2.4": "8,20 %",
        "2.5": "1,23 %",
        "2.6": "4,10 %",
        "3.1": "53,28 %",
        # Truncated, as the Anexo 12 publishes it.
        "3.2": "17,09 %",
    }


def test_what_was_not_declared_is_no_figure() -> None:
    found = texts(case({}))
    declared = {"1.4", "3.1", "3.2"}
    assert {number for number, text in found.items() if text != NO_DATA} == declared
    zero = texts(case(TOLD | {"RECEITA_TOTAL": 0}))
    assert [zero[number] for number in ("1.1", "1.2", "1.6")] == [NO_DATA] * 3


def test_a_chart_draws_what_there_is() -> None:
    chart = chart_of([("1º", 50, "0,50 %"), ("2º", None, NO_DATA), ("3º", 100, "1,00 %"), ("4º", -5, "-0,05 %")])
    assert [bar.height for bar in chart.bars] == [(FOOT - TOP) // 2, 0, FOOT - TOP, 0]
    assert [bar.has_data for bar in chart.bars] == [True, False, True, True]
    assert [bar.height for bar in chart_of([("1º", 0, "0,00 %")]).bars] == [0]


@pytest.mark.django_db(databases=["default", "control"])
def test_the_page_shows_each_with_its_table(client: Client, django_assert_max_num_queries: Any) -> None:
    keep_calendar(at=now())
    for bimester in (1, 2, 3, 4):
        make_declaration(make_entity(), make_period(2026, bimester), status="homologated")
    make_declaration(make_entity(), make_period(2026, 5), status="transmitted")
    address = below(reverse("transparency:indicator_list", args=["3550308", 2026]))
    with django_assert_max_num_queries(7):
        html = client.get(address).content.decode()
    assert html.count('<section class="indicator"') == 14
    assert html.count("<svg") == 3
    assert html.count("Sem dado em 2026") == 11
    assert "não homologado" in html
    body = json.loads(client.get(below(reverse("transparency:indicator_json", args=["3550308", 2026]))).content)
    per_capita = next(each for each in body["indicadores"] if each["numero"] == "2.1")
    assert [each["valor"] for each in per_capita["bimestres"]] == [None] * 6
    answer: Any = client.get(below(reverse("transparency:indicator_csv", args=["3550308", 2026])))
    assert "sem dado" in b"".join(answer.streaming_content).decode()
    paper = client.get(below(reverse("transparency:indicator_pdf", args=["3550308", 2026])))
    assert "Despesa com saúde por habitante" in words_of(paper.content)
