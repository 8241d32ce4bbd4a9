"""The 24 hours after a transmission: the badge, from when, and the reminders E6, each mark once."""

from datetime import timedelta
from typing import Any

import pytest

from common.models import OutboxMessage
from common.switch_choices import Homologation24h
from declarations.models import Declaration
from declarations.services import waiting
from siops.models import HealthManager
from tests.clock import now
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.switches import Switch

pytestmark = pytest.mark.django_db
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
Role = HealthManager.Role


def of(status: str = "transmitted", waited: timedelta = timedelta(), **fields: object) -> Declaration:
    """In memory, sent `waited` ago (or homologated now, so long after it was sent)."""
    return Declaration(status=status, transmitted_at=now() - waited, **fields)


@pytest.mark.parametrize(
    ("mode", "waited", "text"),
    [
        (Homologation24h.WITHIN, timedelta(), "FALTAM 24 h"),
        (Homologation24h.WITHIN, 2 * HOUR, "FALTAM 22 h"),
        (Homologation24h.WITHIN, 24 * HOUR, "FALTAM 1 h"),
        (Homologation24h.WITHIN, 24 * HOUR + INSTANT, "FORA DAS 24H"),
        (Homologation24h.AFTER, 2 * HOUR, "DISPONÍVEL EM 22 h"),
        (Homologation24h.AFTER, 24 * HOUR, None),
        (Homologation24h.OFF, 30 * HOUR, None),
    ],
)
def test_what_a_page_says(switch: Switch, mode: Homologation24h, waited: timedelta, text: str | None) -> None:
    switch(homologation_24h=mode)
    badge = waiting.badge_of(of(waited=waited), now())
    assert (badge.text if badge else None) == text


def test_a_homologated_one_only_says_that_it_came_late() -> None:
    late = waiting.badge_of(of("homologated", 25 * HOUR, homologated_at=now()), now())
    assert late is not None
    assert late.text == "FORA DAS 24H"
    assert waiting.badge_of(of("homologated", 23 * HOUR, homologated_at=now()), now() + 9 * HOUR) is None


@pytest.mark.parametrize(("mode", "hours"), [(Homologation24h.WITHIN, 0), (Homologation24h.AFTER, 24)])
def test_from_when_it_may_be_homologated(switch: Switch, mode: Homologation24h, hours: int) -> None:
    switch(homologation_24h=mode)
    assert waiting.available_at(of()) == now() + hours * HOUR


@pytest.mark.parametrize(
    ("mode", "marks"),
    [(Homologation24h.WITHIN, [20, 24, 48, 72]), (Homologation24h.AFTER, [24, 48, 72]), (Homologation24h.OFF, [])],
)
def test_the_marks_come_in_order(switch: Switch, mode: Homologation24h, marks: list[int]) -> None:
    make_declaration(status="transmitted", tables={})
    switch(homologation_24h=mode)
    found: list[int] = []
    at = now()
    while (mark := waiting.next_reminder(at)) and len(found) < len(marks):
        found.append((mark - now()) // HOUR)
        at = mark
    shown = [((due.at - now()) // HOUR, due.effect) for due in waiting.reminders(now(), now() + 72 * HOUR)]
    assert found == marks
    alone = [(mark, "lembrete por e-mail") for mark in marks if mark <= 24]
    assert shown == [*alone, *([(48, "2 lembretes por e-mail, um por dia")] if marks else [])]


def test_a_long_wait_is_told_in_days() -> None:
    made = make_declaration(status="transmitted", tables={})
    sent = made.sent_at
    (due,) = waiting.reminders(sent + 40 * 24 * HOUR, sent + 41 * 24 * HOUR)
    assert due.what.endswith("sem homologação há 41 dias")
    assert due.effect == "lembrete por e-mail"


def test_each_mark_is_told_once_to_who_may_homologate() -> None:
    entity = make_entity()
    people = [siops.make_health_manager(role, entity) for role in (Role.SECRETARY, Role.SECRETARY_SUBSTITUTE)]
    siops.make_health_manager(Role.HEAD, entity)
    make_declaration(entity, status="transmitted", tables={})
    told = [(hours, waiting.remind(at=now() + hours * HOUR)) for hours in (19, 20, 20, 24, 50, 71)]
    assert told == [(19, 0), (20, 1), (20, 0), (24, 1), (50, 1), (71, 0)]
    letters = OutboxMessage.objects.filter(subject__startswith="Há dados aguardando homologação")
    assert sorted(letters.values_list("to_email", flat=True)) == sorted([person.email for person in people] * 3)


def test_many_cost_the_statements_of_few(django_assert_max_num_queries: Any) -> None:
    for entity in (make_entity(), make_other_entity()):
        siops.make_health_manager(Role.SECRETARY, entity)
        for bimester in (3, 4):
            make_declaration(entity, make_period(2026, bimester), status="transmitted", tables={})
    with django_assert_max_num_queries(2):
        assert waiting.next_reminder(now()) == now() + 20 * HOUR
    # The key of the batch, its rows, those who are told and their accounts, two writes, and the savepoint.
    with django_assert_max_num_queries(9):
        assert waiting.remind(at=now() + 20 * HOUR) == 4
    assert OutboxMessage.objects.filter(subject__startswith="Há dados").count() == 4


def test_alike_are_one_line_of_the_preview() -> None:
    for entity in (make_entity(), make_other_entity()):
        make_declaration(entity, make_period(2026, 4), status="transmitted", tables={})
    told = [due.what for due in waiting.reminders(now(), now() + 24 * HOUR)]
    assert told == [f"4º bimestre de 2026 de 2 entes sem homologação há {hours} h" for hours in (20, 24)]


def test_nobody_is_reminded_of_what_no_longer_waits() -> None:
    make_declaration(status="homologated", tables={})
    assert waiting.next_reminder(now()) is None
    assert waiting.remind(at=now() + 30 * HOUR) == 0
