"""CadsusService v5r0: what is found, what is refused, and how the answers are written."""

from __future__ import annotations

import random
from typing import Any

import pytest
from lxml import etree

from cadsus.api import legacy, v5r0, v5r0_types
from cadsus.scenarios import SCENARIOS
from common.switch_choices import CadsusScenario
from pki import services as pki
from registry import quality
from registry.models import Cns, Person
from rnds.services import systems
from tests.actors import acting
from tests.cadsus import wire
from tests.cadsus.test_wire_fuzz import PIECES, damaged
from tests.cadsus.wire import SOAP_11, SOAP_12, Reply
from tests.clock import now
from tests.factories import make_person
from tests.factories.credentials import make_credential
from tests.switches import Switch

pytestmark = pytest.mark.django_db
USER = (
    '<c:CNESUsuario xmlns:c="http://servicos.saude.gov.br/wsdl/mensageria/v5r0/cnesusuario"><c:CNES>6963447</c:CNES>'
    "<c:Usuario>LEONARDO</c:Usuario></c:CNESUsuario>"
)
FILTER = "http://servicos.saude.gov.br/wsdl/mensageria/v5r0/filtropesquisa"


def search(inside: str, *, kind: str = "IDENTICA", user: str = USER) -> str:
    return (
        f'<cad:requestPesquisar xmlns:cad="{v5r0_types.SPACE}">{user}<f:FiltroPesquisa xmlns:f="{FILTER}">{inside}'
        f"<f:tipoPesquisa>{kind}</f:tipoPesquisa></f:FiltroPesquisa><cad:higienizar>0</cad:higienizar>"
        "</cad:requestPesquisar>"
    )


def by_cpf(cpf: str | None) -> str:
    return f'<f:CPF><p:numeroCPF xmlns:p="urn:qualquer">{cpf}</p:numeroCPF></f:CPF>'


def consult(cns: str) -> str:
    return (
        f'<requestConsultar xmlns="{v5r0_types.SPACE}">{USER}<CNS><numeroCNS>{cns}</numeroCNS></CNS></requestConsultar>'
    )


def calculate(inside: str) -> str:
    name = "requestCalcularGrauDeQualidade"
    return f'<{name} xmlns="{v5r0_types.SPACE}">{USER}<UsuarioSUS>{inside}</UsuarioSUS></{name}>'


@pytest.fixture
def header() -> str:
    """The WS-Security of a system of an active credential."""
    pki.ensure_authorities(at=now())
    credential = make_credential()
    access, password = systems.create_access(
        credential_id=credential.pk, username="hospital.ensaio", by=acting(credential.request.requested_by), at=now()
    )
    return wire.security(access.username, password)


@pytest.fixture
def ask(header: str) -> Any:
    def call(message: str | bytes, space: str = SOAP_12, **environ: Any) -> Reply:
        body = wire.envelope(message, space, header) if isinstance(message, str) else message
        return wire.post(body, shown="", application=legacy.application, PATH_INFO=legacy.PATH, **environ)

    return call


def texts(answer: Reply, name: str) -> list[str]:
    """What every element of this local name says, in order."""
    return ["".join(map(str, each.itertext())) for each in answer.root.iter(f"{{*}}{name}")]


def test_a_person_is_found_by_cpf_and_told_as_the_service_does(ask: Any) -> None:
    person = wire.make_known(father="JOSÉ & FILHO")
    answer = ask(search(by_cpf(person.cpf)))
    assert answer.status == 200
    assert len(texts(answer, "ResultadoPesquisa")) == 1
    told = {name: texts(answer, name) for name in ("numeroCNS", "tipoCartao", "Nome", "dataNascimento", "Situacao")}
    assert told == {
        "numeroCNS": [person.cns],
        "tipoCartao": ["D"],
        "Nome": [person.name, "ANA EXEMPLO", "JOSÉ & FILHO"],
        "dataNascimento": ["1987-01-15"],
        "Situacao": ["true"],
    }
    assert texts(answer, "codigoMunicipio") == ["355030", "355030"]
    assert texts(answer, "percentualQualidade") == [str(quality.degree(person))]
    # Some clients read by these very prefixes.
    for text in (
        b"<soap:Envelope ",
        b"<S:Body ",
        b"<cad:responsePesquisar ",
        b'<res:ResultadoPesquisa xmlns:res="http://servicos.saude.gov.br/wsdl/mensageria/v5r0/resultadopesquisa">',
        b'/schema/cadsus/v5r0/cns">%s</ns4:numeroCNS>' % str(person.cns).encode(),
    ):
        assert text in answer.content


