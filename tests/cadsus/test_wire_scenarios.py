"""The scenarios on the wire: those of the CADSUS by the same list as on the screens, and those of the way."""

from __future__ import annotations

from typing import Any

import pytest

from cadsus.api import oids, pdq, rehearsal
from common.switch_choices import CadsusScenario
from tests.cadsus import wire
from tests.cadsus.wire import Reply, by_birth, by_id, by_name, post, query
from tests.switches import Switch

pytestmark = pytest.mark.django_db


def ask(scenario: str) -> Reply:
    person = wire.make_known()
    return post(query(by_id(str(person.cpf))), HTTP_X_SIMULADOR_CENARIO=scenario)


def numbers(answer: Reply) -> list[list[str]]:
    """The kinds of the CNS numbers of each record, "" for one that is not told."""
    records = answer.root.iter(f"{{{oids.HL7}}}patientPerson")
    found = []
    for record in records:
        ids = [list(other) for other in record.iterfind(f"{{{oids.HL7}}}asOtherIDs")]
        cns = [one for one in ids if one[0].get("root") == oids.CNS]
        found.append([str(one[1].get("extension") or "") if one[1].get("root") == oids.CNS_KIND else "" for one in cns])
    return found


@pytest.mark.parametrize(
    ("scenario", "path", "attribute", "value"),
    [
        ("obito", "patientPerson/deceasedTime", "value", "20260131000000"),
        ("inativo", "patient/statusCode", "code", "inactive"),
        ("protegido", "patient/confidentialityCode", "code", "R"),
    ],
)
def test_a_record_changes_as_on_the_screens(scenario: str, path: str, attribute: str, value: str) -> None:
    answer = ask(scenario)
    assert answer.value(path, attribute) == value
    assert answer.headers["X-Simulador-Cenario"] == scenario


def test_names_and_numbers_change_as_on_the_screens() -> None:
    assert ask("nome-casada").names == ["MARIA EXEMPLO DA SILVA PEROBA"]
    assert b"<given>ANA EXEMPLO</given>" not in ask("sem-mae").content
    assert oids.CPF.encode() + b'" extension' not in ask("sem-cpf").content.partition(b"queryByParameter")[0]
    assert len(ask("homonimos").names) == 3
    assert numbers(ask("dois-definitivos")) == [["D", "P"], ["D", "P"]]
    assert numbers(ask("so-provisorio")) == [["P"]]
    assert numbers(ask("sem-tipo")) == [["", ""]]
    assert numbers(ask("cns-ordem")) == [["P", "D"]]
    assert numbers(ask("mudou-cns")) == [["D", "P"]]


def test_the_switch_of_the_room_is_a_scenario_without_a_header(switch: Switch) -> None:
    switch(cadsus_scenario=CadsusScenario.DEATH)
    assert ask("").value("patientPerson/deceasedInd") == "true"
    assert ask("ok").value("patientPerson/deceasedInd") == "false"
    switch(cadsus_scenario=CadsusScenario.DOWN)
    assert ask("").status == 503


MANY: dict[str, Any] = {"HTTP_X_SIMULADOR_CENARIO": "muitos"}
BY_DATA = (by_name("MARIA EXEMPLO DA SILVA"), by_birth("19870115"))


@pytest.mark.parametrize("by_data", [False, True], ids=["by number", "by personal data"])
def test_many_come_page_by_page_and_the_rest_needs_no_header(by_data: bool) -> None:
    person, shown = wire.make_known(), f"jwt {wire.token()}"
    asked = query(*(BY_DATA if by_data else [by_id(str(person.cpf))]))
    first = post(asked, shown=shown, **MANY)
    assert (first.counts, first.value("patientPerson/birthTime")) == ((25, 10, 15), "19870115000000")
    pages = [first, *(post(wire.continuation(), shown=shown) for _ in range(2))]
    assert [page.counts for page in pages[1:]] == [(25, 10, 5), (25, 5, 0)]
    mothers = [
        str(each.text)
        for page in pages
        for each in page.root.iterfind(f".//{{{oids.HL7}}}relationshipHolder1/{{*}}name/{{*}}given")
        if each.text != person.father
    ]
    assert len(set(mothers)) == 25
    assert {name for page in pages for name in page.names} == {person.name}


def test_many_of_nobody_are_none() -> None:
    assert post(query(by_id("898001160366001")), **MANY).code == "NF"


def test_the_switch_of_the_room_makes_many_too(switch: Switch) -> None:
    switch(cadsus_scenario=CadsusScenario.MANY)
    person = wire.make_known()
    assert ask("ok").counts == (1, 1, 0)
    assert post(query(by_id(str(person.cpf)))).counts == (25, 10, 15)


def test_silence_lasts_longer_than_any_client_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("interop.scenarios.time.sleep", slept.append)
    answer = ask("timeout")
    assert (answer.status, slept) == (504, [60.0])
    assert b"soap:Fault" in answer.content


def test_made_up_people_count_in_a_search_as_well() -> None:
    wire.make_known()
    asked = query(by_name("MARIA EXEMPLO DA SILVA"), by_birth("19870115"))
    assert post(asked, HTTP_X_SIMULADOR_CENARIO="homonimos").counts == (3, 3, 0)


@pytest.mark.parametrize(
    ("scenario", "status", "body"),
    [
        ("fault-500", 500, b"soap:Fault"),
        ("fault-200", 200, b"soap:Fault"),
        ("html-200", 200, b"<html"),
        ("vazio-200", 200, b""),
        ("token-401", 401, b"OSB_SEM_AUTENTICACAO"),
        ("indisponivel", 503, b"soap:Fault"),
        ("429", 429, b"soap:Fault"),
        ("502", 502, b"soap:Fault"),
        ("lento:1", 200, b"PRPA_IN201306UV02"),
    ],
)
def test_what_goes_wrong_on_the_way(scenario: str, status: int, body: bytes) -> None:
    answer = ask(scenario)
    assert (answer.status, body in answer.content, bool(answer.content)) == (status, True, bool(body))
    assert answer.headers["X-Simulador-Cenario"] == scenario


def test_an_error_goes_away_after_so_many_times() -> None:
    shown = f"jwt {wire.token()}"
    message = query(by_id("898001160366001"))
    tries = [
        post(message, shown=shown, HTTP_X_SIMULADOR_CENARIO="indisponivel;vezes=2", REMOTE_ADDR="192.0.2.7")
        for _ in range(4)
    ]
    assert [answer.status for answer in tries] == [503, 503, 200, 200]
    assert [answer.headers["X-Simulador-Cenario"] for answer in tries] == ["indisponivel"] * 2 + ["ok"] * 2


@pytest.mark.parametrize(
    "name", ["muito", "cpf-suspenso", "ok;vezes=0", "ok;vezes=", "ok;vezes=1e3", "ok;outro=2", ";"]
)
def test_an_unknown_scenario_is_a_fault_that_names_those_there_are(name: str) -> None:
    answer = ask(name)
    assert answer.status == 500
    assert all(known in answer.content.decode() for known in ("fault-200", "homonimos", "cns-ordem", "vezes=N"))


def test_each_scenario_of_the_door_is_described() -> None:
    assert pdq.DOOR.scenarios == rehearsal.KNOWN
    assert all(rehearsal.KNOWN.values())
