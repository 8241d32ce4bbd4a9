"""The PEC's messages: what it asks, read by the door of the CADSUS, and what it reads of each kind of answer."""

from datetime import date
from typing import Any

import pytest
from lxml import etree

from cadsus.api import hl7, oids
from rnds.services import pdq
from rnds.services.pdq import Asked
from tests.cadsus.wire import SAMPLES
from tests.clock import now

HTML = "<!doctype html><html><title>Manutenção</title></html>".encode()


def asked_at_the_door(asked: Asked) -> hl7.Asked:
    """The question as the door reads it."""
    envelope = etree.fromstring(pdq.question(asked, sender="PEC & Cia <1>", at=now()))
    message = envelope[0][0]
    hl7.require_structure(message)
    assert hl7.name_of(message) == hl7.QUERY
    assert hl7.header_of(message).sender == "PEC & Cia <1>"
    return hl7.asked(message)


@pytest.mark.parametrize(("number", "root"), [("11144477735", oids.CPF), ("700000000000013", oids.CNS)])
def test_a_number_is_asked_under_its_root(number: str, root: str) -> None:
    found = asked_at_the_door(Asked(number=number, name="NÃO VAI"))
    assert (found.numbers, found.others, found.name) == (((root, number),), (), "")


def test_personal_data_are_asked_whole_and_escaped() -> None:
    found = asked_at_the_door(Asked(name='ANA D"ÁVILA & <X>', mother="EVA", birth_date=date(1987, 1, 15)))
    assert (found.name, found.mother, found.birth_date) == ('ANA D"ÁVILA & <X>', "EVA", date(1987, 1, 15))
    assert found.numbers == ()


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.xml").read_bytes()


def test_a_citizen_is_read_whole() -> None:
    told = pdq.read(sample("found"))
    (citizen,) = told.citizens
    assert (told.total, told.refusal, told.fault) == (1, "", "")
    assert (citizen.name, citizen.social_name) == ("MARIA EXEMPLO DA SILVA", "NOME SOCIAL EXEMPLO")
    assert (citizen.mother, citizen.birth_date, citizen.sex) == ("ANA EXEMPLO", date(1987, 1, 15), "F")
    assert citizen.cpf == "11144477735"
    assert [(cns.number, cns.label) for cns in citizen.numbers] == [
        ("700000000000013", "definitivo"),
        ("898000000000010", "provisório"),
    ]
    assert (citizen.is_active, citizen.is_protected, citizen.is_deceased) == (True, False, False)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (sample("nf"), {}),
        (sample("fault"), {"fault": "As credenciais informadas não são válidas"}),
        (
            b"<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><e:Fault>"
            b"<faultstring>Fora do ar</faultstring></e:Fault></e:Body></e:Envelope>",
            {"fault": "Fora do ar"},
        ),
    ],
)
def test_nobody_and_faults(content: bytes, expected: dict[str, Any]) -> None:
    assert pdq.read(content) == pdq.Told(**expected)


def test_a_refused_question_says_why() -> None:
    told = pdq.read(sample("ae"))
    assert told.refusal
    assert told.citizens == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "vazia"),
        (HTML, "<!doctype html>"),
        (b"<a/>", "<a/>"),
        (b"<Envelope><Body/></Envelope>", "Envelope"),
        (b"<Envelope><Body><outra/></Body></Envelope>", "outra"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><Envelope><Body><b>&a;</b></Body></Envelope>', "mensagem SOAP"),
        (b"\xff\xfe<", "mensagem SOAP"),
    ],
)
def test_what_is_no_message_is_said_to_be_none(content: bytes, reason: str) -> None:
    with pytest.raises(pdq.Unreadable, match=reason):
        pdq.read(content)


@pytest.mark.parametrize("day", ["", "2026", "20261399000000", "abcdefgh"])
def test_a_birth_that_is_no_day_is_unknown(day: str) -> None:
    (citizen,) = pdq.read(
        sample("found").replace(b'birthTime value="19870115000000"', f'birthTime value="{day}"'.encode())
    ).citizens
    assert citizen.birth_date is None
