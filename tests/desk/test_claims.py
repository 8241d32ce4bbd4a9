"""«Assumir», «Devolver à fila» and «Próximo da fila»: one holder for each item, also for two who ask at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from common.exceptions import NotAllowedNow, NotPermitted, ProofTooOld, RuleBroken
from common.models import AuditEvent
from desk.models import Claim
from desk.services.claims import give_back_item, take_item, take_next
from siops.services.letters import approve_letter
from siops.services.tickets import answer_ticket
from tests.actors import acting, signed_in
from tests.concurrency import at_once
from tests.factories import NOON, make_administrator
from tests.factories.siops import make_checker, make_coordinator, make_letter, make_ticket

pytestmark = pytest.mark.django_db
KEY = "chamados"


def test_the_second_is_told_who_has_it_and_leaves_no_trace() -> None:
    ticket, first, second = make_ticket(), make_coordinator("primeira"), make_coordinator("segundo")
    for _ in range(2):
        take_item(key=KEY, item_id=ticket.pk, by=acting(first), at=NOON)
    with pytest.raises(RuleBroken, match=first.name):
        take_item(key=KEY, item_id=ticket.pk, by=acting(second), at=NOON)
    with pytest.raises(RuleBroken):
        give_back_item(key=KEY, item_id=ticket.pk, by=acting(second), at=NOON)
    assert Claim.objects.get().holder == first
    assert AuditEvent.objects.filter(verb="desk.taken").count() == 1


def test_a_mark_among_colleagues_asks_no_second_factor_anew_and_the_decision_does() -> None:
    letter, by = make_letter(), replace(acting(make_coordinator()), proven_lately=False)
    take_item(key="oficios", item_id=letter.pk, by=by, at=NOON)
    with pytest.raises(ProofTooOld):
        approve_letter(letter_id=letter.pk, by=by, at=NOON)
    give_back_item(key="oficios", item_id=letter.pk, by=by, at=NOON)


def test_what_is_given_back_is_free_again() -> None:
    ticket, first, second = make_ticket(), make_coordinator("primeira"), make_coordinator("segundo")
    take_item(key=KEY, item_id=ticket.pk, by=acting(first), at=NOON)
    give_back_item(key=KEY, item_id=ticket.pk, by=acting(first), at=NOON)
    assert take_item(key=KEY, item_id=ticket.pk, by=acting(second), at=NOON).holder == second


@pytest.mark.parametrize("make_reader", [make_administrator, make_checker])
def test_who_does_not_decide_takes_nothing(make_reader: object) -> None:
    ticket = make_ticket()
    with pytest.raises(NotPermitted):
        take_item(key=KEY, item_id=ticket.pk, by=acting(make_reader()), at=NOON)  # type: ignore[operator]
    assert not Claim.objects.exists()


def test_what_was_decided_is_taken_by_nobody() -> None:
    ticket, coordinator = make_ticket(), acting(make_coordinator())
    answer_ticket(ticket_id=ticket.pk, text="Corrija a linha 12.", by=coordinator, at=NOON)
    with pytest.raises(NotAllowedNow):
        take_item(key=KEY, item_id=ticket.pk, by=coordinator, at=NOON)


def test_the_next_one_is_the_longest_wait_that_no_colleague_has() -> None:
    mine, theirs, free = (
        make_ticket(waiting_since=NOON - timedelta(hours=hours), opened_at=NOON - timedelta(hours=hours))
        for hours in (1, 90, 80)
    )
    me, colleague = acting(make_coordinator("eu")), acting(make_coordinator("colega"))
    take_item(key=KEY, item_id=theirs.pk, by=colleague, at=NOON)
    assert take_next(key=KEY, after=None, by=me, at=NOON) == free.pk
    assert take_next(key=KEY, after=free.pk, by=me, at=NOON) == mine.pk
    give_back_item(key=KEY, item_id=free.pk, by=me, at=NOON)
    assert take_next(key=KEY, after=mine.pk, by=me, at=NOON) == free.pk


def test_none_is_next_where_none_waits() -> None:
    assert take_next(key=KEY, after=None, by=acting(make_coordinator()), at=NOON) is None


def test_the_buttons_lead_to_the_item_and_back_to_the_queue() -> None:
    ticket = make_ticket()
    client, other = signed_in(make_coordinator("primeira")), signed_in(make_coordinator("segundo"))
    page, queue = reverse("siops:ticket_answer", args=[ticket.pk]), reverse("desk:queue", args=[KEY])
    take = reverse("desk:take", args=[KEY, ticket.pk])
    assert client.post(take).headers["Location"] == page
    assert other.post(take).headers["Location"] == queue
    assert 'action="' + reverse("desk:give_back", args=[KEY, ticket.pk]) in client.get(page).content.decode()
    assert client.post(reverse("desk:next", args=[KEY]), {"depois": ticket.pk}).headers["Location"] == queue
    assert client.get(reverse("desk:queue", args=["nenhuma"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_item_at_once_one_has_it() -> None:
    ticket = make_ticket()
    people = [acting(make_coordinator(login)) for login in ("primeira", "segundo")]
    taken = at_once(*[lambda by=by: take_item(key=KEY, item_id=ticket.pk, by=by, at=NOON) for by in people])
    assert sorted(getattr(result, "code", "taken") for result in taken) == ["held", "taken"]
    assert AuditEvent.objects.filter(verb="desk.taken").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_for_the_next_one_at_once_get_two_items() -> None:
    tickets = {make_ticket().pk, make_ticket().pk}
    people = [acting(make_coordinator(login)) for login in ("primeira", "segundo")]
    asked = [lambda by=by: take_next(key=KEY, after=None, by=by, at=NOON) for by in people]
    assert set(at_once(*asked)) == tickets
    assert Claim.objects.count() == 2
