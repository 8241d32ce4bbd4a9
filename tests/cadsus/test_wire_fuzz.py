"""Thousands of damaged messages: each gets an answer of the table or a Fault, and leaves nothing behind."""

from __future__ import annotations

import random
import re

import pytest
from lxml import etree

from cadsus.api import oids, pix
from cadsus.models import Continuation
from tests.cadsus import wire
from tests.cadsus.pix import PATH, merging, other_ids, record, system_token
from tests.cadsus.wire import by_birth, by_id, by_name, continuation, post, query
from tests.factories import make_establishment, make_municipality

pytestmark = pytest.mark.django_db
TIMES, MISTOLD = 5_000, 300
SEED = 20261129
SEEDS = (
    query(by_id("11144477735")),
    query(by_id("898001160366001"), by_birth("19870115")),
    query(by_name("MARIA EXEMPLO"), by_birth("19870115")),
    query(by_name("MARIA EXEMPLO"), more='<initialQuantity value="10"/>'),
    continuation(),
    continuation(cancel=True),
)
PIECES = (
    b"<",
    b">",
    b'"',
    b"&",
    b"&#0;",
    b"&x;",
    b"<!DOCTYPE a>",
    b"\x00",
    b"\xff",
    b"<![CDATA[",
    b"-->",
    b"9" * 400,
    b"",
)
TAGS = ("queryId", "parameterList", "value", "livingSubjectId", "queryByParameter", "controlActProcess", "soap:Body")


def damaged(body: bytes, dice: random.Random) -> bytes:
    """One, two or three things go wrong with a message."""
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(body) + 1)
        match dice.randrange(5):
            case 0:
                body = body[:place]
            case 1:
                body = body[:place] + dice.choice(PIECES) + body[place + dice.randrange(20) :]
            case 2:
                body = body.replace(dice.choice(TAGS).encode(), dice.choice(TAGS).encode(), 1)
            case 3:
                body = body[:place] + bytes([dice.randrange(256)]) + body[place + 1 :]
            case _:
                start = dice.randrange(len(body) + 1)
                body = body[:place] + body[start : start + 80] + body[place:]
    return body


def test_every_damaged_message_gets_an_answer_of_the_table_or_a_fault() -> None:
    dice, shown, seen = random.Random(SEED), f"jwt {wire.token()}", set()  # noqa: S311 -- the same damages each time
    for _ in range(TIMES):
        body = damaged(wire.envelope(dice.choice(SEEDS), dice.choice((wire.SOAP_12, wire.SOAP_11))), dice)
        answer = post(body, shown=shown)
        told = next(iter(answer.root.iter("{*}Body")))[0]
        name = etree.QName(told).localname
        assert (answer.status, name) in {
            (200, "PRPA_IN201306UV02"),
            (500, "Fault"),
        }, body
        assert b"server_error" not in answer.content, body
        seen.add(answer.code if name != "Fault" else "Fault")
    assert seen == {"NF", "QE", "Fault"}
    assert not Continuation.objects.exists()


# What a system tells of somebody, in attributes and texts that are as wrong as they can be.
FULL = other_ids(
    ("2.16.840.1.113883.13.243", "MG123"),
    ("2.16.840.1.113883.13.243.1", "20030303"),
    ("2.16.840.1.113883.4.707", "SP"),
    ("2.16.840.1.113883.13.245", "SSP"),
) + other_ids(("2.16.840.1.113883.13.241.1", "null"), ("2.16.840.1.113883.4.706", "1" * 32))
FED = (
    record(cpf="11144477735", more=FULL),
    record(more=other_ids((oids.CNS, "898000000000010"), (oids.CNS_KIND, "P")), confidentiality="R"),
    record(operation=pix.REVISE, cpf="11144477735", status="inactive"),
    merging((oids.CPF, "11144477735"), (oids.CNS, "898000000000010")),
)
WRONG = (
    "",
    "9" * 400,
    "\u202e",
    "ç" * 60,
    "00000000",
    "20991399",
    "-1",
    "null",
    "\u2028",
    "x\ty",
    "٣",
    "19000101",
    "é\u0301",
)
VALUE = re.compile(r'(?<=extension=")[^"]*|(?<= code=")[^"]*|(?<= value=")[^"]*|(?<= use=")[^"]*|(?<=>)[^<>]+(?=<)')


def mistold(message: str, dice: random.Random) -> bytes:
    """Some of what the message says is something else."""
    for _ in range(dice.randint(1, 3)):
        places = [found.span() for found in VALUE.finditer(message)]
        start, end = dice.choice(places)
        message = message[:start] + dice.choice(WRONG) + message[end:]
    return wire.envelope(message)


def test_every_mistold_record_is_taken_in_or_refused_in_words() -> None:
    make_municipality()
    cnes = make_establishment().cnes
    dice, seen = random.Random(SEED), set()  # noqa: S311 -- the same mistakes each time
    shown = f"jwt {system_token(cnes)}"
    for _ in range(MISTOLD):
        message = dice.choice(FED)
        body = mistold(message, dice) if dice.random() < 0.7 else damaged(wire.envelope(message), dice)
        answer = post(body, shown=shown, application=pix.application, PATH_INFO=PATH)
        name = etree.QName(next(iter(answer.root.iter("{*}Body")))[0]).localname
        assert (answer.status, name) in {(200, "MCCI_IN000002UV01"), (500, "Fault")}, body
        assert b"server_error" not in answer.content, body
        assert b"permiss" not in answer.content, body
        seen.add("Fault" if name == "Fault" else answer.value("acknowledgement/typeCode", "code"))
    assert seen == {"CA", "CE", "Fault"}
