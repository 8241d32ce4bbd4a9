"""Support tickets of the SIOPS (SM-12): with their file, the 72-hour clock, and the one-off release of a crítica."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from siops.models import RuleRelease
from siops.models.scoped import TECHNICIAN
from siops.services.tickets import answer_ticket, is_released, open_ticket, release_rule, reopen_ticket, solve_ticket
from tests.actors import acting
from tests.factories import NOON, make_entity, make_other_entity, person_of, siops
from tests.factories.siops import Acting
from tests.siops import papers
from tests.siops.support import everybody, traces
from tickets.models import SupportTicket

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)
TEXT = "A crítica continua depois da correção."


# --- Opening, answering, solving, reopening ---


@pytest.fixture
def technician() -> Acting:
    return siops.make_acting(TECHNICIAN)


def open_one(by: Acting, **changes: Any) -> SupportTicket:
    arguments: dict[str, Any] = {
        "entity_id": by.entity_id,
        "subject": "Crítica que não sai",
        "rule_code": "sim-i07",
        "text": TEXT,
        "filename": "OPS.zip",
        "content": papers.zipped(),
        "by": acting(by),
        "at": NOON,
    }
    return open_ticket(**(arguments | changes))


def answer(ticket: SupportTicket, by: Any, at: datetime = NOON) -> SupportTicket:
    return answer_ticket(ticket_id=ticket.pk, text="Reenvie com o quadro Q2 refeito.", by=acting(by), at=at)


def stored(ticket: SupportTicket) -> SupportTicket:
    return SupportTicket.objects.get(pk=ticket.pk)


def test_a_ticket_opens_with_its_message_and_file(technician: Acting) -> None:
    ticket = open_one(technician)
    assert (ticket.status, ticket.rule_code, ticket.waiting_since) == ("open", "SIM-I07", NOON)
    message = ticket.messages.get()
    assert (message.text, message.author) == (TEXT, technician.user)
    file = message.attachments.get()
    assert (file.filename, file.entity_id) == ("OPS.zip", technician.entity_id)
    assert AuditEvent.objects.get(verb="ticket.opened").role == "technician"


def test_the_same_file_waits_in_one_ticket_of_the_entity(technician: Acting) -> None:
    ticket = open_one(technician)
    with pytest.raises(RuleBroken, match=f"já foi enviado no {ticket}") as refused:
        open_one(technician, subject="Outra janela")
    assert refused.value.field == "file"
    answer(ticket, siops.make_coordinator("outro"))
    assert open_one(technician).pk != ticket.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "curto"}, "text"),
        ({"rule_code": "XYZ"}, "rule_code"),
        ({"rule_code": "SIM-I07; DROP"}, "rule_code"),
        ({"content": papers.pdf()}, "file"),
        ({"content": papers.zipped({"a.ops": papers.EXE})}, "file"),
        ({"content": b""}, "file"),
    ],
)
def test_a_refused_opening_leaves_no_trace(technician: Acting, changes: dict[str, Any], field: str) -> None:
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        open_one(technician, **changes)
    assert refused.value.field == field
    assert traces() == before


def test_the_way_of_a_ticket(technician: Acting) -> None:
    staff, ticket = siops.make_coordinator(), open_one(technician)
    one, two, three, four = (NOON + timedelta(hours=n) for n in (1, 2, 3, 4))
    answer(ticket, staff, one)
    told = OutboxMessage.objects.get()
    assert technician.record is not None
    assert (told.subject, told.to_email) == (f"Chamado nº {ticket.pk} respondido", technician.record.email)
    assert person_of(technician.user).cpf_text not in told.body
    reopen_ticket(
        ticket_id=ticket.pk,
        text=TEXT,
        filename="b.zip",
        content=papers.zipped({"b": b"2"}),
        by=acting(technician),
        at=two,
    )
    assert (stored(ticket).status, stored(ticket).waiting_since) == ("reopened", two)
    answer(ticket, staff, three)
    solve_ticket(ticket_id=ticket.pk, by=acting(technician), at=four)
    assert (stored(ticket).status, stored(ticket).solved_at) == ("solved", four)
    reopen_ticket(ticket_id=ticket.pk, text=TEXT, by=acting(technician), at=four)
    assert (stored(ticket).status, stored(ticket).solved_at) == ("reopened", None)
    files = [message.attachments.count() for message in ticket.messages.all()]
    assert files == [1, 0, 1, 0, 0]


def test_the_secretary_follows_the_ticket_of_the_technician(technician: Acting) -> None:
    ticket, substitute = open_one(technician), siops.make_acting("secretary_substitute")
    answer(ticket, siops.make_coordinator())
    solve_ticket(ticket_id=ticket.pk, by=acting(substitute), at=NOON)
    assert AuditEvent.objects.get(verb="ticket.solved").by_substitution is True


def test_a_refused_file_does_not_reopen(technician: Acting) -> None:
    ticket = open_one(technician)
    answer(ticket, siops.make_coordinator())
    before = traces()
    with pytest.raises(RuleBroken):
        reopen_ticket(
            ticket_id=ticket.pk, text=TEXT, filename="x.zip", content=papers.EXE, by=acting(technician), at=NOON
        )
    with pytest.raises(RuleBroken):
        reopen_ticket(ticket_id=ticket.pk, text="não", by=acting(technician), at=NOON)
    assert traces() == before


# --- 72 hours ---

OPENED = datetime.fromisoformat("2026-12-04T17:30:00-03:00")
DUE = datetime.fromisoformat("2026-12-07T20:30:00Z")


@pytest.mark.parametrize(
    ("at", "late"),
    [
        (OPENED, False),
        (DUE - MICROSECOND, False),
        (DUE, True),
        (datetime.fromisoformat("2026-12-07T17:29:59.999999-03:00"), False),
        (datetime.fromisoformat("2026-12-07T17:30:00-03:00"), True),
        (DUE + MICROSECOND, True),
    ],
)
def test_seventy_two_hours_run_through_the_weekend(at: datetime, *, late: bool) -> None:
    ticket = siops.make_ticket(at=OPENED)
    assert ticket.answer_due_at == DUE
    assert ticket.is_late_at(at) is late
    answer(ticket, siops.make_coordinator(), at)
    assert AuditEvent.objects.get(verb="ticket.answered").details["late"] is late
    assert not stored(ticket).is_late_at(DUE + timedelta(days=9))


def test_reopening_starts_the_clock_again(technician: Acting) -> None:
    ticket = open_one(technician, at=OPENED)
    answer(ticket, siops.make_coordinator(), OPENED)
    reopen_ticket(ticket_id=ticket.pk, text=TEXT, by=acting(technician), at=DUE)
    assert not stored(ticket).is_late_at(DUE + timedelta(hours=72) - MICROSECOND)
    assert stored(ticket).is_late_at(DUE + timedelta(hours=72))


def test_by_lateness_the_longest_wait_comes_first() -> None:
    newer, older = (siops.make_ticket(at=NOON - timedelta(hours=h)) for h in (1, 90))
    done = siops.make_ticket(at=NOON - timedelta(hours=200))
    answer(done, siops.make_coordinator())
    assert list(SupportTicket.objects.by_lateness()) == [older, newer, done]


# --- Liberação pontual ---

REASON = "Erro reconhecido na regra do 1º bimestre."


def release(ticket: SupportTicket, by: Any, **changes: Any) -> RuleRelease:
    arguments: dict[str, Any] = {
        "ticket_id": ticket.pk,
        "rule_code": "SIM-I07",
        "year": 2026,
        "bimester": 1,
        "version": 2,
        "reason": REASON,
        "by": acting(by),
        "at": NOON,
    }
    return release_rule(**(arguments | changes))


def test_a_release_is_for_one_rule_period_and_version_of_one_entity(technician: Acting) -> None:
    made = release(open_one(technician), siops.make_coordinator(), rule_code=" sim-i07 ")
    key: dict[str, Any] = {
        "entity_id": technician.entity_id,
        "rule_code": "SIM-I07",
        "year": 2026,
        "bimester": 1,
        "version": 2,
    }
    assert is_released(**key)
    others = ({"rule_code": "SIM-I08"}, {"year": 2025}, {"bimester": 2}, {"version": 3}, {"version": 1})
    foreign = {"entity_id": make_other_entity().pk}
    assert not any(is_released(**(key | change)) for change in (*others, foreign))
    assert (made.reason, made.granted_at) == (REASON, NOON)
    event = AuditEvent.objects.get(verb="rule.released")
    assert (event.entity_id, event.details["version"]) == (technician.entity_id, 2)
    assert "só na versão 2" in OutboxMessage.objects.get().body


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule_code": "I07"}, "rule_code"),
        ({"rule_code": ""}, "rule_code"),
        ({"year": 2027}, "year"),
        ({"year": 2012}, "year"),
        ({"bimester": 0}, "bimester"),
        ({"bimester": 7}, "bimester"),
        ({"version": 0}, "version"),
        ({"reason": "   curto   "}, "reason"),
    ],
)
def test_a_refused_release_leaves_no_trace(technician: Acting, changes: dict[str, Any], field: str) -> None:
    staff, ticket = siops.make_coordinator(), open_one(technician)
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        release(ticket, staff, **changes)
    assert refused.value.field == field
    assert traces() == before


def test_the_same_release_is_given_once_even_from_two_tickets(technician: Acting) -> None:
    staff, first = siops.make_coordinator(), open_one(technician)
    second = open_one(technician, content=papers.zipped({"outro.ops": b"2"}))
    release(first, staff)
    before = traces()
    with pytest.raises(RuleBroken, match="já foi liberada"):
        release(second, staff)
    assert traces() == before
    release(second, staff, version=3)


def test_a_solved_ticket_releases_nothing(technician: Acting) -> None:
    staff, ticket = siops.make_coordinator(), open_one(technician)
    answer(ticket, staff)
    solve_ticket(ticket_id=ticket.pk, by=acting(technician), at=NOON)
    with pytest.raises(NotAllowedNow):
        release(ticket, staff)


# --- Who ---

ENTITY_SIDE = {"secretary", "secretary_substitute", "technician"}
VERBS = {
    "open": ENTITY_SIDE,
    "solve": ENTITY_SIDE,
    "reopen": ENTITY_SIDE,
    "answer": {"coordination"},
    "release": {"coordination"},
}


def attempts(ticket: SupportTicket, name: str, who: Any) -> bool:
    """Whether `who` may perform the verb; whatever it changed is undone."""
    verbs: dict[str, Any] = {
        "open": lambda: open_one(who, entity_id=ticket.entity_id, content=papers.zipped({"outro.ops": b"3"})),
        "solve": lambda: solve_ticket(ticket_id=ticket.pk, by=acting(who), at=NOON),
        "reopen": lambda: reopen_ticket(ticket_id=ticket.pk, text=TEXT, by=acting(who), at=NOON),
        "answer": lambda: answer(ticket, who),
        "release": lambda: release(ticket, who),
    }
    mark = transaction.savepoint()
    try:
        verbs[name]()
    except NotPermitted:
        return False
    except (NotAllowedNow, RuleBroken):
        return True
    finally:
        transaction.savepoint_rollback(mark)
    return True


def allowed(ticket: SupportTicket, people: dict[str, Any]) -> dict[str, set[str]]:
    staff = {"coordination", "checker", "certifier", "auditor", "administrator"}
    asked = {verb: people if verb != "open" else {n: p for n, p in people.items() if n not in staff} for verb in VERBS}
    return {verb: {name for name, who in asked[verb].items() if attempts(ticket, verb, who)} for verb in VERBS}


def test_each_role_performs_its_verbs_and_no_other() -> None:
    entity = make_entity()
    assert allowed(siops.make_ticket(entity), everybody(entity)) == VERBS


def test_people_of_another_entity_do_nothing_here() -> None:
    people = everybody(make_other_entity())
    assert allowed(siops.make_ticket(make_entity()), people) == {
        verb: who & {"coordination"} for verb, who in VERBS.items()
    }
