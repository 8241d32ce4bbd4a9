"""3ª etapa, giving up, and the first use: days by the calendar of Brasília, states, mails."""

from datetime import date, datetime
from typing import Any

import pytest

from common.exceptions import NotAllowedNow, RuleBroken
from common.models import AuditEvent, OutboxMessage
from pki import services as pki
from siops.models import CertificationRequest
from siops.services import certification as service
from tests.factories import NOON
from tests.siops.certification import TOMORROW, Counter, first_entry, marks, stored
from tests.siops.doors import make_medium

pytestmark = pytest.mark.django_db
Status = CertificationRequest.Status
BAD_DATE = "A data do agendamento deve ser um dia útil futuro."


@pytest.fixture
def counter() -> Counter:
    pki.ensure_authorities(at=NOON)
    return Counter()


def refused(act: Any, **arguments: Any) -> Any:
    """The refusal of an act, which leaves no trace."""
    before = marks()
    with pytest.raises((RuleBroken, NotAllowedNow)) as caught:
        act(**arguments)
    assert marks() == before
    return caught.value


def test_a_day_and_a_period_are_kept_and_told(counter: Counter) -> None:
    row = stored(counter.schedule(period="afternoon"))
    assert (row.status, row.scheduled_for, row.period) == (Status.SCHEDULED, TOMORROW, "afternoon")
    message = OutboxMessage.objects.latest("pk")
    assert "24/11/2026, tarde" in message.body
    assert "Mídia (token ou cartão)" in message.body
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.details) == ("certification.scheduled", {"day": "2026-11-24", "period": "afternoon"})


@pytest.mark.parametrize(
    ("at", "day", "accepted"),
    [
        ("2026-11-23T23:59:59.999999-03:00", date(2026, 11, 23), False),
        ("2026-11-23T23:59:59.999999-03:00", date(2026, 11, 24), True),
        ("2026-11-24T00:00:00-03:00", date(2026, 11, 24), False),
        ("2026-11-24T00:00:00-03:00", date(2026, 11, 25), True),
        ("2026-11-24T02:59:59.999999Z", date(2026, 11, 24), True),
        ("2026-11-24T03:00:00Z", date(2026, 11, 24), False),
        ("2026-11-24T03:00:00.000001Z", date(2026, 11, 24), False),
        ("2026-11-23T12:00:00-03:00", date(2026, 11, 22), False),
        ("2026-11-23T12:00:00-03:00", date(2026, 11, 28), False),
        ("2026-11-23T12:00:00-03:00", date(2026, 11, 29), False),
        ("2026-11-23T12:00:00-03:00", date(2026, 12, 25), False),
        ("2026-11-23T12:00:00-03:00", date(2027, 2, 9), False),
        ("2026-11-23T12:00:00-03:00", date(2027, 2, 10), True),
        ("2026-11-23T12:00:00-03:00", date(2027, 3, 26), False),
    ],
)
def test_only_a_future_business_day_of_brasilia_is_taken(counter: Counter, at: str, day: date, accepted: bool) -> None:
    row, instant = counter.request(), datetime.fromisoformat(at)
    if accepted:
        assert counter.schedule(instant, protocol=row.protocol, date=day).scheduled_for == day
    else:
        no = refused(counter.schedule, at=instant, protocol=row.protocol, date=day)
        assert (no.message, no.field) == (BAD_DATE, "date")


@pytest.mark.parametrize(
    ("at", "day", "last"),
    [
        ("2026-11-24T02:59:59.999999Z", date(2027, 2, 22), "21/02/2027"),
        ("2026-11-24T00:00:00-03:00", date(2027, 2, 22), ""),
        ("2026-11-24T03:00:00.000001Z", date(2027, 2, 22), ""),
        ("2026-11-24T00:00:00-03:00", date(2027, 2, 23), "22/02/2027"),
        ("2026-11-23T12:00:00-03:00", date(9999, 12, 31), "21/02/2027"),
    ],
)
def test_a_day_is_taken_up_to_90_days_ahead(counter: Counter, at: str, day: date, last: str) -> None:
    row, instant = counter.request(), datetime.fromisoformat(at)
    if last:
        no = refused(counter.schedule, at=instant, protocol=row.protocol, date=day)
        told = f"O atendimento pode ser agendado com até 90 dias de antecedência: até {last}."
        assert (no.message, no.field) == (told, "date")
    else:
        assert counter.schedule(instant, protocol=row.protocol, date=day).scheduled_for == day


def test_the_day_may_be_changed(counter: Counter) -> None:
    row = counter.schedule()
    counter.schedule(protocol=row.protocol, date=date(2026, 11, 25))
    assert stored(row).scheduled_for == date(2026, 11, 25)


def test_without_the_protocol_nothing_is_done(counter: Counter) -> None:
    counter.request()
    for act in (counter.schedule, service.cancel_certification, service.certification_file):
        assert refused(act, protocol="AAAA-AAAA-AAAA", at=NOON).code == "unknown_protocol"


def test_giving_up_before_the_issue(counter: Counter) -> None:
    for row in (counter.request(), counter.schedule):
        protocol = row.protocol if isinstance(row, CertificationRequest) else row().protocol
        closed = stored(service.cancel_certification(protocol=protocol, at=NOON))
        assert (closed.status, closed.cancelled_at) == (Status.CANCELLED, NOON)
    assert OutboxMessage.objects.latest("pk").subject.endswith("solicitação cancelada")
    assert refused(service.cancel_certification, protocol=protocol, at=NOON).code == "wrong_status"
    assert refused(counter.schedule, protocol=protocol).message.endswith("(CANCELADO).")


def test_an_issued_request_is_neither_scheduled_nor_cancelled(counter: Counter) -> None:
    row = counter.issue(counter.schedule()).row
    for act in (counter.schedule, service.cancel_certification):
        assert refused(act, protocol=row.protocol, at=NOON).message.endswith("(EMITIDO).")


def test_the_first_entry_activates_once(counter: Counter) -> None:
    row = counter.issue(counter.schedule()).row
    activated = first_entry(row)
    assert activated == row
    assert (stored(row).status, stored(row).activated_at) == (Status.ACTIVATED, NOON)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor) == ("certification.activated", row.person.user)
    before = marks()
    assert first_entry(row) is None
    assert marks() == before


def test_an_entry_before_the_issue_activates_nothing(counter: Counter) -> None:
    row = counter.schedule()
    other = make_medium(row.person).certificate
    before = marks()
    assert service.activate_certification(person_id=row.person_id, serial=other.serial, at=NOON) is None
    assert marks() == before


def test_an_entry_with_another_certificate_of_the_person_activates_nothing(counter: Counter) -> None:
    row = counter.issue(counter.schedule()).row
    other = make_medium(row.person).certificate
    before = marks()
    assert service.activate_certification(person_id=row.person_id, serial=other.serial, at=NOON) is None
    assert marks() == before
    assert stored(row).status == Status.ISSUED
    assert first_entry(row) == row
