"""«Transmitir»: what it takes, what comes of it, whom it tells, and what is refused."""

import re
import threading
from typing import Any

import pytest

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from declarations.engine.beginnings import BEGINNINGS, consistent
from declarations.engine.declaration import Table
from declarations.engine.periods import Period
from declarations.engine.report import Report
from declarations.models import Declaration, Receipt
from declarations.services import transmitting
from declarations.services.grid import judged
from declarations.services.packing import pack_declaration
from declarations.services.receipts import paper_of
from declarations.services.transmitting import AnotherUnderWay, Outcome, transmit
from declarations.services.verifying import verify_declaration
from pki import services as pki
from siops.models import RuleRelease, Technician
from siops.models.scoped import TECHNICIAN
from tests.actors import acting
from tests.clock import now
from tests.concurrency import at_once
from tests.declarations.sending import packed, send
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting

MANY = 4


@pytest.fixture
def sender(db: None) -> Acting:
    pki.ensure_authorities(at=now())
    return siops.make_acting(TECHNICIAN, make_entity())


def subjects() -> list[str]:
    return sorted(OutboxMessage.objects.values_list("subject", flat=True))


def test_a_receipt_is_given_once_for_one_content(sender: Acting) -> None:
    siops.make_health_manager("secretary_substitute", sender.entity)
    declaration = packed(sender)
    outcome = send(declaration, sender)
    receipt = outcome.receipt
    assert receipt
    assert outcome.is_new
    assert outcome.declaration.status == "transmitted"
    assert (receipt.content_hash, receipt.rules) == (declaration.content_hash, "regras-2026.1")
    assert None not in (receipt.committed_percent, receipt.settled_percent, receipt.paid_percent)
    assert paper_of(receipt)
    waits = "SIOPS: há dados aguardando homologação"
    told = [waits, waits, f"SIOPS: transmissão recebida, recibo {receipt.number}"]
    assert subjects() == told

    again = send(declaration, sender)
    assert (again.receipt, again.is_new) == (receipt, False)
    assert subjects() == told
    assert AuditEvent.objects.filter(verb="declaration.transmitted").count() == 1


def test_the_mails_say_percentages_and_no_amount_and_no_whole_cpf(sender: Acting) -> None:
    send(packed(sender), sender)
    bodies = "\n".join(OutboxMessage.objects.values_list("body", flat=True))
    amounts = re.findall(r"[0-9.]+,[0-9]{2}\b(?! %)", bodies)
    assert not amounts
    # Of the sixty-four digits of a hash eleven in a row may be decimal ones.
    assert not re.search(r"\b[0-9]{11}\b|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", bodies)


def test_what_blocks_by_now_is_rejected_and_leaves_no_receipt(sender: Acting) -> None:
    declaration = packed(sender)
    # The bimestre before is homologated meanwhile, with more than this one says.
    more = consistent(Period(2026, 6))
    make_declaration(sender.entity, make_period(2026, 4), status="homologated", opened_by=sender.user, tables=more)
    outcome = send(declaration, sender)
    assert outcome.receipt is None
    declaration.refresh_from_db()
    assert (declaration.status, declaration.blocking) == ("rejected", outcome.report.blocking)
    assert "Transmissão rejeitada: " in outcome.rejection
    assert not Receipt.objects.exists()
    assert subjects() == ["SIOPS: transmissão rejeitada"]
    assert "SIM-I19" in OutboxMessage.objects.get().body
    with pytest.raises(NotAllowedNow):
        send(declaration, sender)


def test_another_version_takes_the_place_of_the_one_that_waits(sender: Acting) -> None:
    first = packed(sender)
    receipt = send(first, sender).receipt
    second = packed(sender, version=2)
    newer = send(second, sender).receipt
    first.refresh_from_db()
    assert first.status == "substituted"
    assert newer
    assert receipt
    assert newer.number != receipt.number
    # What was substituted is not delivered again by its old hash.
    with pytest.raises(NotAllowedNow):
        send(first, sender)


