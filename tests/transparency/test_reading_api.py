"""`/v1`: the mirror of the public API of the SIOPS, as a client of the real one asks it."""

import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from declarations.models import Declaration
from declarations.services.calendar import keep_calendar
from tests.clock import now
from tests.factories import make_entity, make_other_entity
from tests.factories.declarations import make_declaration, make_period
from tests.factories.transparency import make_places, publish
from transparency import crowds
from transparency.api import reading

pytestmark = pytest.mark.django_db(databases=["default", "control"])
# The 4º bimestre has the code 18.
ANNEX = "/v1/rreo/municipal/35/355030/2026/18"
EXPENSES = "/v1/despesas-por-subfuncao/35/355030/2026/18"
INDICATORS = "/v1/indicador/municipal/355030/2026/18"


@pytest.fixture
def official(db: None) -> Declaration:
    keep_calendar(at=now())
    make_declaration(make_other_entity(), make_period(2026, 4), status="transmitted")
    return make_declaration(make_entity(), make_period(2026, 4), status="homologated", version=3)


def rows(client: Client, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    found: list[dict[str, Any]] = json.loads(answer.content)
    return found


def test_who_there_is(client: Client, official: Declaration) -> None:
    assert {"co_uf": "12", "sg_uf": "AC", "no_uf": "Acre"} in rows(client, "/v1/ente/estados")
    assert rows(client, "/v1/ente/municipal/35") == [{"co_municipio": "355030", "no_municipio": "São Paulo"}]
    years = rows(client, "/v1/ente/anos")
    assert years[0] == {"ano": "2026", "periodo": "20", "dsPeriodo": "5º Bimestre"}
    assert {"ano": "2025", "periodo": "2", "dsPeriodo": "6º Bimestre / Anual"} in years


def test_the_annex_by_the_published_fields(client: Client, official: Declaration) -> None:
    found = rows(client, ANNEX)
    by_code = {row["coItem"]: row for row in found if row["coItem"]}
    total = by_code["6020"]
    assert (total["vl_coluna3"], total["uf"], total["municipio"], total["periodo"]) == (
        28_948_000, "SP", "São Paulo", "18",
    )  # fmt: skip
    # XVI has its three stages, XVII its one amount in the third column, PCT hundredths as published.
    assert by_code["6048"]["vl_coluna3"] == 4_342_200
    assert by_code["6048"]["vl_coluna1"] is None
    assert by_code["6047"]["vl_coluna1"] > by_code["6047"]["vl_coluna2"] > by_code["6047"]["vl_coluna3"]
    undue = next(row for row in found if "(XIII)" in row["dsItem"])
    assert undue["vl_coluna1"] == -1
    assert (total["dtHomologacao"], total["versao"], total["recibo"]) == ("2026-11-23T12:00:00-03:00", 3, None)


def test_expenses_by_source_add_up_to_group_17(client: Client, official: Declaration) -> None:
    found = rows(client, EXPENSES)
    assert [row["grupo"] for row in found] == [*map(str, range(1, 15)), "17"]
    assert found[0]["dsItem"] == "301 - Atenção Básica - Corrente"
    total = found[-1]
    assert total["vl_coluna10"] == sum(row["vl_coluna10"] for row in found[:-1])
    assert total["vl_coluna10"] == sum(total[f"vl_coluna{place}"] for place in range(1, 10))


def test_the_indicators_have_no_figure_without_data(client: Client, official: Declaration) -> None:
    by_number = {row["numero_indicador"]: row["indicador_calculado"] for row in rows(client, INDICATORS)}
    assert len(by_number) == 14
    assert by_number["2.1"] is None
    assert by_number["3.2"].endswith(" %")


@pytest.mark.parametrize(
    "address",
    [
        "/v1/rreo/municipal/12/120040/2026/18",  # only transmitted
        "/v1/rreo/municipal/35/355030/2026/20",  # nothing
        "/v1/rreo/municipal/35/355030/2026/3",  # no such code
        "/v1/rreo/municipal/12/355030/2026/18",  # another UF
        "/v1/rreo/municipal/35/35503/2026/18",
        "/v1/rreo/municipal/35/35503%25/2026/18",
        "/v1/rreo/municipal/35/355030/99999999999/18",
        "/v1/despesas-por-subfuncao/12/120040/2026/18",
        "/v1/indicador/municipal/120040/2026/18",
        "/v1/ente/municipal/99",
        "/v1/nada",
    ],
)
def test_what_is_not_homologated_is_404_as_problem(client: Client, official: Declaration, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    body = json.loads(answer.content)
    assert (body["status"], bool(body["title"]), bool(body["codigo"])) == (404, True, True)


def test_only_reading_is_answered(client: Client, official: Declaration) -> None:
    answer = client.post(ANNEX)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_known_tag_costs_no_computation(
    client: Client, official: Declaration, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(ANNEX)
    assert not first["ETag"].startswith("W/")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in first["Cache-Control"] or "no-cache" in first["Cache-Control"]
    monkeypatch.setattr(reading, "official_of", None)
    # The calendar, the version, its receipts.
    with django_assert_num_queries(3):
        again = client.get(ANNEX, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    monkeypatch.undo()
    Declaration.objects.filter(pk=official.pk).update(content_hash="1" * 64)
    changed = client.get(ANNEX, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)
    assert client.get(EXPENSES)["ETag"] != changed["ETag"]


def test_a_class_behind_one_address_passes_and_a_flood_waits(
    client: Client, official: Declaration, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 30 people, 20 pages a minute each.
    assert crowds.MOST >= 30 * 20
    monkeypatch.setattr(crowds, "MOST", 2)
    crowd = Client(REMOTE_ADDR="203.0.113.8")
    assert [crowd.get("/v1/ente/anos").status_code for _ in range(3)] == [200, 200, 429]
    refused = crowd.get("/v1/ente/anos")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert json.loads(refused.content)["codigo"] == "busy"
    assert client.get("/v1/ente/anos", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_the_description_is_that_of_the_answers(client: Client, official: Declaration) -> None:
    described = json.loads(client.get("/v1/openapi.json").content)
    publish(make_places(official.entity.uf, 1), make_period(2026, 4))
    filled = {"{uf}": "35", "{ibge6}": "355030", "{ano}": "2026", "{periodo}": "18"}
    for path, methods in described["paths"].items():
        address = f"/v1{path}"
        for name, value in filled.items():
            address = address.replace(name, value)
        schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        checked = Draft202012Validator(schema | {"components": described["components"]})
        assert list(checked.iter_errors(rows(client, address))) == []
    refused = json.loads(client.get("/v1/ente/municipal/99").content)
    assert Draft202012Validator(described["components"]["schemas"]["Problema"]).is_valid(refused)
