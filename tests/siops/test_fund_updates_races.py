"""Two people at once: one update is opened, it is sent once, one release is given."""

import pytest

from common.exceptions import NotAllowedNow, RuleBroken
from common.models import AuditEvent
from siops.models import Attachment, FundUpdate, RuleRelease
from siops.services.attachments import attach
from siops.services.fund_updates import content_hash, open_update, send_update
from siops.services.tickets import release_rule
from tests.actors import acting
from tests.concurrency import at_once
from tests.factories import NOON, siops
from tests.factories.siops import Acting
from tests.siops import papers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def secretary() -> Acting:
    return siops.make_acting()


def test_parallel_openings_leave_one_update(secretary: Acting) -> None:
    results = at_once(*[lambda: open_update(entity_id=secretary.entity_id, by=acting(secretary), at=NOON)] * 4)
    assert sum(isinstance(result, RuleBroken) for result in results) == 3
    assert FundUpdate.objects.count() == 1


def test_parallel_sendings_count_once(secretary: Acting) -> None:
    update = siops.make_fund_update()
    for kind in Attachment.FOR_FUND_UPDATE:
        siops.make_attachment(update, kind=kind)
    shown = content_hash(update)
    results = at_once(*[lambda: send_update(update_id=update.pk, shown_hash=shown, by=acting(secretary), at=NOON)] * 4)
    assert sum(isinstance(result, NotAllowedNow) for result in results) == 3
    assert AuditEvent.objects.filter(verb="fund_update.sent").count() == 1


def test_parallel_uploads_of_one_document_leave_one(secretary: Acting) -> None:
    update, content = siops.make_fund_update(), papers.pdf()
    results = at_once(
        *[lambda: attach(owner=update, kind="letter", filename="o.pdf", content=content, by=acting(secretary), at=NOON)]
        * 4
    )
    assert all(isinstance(result, Attachment) for result in results)
    assert update.attachments.count() == 1


def test_two_tickets_give_one_release(secretary: Acting) -> None:
    staff, tickets = siops.make_coordinator(), [siops.make_ticket(secretary.entity) for _ in range(2)]

    def release(ticket_id: int) -> RuleRelease:
        return release_rule(
            ticket_id=ticket_id,
            rule_code="SIM-I07",
            year=2026,
            bimester=1,
            version=1,
            reason="Regra com defeito.",
            by=acting(staff),
            at=NOON,
        )

    results = at_once(*[lambda pk=ticket.pk: release(pk) for ticket in tickets])
    assert sum(isinstance(result, RuleBroken) for result in results) == 1
    assert RuleRelease.objects.count() == 1