def test_nobody_is_an_answer_without_any_and_says_why(ask: Any) -> None:
    answer = ask(search(by_cpf("52998224725")))
    assert (answer.status, texts(answer, "ResultadoPesquisa")) == (200, [])
    assert "Nenhum cadastro" in answer.headers["X-Simulador-Explicacao"]


def test_the_kind_of_search_is_the_one_of_the_registry(ask: Any) -> None:
    person = make_person(name="WALDIR FELIPE SOUZA", mother="ANA SOUZA")
    near = (
        "<f:nomeCompleto><Nome>VALDIR PHELIPE SOUSA</Nome></f:nomeCompleto>"
        f"<f:dataNascimento>{person.birth_date}</f:dataNascimento>"
    )
    exact = near.replace("VALDIR PHELIPE SOUSA", person.name)
    assert texts(ask(search(exact)), "ResultadoPesquisa")
    assert not texts(ask(search(near)), "ResultadoPesquisa")
    for kind in ("FONETICA", "APROXIMADA"):
        found = ask(search(near, kind=kind))
        assert texts(found, "Nome")[0] == person.name
        assert 70 <= int(texts(found, "scorePesquisa")[0]) <= 100


def test_the_rest_of_the_filter_narrows(ask: Any) -> None:
    person = wire.make_known(father="JOSÉ EXEMPLO")
    for inside, is_found in (
        ("<f:nomeSocial>nome social exemplo</f:nomeSocial>", True),
        ("<f:nomeSocial>outro</f:nomeSocial>", False),
        ("<f:Pai><Nome>JOSE EXEMPLO</Nome></f:Pai>", True),
        ("<f:Pai><Nome>OUTRO</Nome></f:Pai>", False),
        ("<f:nomeFamilia><nomeFamilia>Silva</nomeFamilia></f:nomeFamilia>", True),
        ("<f:nomeFamilia><nomeFamilia>ILVA</nomeFamilia></f:nomeFamilia>", False),
        ("<f:dataNascimento>1987-01-15</f:dataNascimento>", True),
        ("<f:dataNascimento>1987-01-16-03:00</f:dataNascimento>", False),
        ("<f:situacao>true</f:situacao>", True),
        ("<f:situacao>0</f:situacao>", False),
    ):
        answer = ask(search(by_cpf(person.cpf) + inside))
        assert bool(texts(answer, "ResultadoPesquisa")) is is_found, inside


def test_a_municipality_is_asked_by_six_digits(ask: Any) -> None:
    person = wire.make_known()
    born = f"<f:dataNascimento>{person.birth_date}</f:dataNascimento>"
    for code, is_found in (("355030", True), ("3550308", True), ("310620", False)):
        city = f"<f:MunicipioNascimento><codigoMunicipio>{code}</codigoMunicipio></f:MunicipioNascimento>"
        assert bool(texts(ask(search(born + city)), "ResultadoPesquisa")) is is_found


def test_a_record_is_consulted_by_any_of_its_numbers(ask: Any) -> None:
    person = wire.make_known()
    numbers = [str(person.cns), Cns.objects.get(person=person, kind="P").number]
    for number in numbers:
        answer = ask(consult(number))
        assert texts(answer, "numeroCPF") == [person.cpf]
        assert texts(answer, "numeroCNS") == numbers
        assert texts(answer, "vivo") == ["true"]
    missing = ask(consult("898001160366001"))
    assert missing.status == 500
    assert "Nenhum cadastro tem este CNS." in texts(missing, "descricao")


def test_the_quality_is_that_of_what_is_sent(ask: Any) -> None:
    nothing = ask(
        calculate("<NomeCompleto><Nome>SEM INFORMAÇÃO</Nome></NomeCompleto><Sexo><codigoSexo>I</codigoSexo></Sexo>")
    )
    assert texts(nothing, "percentualQualidade") == ["0"]
    some = ask(calculate("<CPF><numeroCPF>1</numeroCPF></CPF><NomeCompleto><Nome>ANA</Nome></NomeCompleto>"))
    assert texts(some, "percentualQualidade") == ["25"]


def test_the_items_of_quality_are_those_of_the_registry() -> None:
    assert v5r0._ITEMS.keys() == {item.label for item in quality.ITEMS}


@pytest.mark.parametrize("name", sorted(legacy.WRITES))
def test_what_writes_is_not_simulated_and_writes_nothing(ask: Any, name: str) -> None:
    before = Person.objects.count()
    answer = ask(f'<{name} xmlns="{v5r0_types.SPACE}">{USER}</{name}>')
    assert answer.status == 501
    assert "não simulada" in texts(answer, "descricao")[0]
    assert Person.objects.count() == before


