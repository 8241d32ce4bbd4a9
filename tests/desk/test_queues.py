"""What the desk lists: the groups by lateness, who has what, the search, and the same statements however much waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common import house
from desk.models import Claim
from desk.services import queues
from pki import services as pki
from tests.actors import acting, signed_in
from tests.clock import now
from tests.factories import NOON, make_entity, make_other_entity, make_staff
from tests.factories.credentials import accept, make_awaiting_terms
from tests.factories.siops import make_coordinator, make_letter, make_ticket
from tests.switches import Switch
from tickets.models import SupportTicket

pytestmark = pytest.mark.django_db
KEY = "chamados"
HOUR = timedelta(hours=1)


def group_of(hours: float) -> str:
    """The group of a ticket that has waited so long."""
    ticket = make_ticket(waiting_since=NOON - HOUR * hours, opened_at=NOON - HOUR * hours)
    _, waiting = queues.waiting_of(KEY)
    row = queues.in_order(waiting, acting(make_coordinator()), NOON).get(pk=ticket.pk)
    return queues.GROUPS[row.group].label


@pytest.mark.parametrize(
    ("hours", "label"),
    [
        (0, "NO PRAZO"),
        (57.5, "NO PRAZO"),
        (57.6, "VENCE LOGO"),
        (71.9, "VENCE LOGO"),
        (72, "ATRASADO"),
        (107.9, "ATRASADO"),
        (108, "MUITO ATRASADO"),
    ],
)
def test_the_group_follows_from_the_share_of_the_term(hours: float, label: str) -> None:
    assert group_of(hours) == label


def test_the_latest_come_first_and_in_a_group_what_nobody_has() -> None:
    coordinator = make_coordinator()
    held, free, late = (
        make_ticket(waiting_since=NOON - HOUR * hours, opened_at=NOON - HOUR * hours) for hours in (10, 5, 80)
    )
    Claim.objects.create(queue=KEY, item_id=held.pk, holder=coordinator, taken_at=NOON)
    _, waiting = queues.waiting_of(KEY)
    rows = queues.in_order(waiting, acting(coordinator), NOON)
    assert [row.pk for row in rows] == [late.pk, free.pk, held.pk]
    assert queues.counted(rows, acting(coordinator)) == {queues.MINE: 1, queues.UNCLAIMED: 2, queues.EVERYBODY: 3}


def test_what_was_decided_waits_no_more() -> None:
    ticket = make_ticket()
    _, waiting = queues.waiting_of(KEY)
    coordinator = acting(make_coordinator())
    assert waiting.rows(coordinator).count() == 1
    SupportTicket.objects.filter(pk=ticket.pk).update(status="answered", answered_at=now())
    assert not waiting.rows(coordinator).exists()


@pytest.mark.parametrize("text", ["São Paulo", "sao pau", "3550308", "35503"])
def test_the_search_is_by_name_without_accents_or_by_code(text: str) -> None:
    here = make_letter(make_entity())
    make_letter(make_other_entity())
    assert found(text) == [here.pk]


def test_the_search_is_also_by_number_and_finds_nothing_for_what_nothing_has() -> None:
    letter = make_letter()
    assert found(str(letter.pk)) == found("") == [letter.pk]
    assert found("Lugar Nenhum") == found("9" * 30) == found("\N{ARABIC-INDIC DIGIT ONE}") == []


def test_a_request_of_the_rnds_is_also_found_by_its_cnes(switch: Switch) -> None:
    switch(review_mode="analista")
    pki.ensure_authorities(at=now())
    row = accept(make_awaiting_terms())
    cnes = row.establishment.cnes
    _, waiting = queues.waiting_of("credenciais")
    rows = queues.in_order(waiting, acting(make_staff()), NOON)
    assert [row.pk for row in queues.matching(rows, waiting, cnes)] == [row.pk]
    assert not queues.matching(rows, waiting, "9" * len(cnes)).exists()


def found(text: str) -> list[int]:
    _, waiting = queues.waiting_of("oficios")
    reader = User.objects.filter(login="leitor").first() or make_coordinator("leitor")
    rows = queues.in_order(waiting, acting(reader), NOON)
    return [row.pk for row in queues.matching(rows, waiting, text)]


def test_the_page_costs_the_same_with_ten_and_with_ten_thousand() -> None:
    first, client = make_ticket(), signed_in(make_coordinator())
    addresses = [
        reverse("desk:queue", args=[KEY]) + f"?ver={scope}"
        for scope in (queues.MINE, queues.UNCLAIMED, queues.EVERYBODY)
    ]

    def wait(more: int) -> None:
        """More of the same, without ten thousand objects."""
        columns = ", ".join(f'"{each.column}"' for each in SupportTicket._meta.concrete_fields if not each.primary_key)
        table = SupportTicket._meta.db_table
        chosen = f"SELECT {columns} FROM {table}, generate_series(1, %s) WHERE id = %s"  # noqa: S608 -- names of a model
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({columns}) {chosen}", [more, first.pk])

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    wait(9)
    ten = [statements(address) for address in addresses]
    wait(9_990)
    assert SupportTicket.objects.count() == 10_000
    assert [statements(address) for address in addresses] == ten


def test_every_queue_lists_rows_that_have_an_entity_and_a_page() -> None:
    reader = acting(make_staff("auditor", staff_role="auditor"))
    for queue in house.queues():
        if queue.waiting:
            rows = queues.in_order(queue.waiting, reader, NOON)
            assert list(queues.with_entity(rows, queue.waiting)[:1]) == []
            assert reverse(queue.waiting.item, args=[1])
            assert set(queue.waiting.decisions) <= set(house.verbs())
