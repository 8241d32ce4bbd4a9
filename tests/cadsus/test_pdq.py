"""The PDQ: who is found, what is said of the others, and how every answer is built."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from cadsus.api import oids
from cadsus.models import Continuation
from registry.models import Cns, Document, Person
from tests.cadsus import wire
from tests.cadsus.wire import by_birth, by_id, by_mother, by_name, continuation, post, query, token
from tests.clock import now
from tests.factories import make_person
from tests.switches import Switch

pytestmark = pytest.mark.django_db
SOAP = "{http://www.w3.org/2003/05/soap-envelope}"


def shape(element: etree._Element) -> Any:
    """An element by its name, its attributes' names and what is inside."""
    return str(element.tag), sorted(map(str, element.attrib)), [shape(child) for child in element]


def sample(name: str) -> etree._Element:
    return etree.fromstring((wire.SAMPLES / name).read_bytes())


def test_an_answer_is_built_as_the_sample() -> None:
    person = wire.make_known()
    person.contacts.all().delete()
    answer = post(query(by_id(str(person.cpf))))
    assert answer.status == 200
    assert shape(answer.root) == shape(sample("found.xml"))


def test_a_person_is_found_by_each_number_in_one_query() -> None:
    person = wire.make_known()
    Document.objects.create(person=person, kind="NIS", number="20000000016")
    Document.objects.create(person=make_person(), kind="DNV", number="20000000016")
    numbers = [str(person.cpf), *Cns.objects.filter(person=person).values_list("number", flat=True)]
    post(query(by_id(numbers[0])))
    for asked_by in [*map(by_id, numbers), by_id("200.00000.01-6", root=oids.NIS)]:
        shown = f"jwt {token()}"
        with CaptureQueriesContext(connection) as asked:
            answer = post(query(asked_by), shown=shown)
        # The look-up itself is a prepared statement, which Django does not see.
        assert len(asked) == 0
        assert (answer.code, answer.names, answer.counts) == ("OK", [person.name], (1, 1, 0))
        assert answer.value("queryMatchObservation/value") == "100"


def test_the_numbers_are_told_with_their_kinds_and_the_principal_comes_first() -> None:
    person = wire.make_known()
    Document.objects.create(person=person, kind="RG", number="MG1", issuer="SSP", issued_on=date(2010, 1, 2))
    root = post(query(by_id(str(person.cpf)))).root
    others = [
        [(one.get("root"), one.get("extension")) for one in other.iterfind(f"{{{oids.HL7}}}id")]
        for other in root.iter(f"{{{oids.HL7}}}asOtherIDs")
    ]
    provisional = Cns.objects.get(person=person, kind="P").number
    assert others[:3] == [
        [(oids.CNS, person.cns), (oids.CNS_KIND, "D")],
        [(oids.CNS, provisional), (oids.CNS_KIND, "P")],
        [(oids.CPF, person.cpf)],
    ]
    assert others[3] == [
        ("2.16.840.1.113883.13.243", "MG1"),
        ("2.16.840.1.113883.13.243.1", "20100102"),
        ("2.16.840.1.113883.13.245", "SSP"),
    ]
    relations = [code.get("code") for code in root.iter(f"{{{oids.HL7}}}code") if code.get("codeSystem")]
    assert relations == ["PRN", "NPRN"]
    telecoms = [(each.get("use"), each.get("value")) for each in root.iter(f"{{{oids.HL7}}}telecom")]
    assert telecoms == [
        ("ASN", "+55-31-999990000"),
        ("PRN", "+55-31-33330000"),
        ("NET", "maria@exemplo.invalid"),
    ]


def test_what_an_answer_holds_is_escaped() -> None:
    person = wire.make_known(name='ANA <& "D\'ÁGUA" \x0b', social_name="<x>")
    answer = post(query(by_id(str(person.cpf)), by_name("<given/>")))
    assert answer.names == ['ANA <& "D\'ÁGUA" ']


