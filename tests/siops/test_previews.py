"""«O que … vai ler» is the e-mail that is then written, with the reason in its place; to show it changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from common.mail import REASON_HERE, Text
from common.models import OutboxMessage
from siops.services import previews
from siops.services.certification_issue import refuse_certification
from siops.services.fund_updates import return_update
from siops.services.letters import return_letter
from tests.actors import acting
from tests.factories import NOON, make_user, siops
from tests.siops.managers_support import traces
from tests.siops.support import session_of

pytestmark = pytest.mark.django_db
REASON = "Há documento ilegível."


def is_what_is_written(shown: Text | None) -> bool:
    assert shown is not None
    written = OutboxMessage.objects.latest("pk")
    return (shown.subject, shown.body.replace(REASON_HERE, REASON)) == (written.subject, written.body)


def test_a_letter_returned() -> None:
    letter, by = siops.make_letter(), acting(siops.make_coordinator())
    shown = previews.letter_returned(letter, by=by, at=NOON)
    return_letter(letter_id=letter.pk, reason=REASON, by=by, at=NOON)
    assert is_what_is_written(shown)


def test_an_update_returned() -> None:
    update = siops.make_fund_update(status="under_check", sent_at=NOON, opened_by=make_user())
    by = acting(siops.make_checker())
    shown = previews.update_returned(update, by=by, at=NOON)
    return_update(update_id=update.pk, reason=REASON, by=by, at=NOON)
    assert is_what_is_written(shown)


def test_a_refusal_at_the_counter() -> None:
    row = siops.make_certification(status="scheduled", scheduled_for=NOON.date(), period="morning")
    by = acting(siops.make_attendant(row.certifier))
    shown = previews.certification_refused(row, at=NOON)
    refuse_certification(certification_id=row.pk, reason=REASON, by=by, at=NOON)
    assert is_what_is_written(shown)


def test_the_page_shows_it_as_text_and_leaves_no_trace(noon: Any) -> None:
    letter, client = siops.make_letter(name="<b>Zenaide</b>"), session_of(siops.make_coordinator())
    before = traces()
    page = client.get(f"/siops/ministerio/oficios/{letter.pk}/").content.decode()
    assert f"Motivo: {REASON_HERE}" in page
    assert "que indica &lt;b&gt;Zenaide&lt;/b&gt; como chefe" in page
    assert traces() == before
