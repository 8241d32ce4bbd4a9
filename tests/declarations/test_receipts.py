"""The receipt: its number, what its row holds, its place in the log, its signed paper and the public page."""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from common.exceptions import NotPermitted
from declarations import limits
from declarations.engine.receipt_numbers import is_receipt_number, receipt_number
from declarations.models import Declaration, Receipt
from declarations.services.receipts import find_receipt, paper_of, receipt_paper, record_receipt, sent_of
from documents.services import log
from pki import services as pki
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period, make_receipt
from tests.factories.siops import Acting
from tests.in_room import below

NUMBER = receipt_number(2026, 5, "1200401", 1)


def test_a_number_says_what_it_is_of_and_checks_itself() -> None:
    assert NUMBER == "SIM-20265-1200401-000001-95"
    assert is_receipt_number(NUMBER)
    with pytest.raises(ValueError, match="six digits"):
        receipt_number(2026, 5, "1200401", 1_000_000)


@pytest.mark.parametrize(
    "wrong", ["", NUMBER.lower(), NUMBER + "\n", NUMBER[:-2], NUMBER.replace("20265", "20267"), f" {NUMBER}"]
)
def test_what_is_no_number(wrong: str) -> None:
    assert not is_receipt_number(wrong)


def test_one_digit_wrong_or_two_that_changed_places_never_pass() -> None:
    places = [place for place, character in enumerate(NUMBER) if character.isdigit()]
    for place in places:
        others = (NUMBER[:place] + digit + NUMBER[place + 1 :] for digit in "0123456789" if digit != NUMBER[place])
        assert not any(is_receipt_number(other) for other in others)
    for one, other in pairwise(places):
        if NUMBER[one] != NUMBER[other]:
            letters = list(NUMBER)
            letters[one], letters[other] = letters[other], letters[one]
            assert not is_receipt_number("".join(letters))


@pytest.fixture
def sender(db: None) -> Acting:
    pki.ensure_authorities(at=now())
    return siops.make_acting(TECHNICIAN, make_entity())


@pytest.fixture
def sent(sender: Acting) -> Declaration:
    return make_declaration(sender.entity, make_period(), status="transmitted", opened_by=sender.user)


@pytest.fixture
def receipt(sent: Declaration, sender: Acting) -> Receipt:
    return make_receipt(sent, sender)


def without_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")


def change(receipt: Receipt, **fields: Any) -> None:
    """As somebody with the database in hand would."""
    without_triggers()
    Receipt.objects.filter(pk=receipt.pk).update(**fields)


def test_it_says_who_and_what_without_a_whole_cpf(receipt: Receipt, sender: Acting) -> None:
    cpf = sender.record.person.cpf_text
    assert receipt.actor_cpf == f"***.{cpf[3:6]}.{cpf[6:9]}-**"
    assert (receipt.actor_name, receipt.role) == (sender.user.name, "Responsável pelo envio de dados")
    logged = json.loads(receipt.entry.content)
    assert (logged["kind"], logged["number"], logged["settled_percent"]) == ("receipt", receipt.number, 1787)
    assert cpf not in receipt.entry.content


def test_the_row_stays_and_each_act_has_one(receipt: Receipt, sender: Acting) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(warnings=0)
    with pytest.raises(IntegrityError, match="receipt_once_for_each_act"), transaction.atomic():
        make_receipt(receipt.declaration, sender)
    kind = Receipt.Kind.HOMOLOGATION
    sent = sent_of(receipt.declaration)
    other = record_receipt(
        declaration=receipt.declaration, kind=kind, figures=sent.figures, typed=sent.typed_hash, author=sender, at=now()
    )
    assert other.sequence > receipt.sequence
    # What follows says the figures of the transmission.
    assert (other.content_hash, other.settled_percent) == (receipt.content_hash, 1787)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"number": "SIM-1"}, "receipt_number_has_its_form"),
        ({"kind": "other"}, "receipt_kind_exists"),
        ({"content_hash": ""}, "receipt_says_of_what"),
        ({"actor_cpf": "12345678909"}, "receipt_cpf_is_masked"),
        ({"actor_name": ""}, "receipt_says_who"),
        ({"sequence": 0}, "receipt_sequence_fits"),
    ],
)
def test_the_database_holds(receipt: Receipt, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change(receipt, **fields)


def test_its_paper_is_signed_once_and_proves_its_place_in_the_log(receipt: Receipt, sender: Acting) -> None:
    assert paper_of(receipt) is None
    paper = receipt_paper(receipt_id=receipt.pk, by=sender, at=now())
    again = receipt_paper(receipt_id=receipt.pk, by=sender, at=now())
    assert (again.pk, again.sha256) == (paper.pk, paper.sha256)
    assert paper.title == f"Recibo {receipt.number}"
    # The entry of the receipt itself got its place with that of its paper.
    receipt.entry.refresh_from_db()
    assert receipt.entry.index is not None
    assert log.newest_proof(entry_id=receipt.entry.pk) is not None


def test_its_paper_is_of_who_answers_for_the_entity(receipt: Receipt) -> None:
    with pytest.raises(NotPermitted):
        receipt_paper(receipt_id=receipt.pk, by=siops.make_acting(TECHNICIAN, make_other_entity()), at=now())


@pytest.mark.parametrize("what", ["row", "number", "cell", "declaration", "log"])
def test_what_was_tampered_with_is_no_receipt(receipt: Receipt, sent: Declaration, what: str) -> None:
    assert find_receipt(number=receipt.number) == receipt
    number = receipt.number
    if what == "row":
        change(receipt, settled_percent=1500)
    elif what == "number":
        number = receipt_number(2026, 4, sent.entity.ibge, receipt.sequence)
        change(receipt, number=number)
    elif what == "cell":
        sent.cells.filter(column="paga").update(cents=1)
    elif what == "declaration":
        Declaration.objects.filter(pk=sent.pk).update(content_hash="1" * 64)
    else:
        without_triggers()
        type(receipt.entry).objects.filter(pk=receipt.entry.pk).update(content="{}")
    assert find_receipt(number=number) is None


@pytest.mark.django_db(databases=["default", "control"])
def test_the_public_page(client: Client, receipt: Receipt, sent: Declaration) -> None:
    def page(number: str) -> tuple[int, str]:
        answer = client.get(below(reverse("declarations:receipt_verify", args=[number])))
        return answer.status_code, answer.content.decode()

    status, text = page(receipt.number)
    assert (status, "Recibo válido" in text, "17,87 %" in text) == (200, True, False)
    assert receipt.content_hash in text
    for number in (NUMBER, receipt_number(2026, 5, "1200401", 77), "outro"):
        status, text = page(number)
        assert (status, "Recibo inexistente ou adulterado" in text) == (404, True)


@pytest.mark.django_db(databases=["default", "control"])
def test_who_guesses_numbers_waits(client: Client, receipt: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MISSES", replace(limits.MISSES, address=2))

    def ask(number: str) -> int:
        return client.get(below(reverse("declarations:receipt_verify", args=[number]))).status_code

    # Valid ones cost nothing.
    assert [ask(receipt.number) for _ in range(3)] == [200] * 3
    assert [ask(NUMBER) for _ in range(3)] == [404, 404, 429]