def test_nobody_is_nf_and_says_why() -> None:
    answer = post(query(by_id("898001160366001")))
    assert (answer.status, answer.code, answer.counts) == (200, "NF", (0, 0, 0))
    assert shape(answer.root) == shape(sample("nf.xml"))
    assert "Nenhum cadastro" in answer.headers["X-Simulador-Explicacao"]
    strange = post(query(by_id("123", root="1.2.3")))
    assert strange.code == "NF"
    assert "1.2.3" in strange.headers["X-Simulador-Explicacao"]


def test_numbers_are_all_of_one_person_and_the_rest_filters() -> None:
    one, other = wire.make_known(), make_person()
    both = by_id(str(one.cpf)) + by_id(str(one.cns))
    assert post(query(both)).code == "OK"
    assert post(query(by_id(str(one.cpf)), by_id(str(other.cns)))).code == "NF"
    assert post(query(both, by_birth("19870115000000"))).code == "OK"
    assert post(query(both, by_birth("19870116"))).code == "NF"
    masked = f"{one.cpf[:3]}.{one.cpf[3:6]}.{one.cpf[6:9]}-{one.cpf[9:]}" if one.cpf else ""
    assert post(query(by_id(masked, root=oids.CPF))).code == "OK"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ((), "ao menos um dado"),
        ((by_name("MARIA EXEMPLO"),), "dois critérios"),
        ((by_birth("19871399"), by_name("MARIA EXEMPLO")), "nascimento inválida"),
        ((by_birth("ontem"),), "nascimento inválida"),
        ((by_id("1") * 11,), "no máximo 10"),
    ],
)
def test_a_question_without_an_answer_is_ae_and_qe(parameters: tuple[str, ...], text: str) -> None:
    answer = post(query(*parameters))
    assert (answer.status, answer.code) == (200, "QE")
    assert answer.value("acknowledgement/typeCode", "code") == "AE"
    assert text in answer.content.decode()
    if parameters and "livingSubjectId" in parameters[0]:
        return
    assert [child[0] for child in shape(answer.root)[2]] == [child[0] for child in shape(sample("ae.xml"))[2]]


@pytest.mark.parametrize("missing", ["controlActProcess", "queryByParameter", "queryId", "parameterList"])
def test_a_missing_wrapper_is_named(missing: str) -> None:
    message = query(by_id("11144477735")).replace(f"<{missing}", "<other").replace(f"</{missing}>", "</other>")
    answer = post(message)
    assert answer.code == "QE"
    assert missing in answer.content.decode()


def test_personal_data_find_the_likeliest_first() -> None:
    person = wire.make_known()
    make_person(name="MARIA EXEMPLO DA SILVEIRA", birth_date=person.birth_date, mother="ANA EXEMPLAR")
    answer = post(query(by_name("Maria Exemplo da Silva"), by_birth("19870115"), by_mother("Ana Exemplo")))
    assert answer.names[0] == person.name
    assert int(answer.value("queryMatchObservation/value")) >= 70
    assert answer.counts[2] == 0


def test_any_prefix_is_understood_and_none_is_sent() -> None:
    person = wire.make_known()
    plain = query(by_id(str(person.cpf)))
    prefixed = plain.replace("</", "</urn:").replace("<", "<urn:").replace("<urn:/urn:", "</urn:")
    answer = post(prefixed.replace("xmlns=", "xmlns:urn="))
    assert answer.names == [person.name]
    assert b"urn:query" not in answer.content


def test_soap_11_is_answered_in_soap_11() -> None:
    person = wire.make_known()
    body = wire.envelope(query(by_id(str(person.cpf))), wire.SOAP_11)
    answer = post(body, kind="text/xml; charset=utf-8", HTTP_SOAPACTION='""')
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.root.tag == f"{{{wire.SOAP_11}}}Envelope"
    refused = post(body, kind="text/xml", shown="")
    assert (refused.status, refused.root.tag) == (401, f"{{{wire.SOAP_11}}}Envelope")
    assert b"<faultcode>soap:Client</faultcode>" in refused.content


