"""«Auditoria»: the filters, the table to take along, and what a wrong filter finds."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from common import audit
from desk.forms.trail import TrailForm
from desk.services import queues, trail
from tests.actors import acting, routine, signed_in
from tests.factories import NOON, make_administrator, make_entity, make_other_entity
from tests.factories.siops import make_coordinator, make_letter, make_ticket

pytestmark = pytest.mark.django_db
REVIEWED: dict[str, Any] = {"reviewed_at": NOON, "reason": "A ata está ilegível."}


def labels(reader: User, **asked: str) -> list[str]:
    form = TrailForm(asked)
    assert form.is_valid(), form.errors
    return [event.target_label for event in trail.trail(form.asked, by=acting(reader))]


def test_each_filter_narrows() -> None:
    here, there = make_entity(), make_other_entity()
    who = make_coordinator()
    audit.record("letter.approved", target=make_letter(here), by=acting(who), at=NOON)
    audit.record("ticket.answered", target=make_ticket(there), by=routine(), at=NOON - timedelta(days=2))
    found = partial(labels, make_administrator())
    letter, ticket = found()
    assert found(verb="letter.approved") == found(who=who.name) == found(entity=here.ibge) == [letter]
    assert found(who="test") == found(last="22/11/2026") == found(entity=there.ibge) == [ticket]
    assert found(first="23/11/2026", last="23/11/2026") == [letter]
    assert found(request_id="outra") == found(entity="Lugar Nenhum") == []


def test_a_wrong_filter_finds_nothing_and_says_why() -> None:
    audit.record("ticket.answered", target=make_ticket(), by=routine(), at=NOON)
    page = signed_in(make_administrator()).get(reverse("desk:trail"), {"first": "23/11/2026", "last": "01/11/2026"})
    assert page.context["form"].errors["last"]
    assert page.context["rows"] == []


def test_the_table_to_take_along_has_what_the_page_has() -> None:
    ticket = make_ticket()
    audit.record("ticket.answered", target=ticket, by=routine(), at=NOON)
    answer = signed_in(make_administrator()).get(reverse("desk:trail_csv"))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("\ufeffSIMULADO")
    assert lines[1].split(";") == list(trail.HEADER)
    assert str(ticket) in lines[2]


def test_the_item_tells_what_was_decided_before_about_its_entity_and_of_no_other() -> None:
    who, here = make_coordinator(), make_entity()
    waiting, former = make_letter(here), make_letter(here, status="returned", **REVIEWED, reviewed_by=who)
    elsewhere = make_letter(make_other_entity())
    audit.record("letter.returned", target=former, by=acting(who), at=NOON - timedelta(days=3), reason="Ata ilegível.")
    audit.record("letter.sent", target=waiting, by=routine(), at=NOON)
    audit.record("letter.approved", target=elsewhere, by=routine(), at=NOON)
    _, queue = queues.waiting_of("oficios")
    for reader in (who, make_administrator()):
        page = signed_in(reader).get(reverse("siops:letter_review", args=[waiting.pk])).content.decode()
        told = " ".join(page.partition("Decisões anteriores deste ente")[2].partition("</ul>")[0].split())
        assert f"20/11/2026: {former}, devolvido por {who.name}: «Ata ilegível.»" in told
        assert told.count("<li>") == 1
    assert trail.former_decisions(queue, queue.rows(acting(who)).filter(pk=former.pk)) == []


def test_own_decisions_are_those_of_the_queues_one_reads() -> None:
    who, ticket = make_coordinator(), make_ticket()
    audit.record("ticket.answered", target=ticket, by=acting(who), at=NOON)
    audit.record("rule.released", target=ticket, by=acting(who), at=NOON)
    audit.record("ticket.answered", target=ticket, by=acting(make_coordinator("outra")), at=NOON)
    assert trail.own_decisions(acting(who)).count() == 1
    assert not trail.own_decisions(acting(who), since=trail.today_of(NOON + timedelta(days=1))).exists()


def test_what_happened_about_an_entity_is_read_by_its_index() -> None:
    """Of so few rows the planner would rather read all."""
    rows = trail.trail(trail.Asked(entity_ids=(7,)), by=acting(make_administrator()))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows[:50].explain()
    assert "audit_entity" in plan
    assert "Sort" not in plan
