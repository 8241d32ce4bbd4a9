"""E19 and the renewal that it announces: from 30 days before the end on, to the microsecond."""

from datetime import datetime, timedelta

import pytest

from common.exceptions import RuleBroken
from common.models import OutboxMessage
from pki import services as pki
from siops.models import HealthManager
from siops.services.certificate_notices import warn_of_expiry
from siops.services.certification import HAS_CERTIFICATE
from siops.services.registry import RENEWAL, valid_certificates
from tests.factories import NOON
from tests.siops.certification import Counter, first_entry

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


@pytest.fixture
def counter() -> Counter:
    """A secretary who has just gone through the etapas."""
    pki.ensure_authorities(at=NOON)
    counter = Counter()
    issued = counter.issue(counter.schedule())
    first_entry(issued.row)
    return counter


def end_of(counter: Counter, at: datetime = NOON) -> datetime:
    certificate = valid_certificates(counter.record.person, at).latest("not_after")
    return certificate.not_after


def notices() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(subject__contains="vence"))


def test_the_notice_is_written_once_from_thirty_days_before(counter: Counter) -> None:
    due = end_of(counter) - RENEWAL
    assert warn_of_expiry(at=due - TICK) == 0
    assert warn_of_expiry(at=due) == 1
    assert warn_of_expiry(at=due + timedelta(days=10)) == 0
    (notice,) = notices()
    assert notice.to_email == counter.record.email
    assert notice.subject == "Certificado Digital: o seu e-CPF vence em 30 dias"
    assert "/siops/certificado/solicitar/" in notice.body
    assert counter.cpf not in notice.body


def test_nobody_is_told_of_a_certificate_that_has_ended(counter: Counter) -> None:
    assert warn_of_expiry(at=end_of(counter)) == 0
    assert warn_of_expiry(at=end_of(counter) - TICK) == 1
    assert notices()[0].subject.endswith("vence hoje")


def test_who_no_longer_answers_for_the_entity_is_not_told(counter: Counter) -> None:
    record = HealthManager.objects.get(pk=counter.record.pk)
    record.end(at=NOON)
    record.save()
    assert warn_of_expiry(at=end_of(counter) - TICK) == 0


def test_renewal_opens_with_the_notice_and_silences_it(counter: Counter) -> None:
    due = end_of(counter) - RENEWAL
    with pytest.raises(RuleBroken) as caught:
        counter.request(due - TICK)
    assert caught.value.message == HAS_CERTIFICATE
    day = due.date() + timedelta(days=1)
    while day.weekday() > 4 or (day.month, day.day) in ((12, 25), (1, 1)):
        day += timedelta(days=1)
    row = counter.schedule(due, protocol=counter.request(due).protocol, date=day)
    counter.issue(row, due)
    assert end_of(counter, due) > due + RENEWAL
    assert warn_of_expiry(at=due) == 0
