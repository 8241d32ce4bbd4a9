"""What happens at once: one request, one issue, one activation."""

from typing import Any

import pytest

from common.exceptions import NotAllowedNow, RuleBroken
from common.models import AuditEvent
from pki import services as pki
from pki.models import Certificate, Medium
from siops.models import CertificationRequest
from siops.services.certification import cancel_certification
from siops.services.certification_issue import Issued
from tests.concurrency import at_once
from tests.factories import NOON
from tests.siops.certification import Counter, first_entry, stored

pytestmark = pytest.mark.django_db(transaction=True)
Status = CertificationRequest.Status


@pytest.fixture
def counter() -> Counter:
    pki.ensure_authorities(at=NOON)
    return Counter()


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_parallel_requests_make_one(counter: Counter) -> None:
    results = at_once(*[counter.request] * 6)
    assert kinds(results) == ["CertificationRequest", *["RuleBroken"] * 5]
    assert {result.code for result in results if isinstance(result, RuleBroken)} == {"already_open"}
    assert CertificationRequest.objects.count() == 1


def test_parallel_issues_make_one_certificate(counter: Counter) -> None:
    row = counter.schedule()
    results = at_once(*[lambda: counter.issue(row)] * 4)
    assert kinds(results) == [*["AlreadyIssued"] * 3, "Issued"]
    assert (Medium.objects.count(), Certificate.objects.filter(seal=None).count()) == (1, 1)


def test_issue_against_cancellation_has_one_winner(counter: Counter) -> None:
    row = counter.schedule()
    issued, cancelled = at_once(
        lambda: counter.issue(row), lambda: cancel_certification(protocol=row.protocol, at=NOON)
    )
    assert isinstance(issued, NotAllowedNow) != isinstance(cancelled, NotAllowedNow)
    assert stored(row).status == (Status.ISSUED if isinstance(issued, Issued) else Status.CANCELLED)
    assert Certificate.objects.filter(seal=None).count() == (1 if isinstance(issued, Issued) else 0)


def test_parallel_first_entries_activate_once(counter: Counter) -> None:
    row = counter.issue(counter.schedule()).row
    results = at_once(*[lambda: first_entry(row)] * 4)
    assert [result for result in results if result is not None] == [row]
    assert AuditEvent.objects.filter(verb="certification.activated").count() == 1
