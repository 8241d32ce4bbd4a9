"""The PIX: what a system tells becomes a record of the registry, by the rules of the CADSUSWEB."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from structlog.testing import capture_logs

from cadsus.api import oids, pix
from cadsus.messages import M34
from cadsus.models import LocalIdentifier, Unification
from cadsus.services.feeding import NOT_FOUND
from common.models import AuditEvent
from common.switch_choices import CadsusScenario
from interop import journal
from interop.models import Exchange
from registry.models import CivilRecord, Cns, Document, Person, Transaction
from tests.cadsus import wire
from tests.cadsus.pix import ABROAD, ADDRESS, PATH, PHONE, ROOT, merging, other_ids, record, send, system_token
from tests.cadsus.test_pdq import HOSTILE, sample, shape
from tests.cadsus.wire import Reply, by_id, post, query
from tests.factories import make_cns, make_establishment, make_municipality, make_person
from tests.switches import Switch

pytestmark = pytest.mark.django_db
CPF = "11144477735"
RG = other_ids(
    ("2.16.840.1.113883.13.243", "MG123"),
    ("2.16.840.1.113883.13.243.1", "20030303"),
    ("2.16.840.1.113883.4.707", "SP"),
    ("2.16.840.1.113883.13.245", "SSP"),
)
CERTIDAO = other_ids(
    ("2.16.840.1.113883.13.241.1", "null"),
    ("2.16.840.1.113883.4.706", "1" * 32),
    ("2.16.840.1.113883.4.706.5", "20060606"),
)


@pytest.fixture(autouse=True)
def cnes() -> str:
    make_municipality()
    return str(make_establishment().cnes)


def acknowledged(reply: Reply) -> str:
    assert reply.status == 200, reply.content
    return reply.value("acknowledgement/typeCode", "code")


def details(reply: Reply) -> list[tuple[str, str]]:
    assert acknowledged(reply) == "CE", reply.content
    found = reply.root.iter(f"{{{oids.HL7}}}acknowledgementDetail")
    return [(str(one[0].get("code")), str(one[1].text)) for one in found]


def nothing_left() -> bool:
    return not (Person.objects.exists() or LocalIdentifier.objects.exists() or Transaction.objects.exists())


def test_a_record_is_added_in_the_name_of_the_system(cnes: str) -> None:
    reply = send(record(cpf=CPF, more=RG), cnes)
    assert acknowledged(reply) == "CA"
    assert b"acknowledgementDetail" not in reply.content
    assert reply.value("processingCode", "code") == "P"
    person = Person.objects.get()
    assert (person.name, person.mother, person.father) == ("PEDRO MOREIRA LAURO", "ANA DO CARMO LAURO", "PAULO LAURO")
    assert (person.birth_date, person.sex, person.race, person.nationality) == (date(1985, 2, 5), "M", "01", "B")
    assert (person.cpf, person.phone, person.birth_city_id) == (CPF, "61982997451", "3550308")
    assert (person.addresses.get().street, person.addresses.get().municipality_id) == ("RUA DAS ACÁCIAS", "3550308")
    rg = Document.objects.get()
    assert (rg.number, rg.issuer, rg.uf_id, rg.issued_on) == ("MG123", "SSP", "35", date(2003, 3, 3))
    done = Transaction.objects.get()
    assert (done.kind, done.routine, done.operator, done.establishment_id) == ("ADICIONADO", "RNDS 12", None, cnes)
    event = AuditEvent.objects.get(verb="person.created")
    assert (event.system_actor, event.details["cnes"]) == ("RNDS 12", cnes)
    # The definitive CNS that it got is told by the PDQ.
    found = post(query(by_id(CPF)))
    assert (found.names, found.value("asOtherIDs/id", "extension")) == ([person.name], person.cns)
    assert found.value("birthPlace/addr/city", "extension") == ""
    assert b"<city>355030</city>" in found.content


def test_without_cpf_or_certidao_the_cns_is_provisional(cnes: str) -> None:
    send(record(), cnes)
    person = Person.objects.get()
    assert (person.cns, [(each.kind, each.is_manual) for each in person.cns_numbers.all()]) == (None, [("P", False)])
    send(record(local="2", name="ROSA MOREIRA LAURO", more=CERTIDAO), cnes)
    born = Person.objects.exclude(pk=person.pk).get()
    assert born.cns
    assert CivilRecord.objects.get(person=born).issued_on == date(2006, 6, 6)


def test_the_same_message_again_leaves_nothing(cnes: str) -> None:
    message = record(cpf=CPF, more=RG + CERTIDAO)
    send(message, cnes)
    before = Person.objects.values().get()
    assert acknowledged(send(message, cnes)) == "CA"
    assert Person.objects.values().get() == before
    assert Transaction.objects.count() == 1
    assert AuditEvent.objects.filter(verb__startswith="person.").count() == 1
    # Told otherwise, it is brought up to date; what is not told stays.
    assert acknowledged(send(record(name="PEDRO MOREIRA SILVA", inside=""), cnes)) == "CA"
    person = Person.objects.get()
    assert (person.name, person.cpf, person.phone) == ("PEDRO MOREIRA SILVA", CPF, "61982997451")
    assert (person.addresses.count(), person.documents.count(), person.civil_records.count()) == (1, 1, 1)
    assert list(Transaction.objects.order_by("pk").values_list("kind", flat=True)) == ["ADICIONADO", "ATUALIZADO"]


def test_an_address_abroad_is_its_country_and_city(cnes: str) -> None:
    assert acknowledged(send(record(cpf=CPF, inside=PHONE + ABROAD), cnes)) == "CA"
    home = Person.objects.get().addresses.get()
    assert (home.country, home.foreign_city, home.municipality) == ("249", "NOVA IORQUE", None)
    # Back in Brazil it is the same row; told again as it is, nothing changes.
    for _ in range(2):
        assert acknowledged(send(record(cpf=CPF), cnes)) == "CA"
    assert [(row.pk, row.country) for row in Person.objects.get().addresses.all()] == [(home.pk, "010")]
    assert Transaction.objects.count() == 2


def test_a_known_cpf_aggregates_and_a_new_cns_is_provisional(cnes: str) -> None:
    known, number = make_person(name="PEDRO MOREIRA LAURO"), make_cns(654_321)
    reply = send(record(cpf=str(known.cpf), more=other_ids((oids.CNS, number), (oids.CNS_KIND, "D"))), cnes)
    assert acknowledged(reply) == "CA"
    assert Person.objects.get() == known
    added = Cns.objects.get(number=number)
    assert (added.person, added.kind, added.is_principal, bool(added.manual_reason)) == (known, "P", False, True)
    assert LocalIdentifier.objects.get().person == known
    assert post(query(by_id(number))).names == ["PEDRO MOREIRA LAURO"]


def test_an_identifier_is_of_the_system_that_said_it(cnes: str) -> None:
    send(record(cpf=CPF), cnes)
    assert acknowledged(send(record(name="OUTRA PESSOA QUALQUER"), cnes, number=13)) == "CA"
    assert Person.objects.count() == 2
    assert sorted(LocalIdentifier.objects.values_list("holder", flat=True)) == ["RNDS 12", "RNDS 13"]


def test_the_pdq_finds_it_by_the_identifier_of_the_system_that_said_it(cnes: str) -> None:
    send(record(local="7"), cnes)
    message = query(by_id("7", root=ROOT))
    assert post(message, shown=f"jwt {system_token(cnes)}").names == ["PEDRO MOREIRA LAURO"]
    assert post(message, shown=f"jwt {system_token(cnes, number=13)}").code == "NF"
    assert post(query(by_id("8", root=ROOT)), shown=f"jwt {system_token(cnes)}").code == "NF"


def test_what_is_missing_is_told_as_in_the_sample_and_leaves_nothing(cnes: str) -> None:
    reply = send(record(mother=""), cnes)
    ours = reply.root.find(f".//{{{oids.HL7}}}MCCI_IN000002UV01")
    assert ours is not None
    assert shape(ours) == shape(sample("ack_error.xml"))
    ((code, text),) = details(reply)
    assert (code, "O nome da mãe é obrigatório" in text) == ("CNS001", True)
    assert nothing_left()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"local": ""}, ["identificador local"]),
        ({"name": "PEDRO"}, ["Nome: Informe nome e sobrenome"]),
        ({"birth": "20991231"}, ["Data de nascimento inválida"]),
        ({"birth": "ontem"}, ["Data de nascimento"]),
        ({"cpf": "11111111111"}, ["CPF"]),
        ({"confidentiality": "X"}, ["Confidencialidade"]),
        ({"more": other_ids((oids.CNS, "700000000000014"))}, ["CNS inválido"]),
        ({"more": other_ids(("2.16.840.1.113883.13.243", "MG1"))}, ["emitido em", "órgão emissor", "UF"]),
        ({"more": other_ids(("2.16.840.1.113883.13.239", "9" * 40), ("2.16.840.1.113883.13.239.2", "1"))}, ["número"]),
        ({"more": CERTIDAO.replace("1" * 32, "12")}, ["Matrícula"]),
        ({"inside": ADDRESS.replace("<streetName>RUA DAS ACÁCIAS</streetName>", "")}, ["logradouro"]),
        ({"inside": ADDRESS.replace("355030", "999999")}, ["Município não encontrado"]),
        ({"inside": ADDRESS.replace("010", "249").replace("355030", "")}, ["exterior"]),
        ({"inside": PHONE.replace("982997451", "9")}, ["Telefone inválido"]),
        ({"name": "PEDRO", "birth": "20991331", "mother": ""}, ["Nome:", "mãe", "Data de nascimento"]),
    ],
)
def test_every_broken_rule_is_told_at_once_and_leaves_nothing(
    cnes: str, change: dict[str, str], words: list[str]
) -> None:
    told = details(send(record(**change), cnes))
    assert all(any(word in text for _, text in told) for word in words), told
    assert {code for code, _ in told} == {"CNS001"}
    assert nothing_left()


@pytest.mark.parametrize("missing", ["controlActProcess", "registrationEvent", "subject1", "patient", "patientPerson"])
def test_a_missing_wrapper_is_named(cnes: str, missing: str) -> None:
    message = record().replace(f"<{missing}>", "<other>").replace(f"<{missing} ", "<other ")
    ((_, text),) = details(send(message.replace(f"</{missing}>", "</other>"), cnes))
    assert missing in text


def test_a_revision_is_of_somebody_known(cnes: str) -> None:
    assert details(send(record(operation="PRPA_IN201302UV02"), cnes)) == [("E020", NOT_FOUND)]
    assert nothing_left()
    send(record(cpf=CPF), cnes)
    assert acknowledged(send(record(name="PEDRO REVISTO LAURO", operation="PRPA_IN201302UV02"), cnes)) == "CA"
    assert Person.objects.get().name == "PEDRO REVISTO LAURO"
    gone = record(name="PEDRO REVISTO LAURO", operation="PRPA_IN201302UV02", status="inactive")
    assert acknowledged(send(gone, cnes)) == acknowledged(send(gone, cnes)) == "CA"
    assert Person.objects.get().is_active is False
    assert Transaction.objects.filter(kind="DESATIVO").count() == 1


def test_what_the_receita_handed_over_is_refused_as_on_the_screen(cnes: str) -> None:
    person = make_person(from_revenue=True)
    told = details(send(record(cpf=str(person.cpf)), cnes))
    assert any("Receita Federal" in text for _, text in told)
    assert Transaction.objects.count() == 0


def test_a_restricted_record_stays_restricted(cnes: str) -> None:
    message = record(cpf=CPF, confidentiality="R")
    send(message, cnes)
    assert acknowledged(send(message, cnes)) == "CA"
    assert acknowledged(send(record(name="PEDRO ABERTO LAURO"), cnes)) == "CA"
    person = Person.objects.get()
    assert (person.name, person.is_protected) == ("PEDRO ABERTO LAURO", True)
    assert post(query(by_id(CPF))).value("patient/confidentialityCode", "code") == "R"


def test_identifiers_of_two_records_are_refused(cnes: str) -> None:
    send(record(cpf=CPF), cnes)
    other = make_person()
    ((_, text),) = details(send(record(cpf=str(other.cpf)), cnes))
    assert "PRPA_IN201304UV02" in text


# Merge.


def test_acceptance_13_two_records_become_one_and_every_number_finds_it(cnes: str) -> None:
    one, other = wire.make_known(), wire.make_known(cpf=None)
    numbers = [str(one.cpf), *Cns.objects.values_list("number", flat=True)]
    message = merging((oids.CPF, str(one.cpf)), (oids.CNS, str(other.cns)))
    assert acknowledged(send(message, cnes)) == "CA"
    for number in numbers:
        assert post(query(by_id(number))).names == [one.name]
    done = Unification.objects.get()
    assert (done.unified_by, done.who, done.survivor) == (None, "RNDS 12", one)
    assert Cns.objects.filter(kind="D").count() == Cns.objects.filter(is_principal=True).count() == 1
    # Told again, it is done already.
    assert acknowledged(send(message, cnes)) == "CA"
    assert Unification.objects.count() == 1


def test_an_own_identifier_leads_to_the_survivor(cnes: str) -> None:
    send(record(local="1", cpf=CPF), cnes)
    send(record(local="2", name="PEDRO M LAURO".replace(" M ", " MOREIRA ")), cnes)
    assert acknowledged(send(merging((ROOT, "1"), (ROOT, "2")), cnes)) == "CA"
    assert acknowledged(send(record(local="2", name="PEDRO UNIDO LAURO"), cnes)) == "CA"
    assert Person.objects.get(survivor=None).name == "PEDRO UNIDO LAURO"


def test_a_merge_is_refused_as_on_the_screen(cnes: str) -> None:
    one, other = make_person(), make_person()
    pair = merging((oids.CPF, str(one.cpf)), (oids.CPF, str(other.cpf)))
    assert details(send(pair, cnes)) == [("CNS001", M34)]
    for message in (
        merging((oids.CPF, str(one.cpf)), (oids.CPF, CPF)),
        merging((ROOT, "7"), (oids.CPF, str(one.cpf))),
    ):
        assert details(send(message, cnes))[0][0] == "E020"
    ((_, text),) = details(send(merging((oids.CPF, str(one.cpf))), cnes))
    assert "replacementOf" in text
    assert not Unification.objects.exists()


@pytest.mark.parametrize("name", ["bomb", "bomb in utf-16", "xxe", "doctype alone", "deep", "large", "truncated"])
def test_acceptance_15_a_hostile_body_is_refused_here_too(cnes: str, name: str) -> None:
    shown = f"jwt {system_token(cnes)}"
    reply = post(HOSTILE[name], shown=shown, application=pix.application, PATH_INFO=PATH)
    assert (reply.status, b"soap:Fault" in reply.content) == (500, True)
    assert nothing_left()


def test_acceptance_16_the_log_of_a_message_shows_no_whole_number(cnes: str, caplog: pytest.LogCaptureFixture) -> None:
    number = make_cns(777_001)
    with caplog.at_level("DEBUG"), capture_logs() as lines:
        good = send(record(cpf=CPF, more=other_ids((oids.CNS, number))), cnes)
        bad = send(record(cpf=CPF, more=other_ids((oids.CNS, number)), mother="", name="X"), cnes)
        journal.write()
    rows = Exchange.objects.filter(request_id__in=[one.headers["X-Simulador-Request-Id"] for one in (good, bad)])
    kept = [str(value) for row in rows.values() for value in row.values()]
    kept += [f"{event.target_label} {event.details}" for event in AuditEvent.objects.all()]
    assert list(rows.order_by("pk").values_list("door", "code")) == [("cadsus-pix", ""), ("cadsus-pix", "field")]
    assert not any(secret in text for secret in (CPF, number) for text in (*kept, *map(str, lines), caplog.text))


def test_more_than_anybody_tells_is_not_looked_up(cnes: str, django_assert_max_num_queries: Any) -> None:
    many = "".join(f'<id root="{ROOT}" extension="{n}"/>' for n in range(3000))
    with django_assert_max_num_queries(30):
        told = details(
            send(record().replace('<statusCode code="active"/><confid', f"{many}<statusCode/><confid"), cnes)
        )
        merged = details(send(merging((ROOT, "1"), *[(ROOT, str(n)) for n in range(3000)]), cnes))
        asked = post(query(*[by_id(str(n), root=ROOT) for n in range(3000)]), shown=f"jwt {system_token(cnes)}")
    assert all("no máximo 20" in text for _, text in (*told, *merged))
    assert asked.code == "QE"


# Who may, and when.


def test_only_a_system_with_a_credential_writes(cnes: str) -> None:
    reply = send(record(cpf=CPF), None)
    assert reply.status == 500
    assert b"permiss" in reply.content
    assert nothing_left()
    assert send(record(cpf=CPF), cnes, HTTP_AUTHORIZATION="").status == 401


def test_a_base_that_is_down_takes_nothing_in(cnes: str, switch: Switch) -> None:
    with_scenario = send(record(), cnes, HTTP_X_SIMULADOR_CENARIO="fault-200")
    assert (with_scenario.status, b"soap:Fault" in with_scenario.content) == (200, True)
    switch(cadsus_scenario=CadsusScenario.DOWN)
    assert send(record(), cnes).status == 503
    assert send(merging((ROOT, "1"), (ROOT, "2")), cnes).status == 503
    switch(cadsus_scenario=CadsusScenario.NORMAL, cadsus_available=False)
    assert send(record(), cnes).status == 503
    assert nothing_left()


def test_a_question_is_none_of_the_messages_of_this_service(cnes: str) -> None:
    reply = send(query(by_id(CPF)), cnes)
    assert (reply.status, b"soap:Fault" in reply.content) == (500, True)