@pytest.mark.parametrize(
    ("message", "code", "text"),
    [
        (search("").replace(USER, ""), "invalid_request", "Falta CNESUsuario/CNES"),
        (search("", kind="PARECIDA"), "invalid_request", "tipoPesquisa é"),
        (search("<f:dataNascimento>15/01/1987</f:dataNascimento>"), "invalid_request", "Data inválida"),
        (search(""), "empty_search", "ao menos um dado"),
        (search("<f:nomeCompleto><Nome>ANA SOUZA</Nome></f:nomeCompleto>"), "one_criterion", "dois critérios"),
        (search("<f:numeroDocumento>123</f:numeroDocumento>"), "not_implemented", "não simulada"),
        (consult(""), "invalid_request", "Falta CNS/numeroCNS"),
        (calculate(""), "invalid_request", "Falta UsuarioSUS"),
        (f'<requestApagar xmlns="{v5r0_types.SPACE}"/>', "unknown_operation", "requestApagar"),
        ('<requestPesquisar xmlns="urn:outro"/>', "malformed", "espaço de nomes"),
    ],
)
def test_what_is_wrong_with_a_request_is_a_fault(ask: Any, message: str, code: str, text: str) -> None:
    answer = ask(message)
    assert answer.status in (500, 501)
    assert texts(answer, "codigo") == [code]
    assert text in texts(answer, "descricao")[0]


def test_the_version_asked_in_is_answered_in(ask: Any) -> None:
    person = wire.make_known()
    answer = ask(search(by_cpf(person.cpf)), SOAP_11)
    assert answer.root.tag == f"{{{SOAP_11}}}Envelope"
    assert texts(answer, "numeroCNS") == [person.cns]


def test_without_a_user_of_the_credential_nothing_is_said(ask: Any) -> None:
    person = wire.make_known()
    answer = wire.post(search(by_cpf(person.cpf)), application=legacy.application, PATH_INFO=legacy.PATH)
    assert answer.status == 401
    assert texts(answer, "codigo") == ["OSB_SEM_AUTENTICACAO"]
    assert wire.post(b"", shown="", application=legacy.application, PATH_INFO=legacy.PATH).status == 500


def test_with_the_base_down_every_operation_says_so(ask: Any, switch: Switch) -> None:
    switch(cadsus_available=False)
    for message in (search(by_cpf("52998224725")), consult("898001160366001"), calculate("<Nome>ANA</Nome>")):
        assert ask(message).status == 503


def test_the_scenarios_are_those_of_the_other_services(ask: Any) -> None:
    assert CadsusScenario.TWO_DEFINITIVES in SCENARIOS
    person = wire.make_known()
    two = ask(search(by_cpf(person.cpf)), HTTP_X_SIMULADOR_CENARIO=CadsusScenario.TWO_DEFINITIVES.value)
    assert len(texts(two, "ResultadoPesquisa")) == 2
    assert ask(consult(str(person.cns)), HTTP_X_SIMULADOR_CENARIO="fault-200").status == 200
    assert ask(consult(str(person.cns)), HTTP_X_SIMULADOR_CENARIO="token-401").status == 401


BOMB = (
    b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
)


@pytest.mark.parametrize(
    "body",
    [
        *(bomb + wire.envelope(search("<f:nomeSocial>&b;</f:nomeSocial>")) for bomb in BOMB),
        wire.envelope("<a>" * 5_000 + "</a>" * 5_000),
        wire.envelope(search("")) + b" " * 1_100_000,
        wire.envelope(search("")).decode().encode("utf-16")[:-40],
        wire.envelope(search(""))[:-30],
    ],
)
def test_bombs_and_pieces_are_refused(ask: Any, body: bytes) -> None:
    answer = ask(body)
    assert answer.status == 500
    assert texts(answer, "codigo") == ["malformed"]


def test_every_damaged_message_gets_an_answer_or_a_fault(ask: Any, header: str) -> None:
    """A part of what the PDQ gets (test_wire_fuzz), which has the same reader."""
    assert PIECES
    person = wire.make_known()
    seeds = (
        search(by_cpf(person.cpf)),
        search(
            f"<f:nomeCompleto><Nome>ANA</Nome></f:nomeCompleto><f:dataNascimento>{person.birth_date}</f:dataNascimento>"
        ),
        consult(str(person.cns)),
        calculate("<CPF><numeroCPF>1</numeroCPF></CPF>"),
    )
    dice = random.Random(20261129)  # noqa: S311 -- the same damages each time
    for _ in range(300):
        body = damaged(wire.envelope(dice.choice(seeds), dice.choice((SOAP_12, SOAP_11)), header), dice)
        answer = ask(body)
        told = etree.QName(next(iter(answer.root.iter("{*}Body")))[0]).localname
        assert (answer.status, told == "Fault") in {(200, False), (500, True), (401, True), (501, True)}, body
        assert b"server_error" not in answer.content, body