def test_a_rule_that_was_released_is_named_in_the_receipt(sender: Acting) -> None:
    period = make_period()
    tables: dict[str, Table] = BEGINNINGS["pago-maior"].whole(consistent(period.period))
    declaration = make_declaration(sender.entity, period, opened_by=sender.user, tables=tables)
    ticket = siops.make_ticket(sender.entity)
    RuleRelease.objects.create(
        entity=sender.entity,
        ticket=ticket,
        rule_code="SIM-I09",
        year=2026,
        bimester=5,
        version=1,
        reason="Regra com defeito.",
        granted_by=siops.make_coordinator(),
        granted_at=now(),
    )
    verified = verify_declaration(declaration_id=declaration.pk, by=sender, at=now())
    pack_declaration(declaration_id=declaration.pk, shown_hash=verified.content_hash, by=sender, at=now())
    receipt = send(verified, sender).receipt
    assert receipt
    assert receipt.released == "SIM-I09"


class TestRefusals:
    def refused(self, declaration: Declaration, by: Acting, code: str, shown: str = "") -> None:
        with pytest.raises((NotAllowedNow, RuleBroken, NotPermitted)) as refusal:
            send(declaration, by, shown)
        assert refusal.value.code == code
        assert not Receipt.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_other_content_than_was_shown(self, sender: Acting) -> None:
        self.refused(packed(sender), sender, "changed_since_shown", "0" * 64)

    def test_not_written_yet(self, sender: Acting) -> None:
        row = make_declaration(sender.entity, make_period(), opened_by=sender.user)
        verified = verify_declaration(declaration_id=row.pk, by=sender, at=now())
        self.refused(verified, sender, "wrong_status")

    def test_nobody_else_transmits(self, sender: Acting) -> None:
        declaration = packed(sender)
        foreign = siops.make_acting(TECHNICIAN, make_other_entity())
        for other in (siops.make_acting("secretary_substitute", sender.entity), foreign):
            self.refused(declaration, other, "not_permitted")

    def test_a_secretary_who_is_not_active(self, sender: Acting) -> None:
        declaration = packed(sender)
        secretary = declaration.entity.health_managers.get(role="secretary")
        secretary.doubt()
        secretary.save()
        self.refused(declaration, sender, "no_secretary")

    def test_a_technician_replaced_since_it_was_written(self, sender: Acting) -> None:
        declaration = packed(sender)
        record = Technician.objects.get(entity=sender.entity)
        record.substitute(at=now())
        record.save()
        siops.make_technician(sender.entity)
        self.refused(declaration, sender, "not_permitted")


def click(declaration: Declaration, sender: Acting) -> Outcome:
    """In a session of its own."""
    shown = declaration.content_hash
    return transmit(declaration_id=declaration.pk, shown_hash=shown, by=acting(sender), at=now())


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Double click, two browsers, portal and transmitter."""

    def test_one_receipt_and_one_letter_each(self, sender: Acting) -> None:
        declaration = packed(sender)
        results = at_once(*[lambda: click(declaration, sender)] * MANY)
        receipts = {getattr(each, "receipt", None) for each in results if not isinstance(each, AnotherUnderWay)}
        assert receipts == {Receipt.objects.get()}
        assert len(OutboxMessage.objects.all()) == 2
        # Who met the other in the act asks again, and has the same answer.
        again = send(declaration, sender)
        assert again.receipt in receipts

    def test_who_comes_second_is_told(self, sender: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
        declaration, has_begun, is_told = packed(sender), threading.Event(), threading.Event()

        def judged_slowly(*asked: Any) -> Report:
            has_begun.set()
            assert is_told.wait(timeout=10)
            return judged(*asked)

        def second() -> object:
            try:
                assert has_begun.wait(timeout=10)
                return click(declaration, sender)
            finally:
                is_told.set()

        monkeypatch.setattr(transmitting, "judged", judged_slowly)
        first, refused = at_once(lambda: click(declaration, sender), second)
        assert (refused.code, refused.message) == ("under_way", "Outra transmissão em andamento.")
        assert first.receipt == Receipt.objects.get()