def test_mtom_brings_the_envelope_in_its_first_part() -> None:
    person = wire.make_known()
    part = b"Content-Type: application/xop+xml\r\n\r\n" + wire.envelope(query(by_id(str(person.cpf))))
    body = b"--limite\r\n" + part + b"\r\n--limite--\r\n"
    kind = 'multipart/related; boundary=limite; type="application/xop+xml"; start-info="application/soap+xml"'
    assert post(body, kind=kind).names == [person.name]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_other_encodings_are_read(encoding: str) -> None:
    person = wire.make_known()
    text = wire.envelope(query(by_id(str(person.cpf)))).decode()
    assert post(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)).names == [person.name]


BOMB = (
    '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
HOSTILE: dict[str, bytes] = {
    "bomb": BOMB.encode() + wire.envelope("<a>&d;</a>"),
    "bomb in utf-16": f"<?xml version='1.0' encoding='utf-16'?>{BOMB}<a>&d;</a>".encode("utf-16"),
    "xxe": XXE.encode() + wire.envelope("<a>&x;</a>"),
    "doctype alone": b"<!DOCTYPE a>" + wire.envelope("<a/>"),
    "undeclared entity": wire.envelope("<a>&x;</a>"),
    "deep": wire.envelope("<a>" * 5000 + "</a>" * 5000),
    "large": wire.envelope("<a>" + " " * 10_000_000 + "</a>"),
    "truncated": wire.envelope(query(by_id("11144477735")))[:-40],
    "empty": b"",
    "no xml": b"{}",
    "no body": b'<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"/>',
    "empty body": wire.envelope(""),
    "no envelope": query(by_id("11144477735")).encode(),
    "another envelope": wire.envelope("<a/>", "urn:outro"),
    "another namespace": wire.envelope('<PRPA_IN201305UV02 xmlns="urn:hl7-org:v2"/>'),
    "another operation": wire.envelope('<PRPA_IN201309UV02 xmlns="urn:hl7-org:v3"/>'),
    "wrong encoding": b"<?xml version='1.0' encoding='utf-99'?>" + wire.envelope("<a/>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_acceptance_15_a_hostile_body_is_refused_by_a_fault(name: str) -> None:
    answer = post(HOSTILE[name])
    assert answer.status == 500
    assert answer.root.find(f"{SOAP}Body/{SOAP}Fault") is not None
    assert b"root:" not in answer.content
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize("shown", ["", "jwt", "jwt lixo", "Basic abc", "jwt a.b.c", "jwt eyJhbGciOiJub25lIn0.e30."])
def test_who_shows_no_token_is_refused_as_the_bus_does(shown: str) -> None:
    answer = post(query(by_id("11144477735")), shown=shown)
    assert answer.status == 401
    assert shape(answer.root)[2] == shape(sample("fault.xml"))[2]
    assert b"OSB_SEM_AUTENTICACAO" in answer.content
    assert answer.headers["X-Simulador-Explicacao"]


def test_a_token_is_good_for_thirty_minutes() -> None:
    lifetime, second = timedelta(minutes=30), timedelta(seconds=1)
    message = query(by_id("898001160366001"))
    assert post(message, shown=f"jwt {token(at=now() - lifetime + second)}").status == 200
    assert post(message, shown=f"jwt {token(at=now() - lifetime - second)}").status == 401
    assert post(message, shown=f"Bearer {token()}").status == 200


def test_a_token_of_another_room_or_service_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    here = token()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("rnds.services.bearer.audience", lambda: "osb:outra/1")
        there = token()
        assert post(query(by_id("1")), shown=f"jwt {here}").status == 401
    answer = post(query(by_id("1")), shown=f"jwt {there}")
    assert answer.status == 401
    assert "outra sala" in answer.headers["X-Simulador-Explicacao"]


def test_a_base_that_is_down_says_503(switch: Switch) -> None:
    switch(cadsus_available=False)
    answer = post(query(by_id("11144477735")))
    assert answer.status == 503
    assert answer.root.find(f"{SOAP}Body/{SOAP}Fault") is not None


def test_a_get_is_told_to_post() -> None:
    answer = post(b"", REQUEST_METHOD="GET")
    assert (answer.status, answer.headers["Allow"]) == (500, "POST")


def test_a_protected_record_is_found_by_its_number_and_says_so() -> None:
    person = wire.make_known(is_protected=True, protected_reason="Proteção")
    answer = post(query(by_id(str(person.cpf))))
    assert answer.value("patient/confidentialityCode", "code") == "R"
    assert post(query(by_name(person.name), by_birth("19870115"))).code == "NF"


# Continuation.


@pytest.fixture
def namesakes() -> list[Person]:
    same = {"name": "JOANA CONTINUADA DE SOUZA", "birth_date": date(1990, 5, 5)}
    return [make_person(**same, mother=f"MÃE {n}") for n in range(25)]


ASKED = (by_name("JOANA CONTINUADA DE SOUZA"), by_birth("19900505"))


def test_the_rest_comes_page_by_page_and_a_lost_page_again(namesakes: list[Person]) -> None:
    assert post(query(*ASKED)).counts == (25, 10, 15)
    second = post(continuation())
    assert second.counts == (25, 10, 5)
    assert post(continuation()).counts == (25, 5, 0)
    assert post(continuation()).counts == (25, 0, 0)
    again = post(continuation(more='<startResultNumber value="11"/>'))
    assert again.counts == (25, 10, 5)
    ids = f".//{{{oids.HL7}}}patient/{{{oids.HL7}}}id"
    assert [e.attrib for e in again.root.iterfind(ids)] == [e.attrib for e in second.root.iterfind(ids)]


def test_a_question_says_how_many_it_wants(namesakes: list[Person]) -> None:
    assert post(query(*ASKED, more='<initialQuantity value="20"/>')).counts == (25, 20, 5)
    assert post(query(*ASKED, more='<initialQuantity value="-3"/>')).counts == (25, 10, 15)
    assert post(continuation(more='<continuationQuantity value="999"/>')).counts == (25, 15, 0)


def test_a_continuation_is_of_who_asked_and_of_one_question(namesakes: list[Person]) -> None:
    post(query(*ASKED))
    other = f"jwt {token(sha256='cd' * 32)}"
    for answer in (
        post(continuation(), shown=other),
        post(continuation(query_id="7")),
        post(continuation(query_id="")),
    ):
        assert (answer.status, answer.code) == (200, "QE")
    assert post(continuation(cancel=True), shown=other).code == "QE"
    assert Continuation.objects.count() == 1


@pytest.mark.parametrize("way", [{"cancel": True}, {"more": '<statusCode code="aborted"/>'}])
def test_a_cancelled_continuation_is_gone(namesakes: list[Person], way: dict[str, Any]) -> None:
    post(query(*ASKED))
    answer = post(continuation(**way))
    assert answer.value("acknowledgement/typeCode", "code") == "CA"
    assert not Continuation.objects.exists()
    assert post(continuation()).code == "QE"
    assert post(continuation(**way)).code == "QE"


def test_a_continuation_lives_in_the_database_for_ten_minutes(namesakes: list[Person]) -> None:
    post(query(*ASKED))
    row = Continuation.objects.get()
    row.real_until = now()
    row.save()
    assert post(continuation()).code == "QE"
    post(query(*ASKED, query_id="2"))
    assert [kept.query_extension for kept in Continuation.objects.all()] == ["2"]


def test_who_was_absorbed_in_the_meantime_is_left_out(namesakes: list[Person]) -> None:
    post(query(*ASKED))
    Cns.objects.filter(person=namesakes[24]).update(is_principal=False, person=namesakes[0])
    Person.objects.filter(pk=namesakes[24].pk).update(cpf=None, cns=None, survivor=namesakes[0])
    rest = [post(continuation()), post(continuation())]
    assert sum(answer.counts[1] for answer in rest) in (14, 15)


def test_a_refusal_keeps_nothing() -> None:
    for message in (query(), query(by_name("X")), continuation(), "<a/>"):
        post(message)
    assert not Continuation.objects.exists()
