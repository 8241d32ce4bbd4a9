"""Thousands of damaged messages: each gets an answer of the table or a Fault, and leaves nothing behind."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from cadsus.models import Continuation
from tests.cadsus import wire
from tests.cadsus.wire import by_birth, by_id, by_name, continuation, post, query

pytestmark = pytest.mark.django_db
TIMES = 5_000
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
