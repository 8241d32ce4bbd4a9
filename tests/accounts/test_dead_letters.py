"""«Tentar de novo»: the staff puts an e-mail that was given up back in the queue, once each time it was given up."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse, reverse_lazy

from accounts.services.dead_letters import retry_message
from common import outbox
from common.exceptions import NotAllowedNow, NotPermitted
from common.models import AuditEvent, OutboxMessage
from common.outbox import Outcome, deliver_next
from tests.actors import acting, signed_in
from tests.concurrency import at_once
from tests.factories import NOON, make_administrator, make_manager, make_organisation, make_staff
from tests.factories.siops import make_attendant

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def dead(**changes: Any) -> OutboxMessage:
    fields: dict[str, Any] = {
        "to_email": "ana@ensaio.example",
        "subject": "Aviso a ana",
        "body": "Olá.",
        "written_at": NOON,
        "attempts": outbox.MOST_ATTEMPTS,
        "given_up_at": NOON,
        "last_error": "SMTPRecipientsRefused 550",
    }
    return OutboxMessage.objects.create(**(fields | changes))


def test_it_is_due_at_once_and_audited() -> None:
    row, staff = dead(), make_administrator()
    retry_message(message_id=row.pk, by=acting(staff), at=LATER)
    assert OutboxMessage.objects.due(LATER).get() == row
    event = AuditEvent.objects.get(verb="mail.retried")
    assert (event.actor, event.target_id) == (staff, str(row.pk))
    assert deliver_next(at=LATER) is Outcome.SENT


def test_after_the_last_attempt_each_retry_is_one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError

    row = dead()
    retry_message(message_id=row.pk, by=acting(make_administrator()), at=LATER)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    assert deliver_next(at=LATER) is Outcome.FAILED
    assert OutboxMessage.objects.get().given_up_at == LATER


@pytest.mark.parametrize("state", [{"given_up_at": None}, {"given_up_at": None, "sent_at": NOON}])
def test_what_is_not_given_up_is_left_alone(state: dict[str, Any]) -> None:
    row = dead(**state)
    with pytest.raises(NotAllowedNow):
        retry_message(message_id=row.pk, by=acting(make_administrator()), at=LATER)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("who", [make_manager, lambda: make_organisation().user, make_attendant, make_staff])
def test_only_the_administrator_may(who: Any) -> None:
    row = dead()
    with pytest.raises(NotPermitted):
        retry_message(message_id=row.pk, by=acting(who()), at=LATER)
    assert OutboxMessage.objects.get().given_up_at == NOON


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_one_has_effect() -> None:
    row, staff = dead(), make_administrator()
    answers = at_once(*[lambda: retry_message(message_id=row.pk, by=acting(staff), at=LATER)] * 4)
    assert sum(isinstance(answer, NotAllowedNow) for answer in answers) == 3
    assert AuditEvent.objects.filter(verb="mail.retried").count() == 1


LIST = reverse_lazy("accounts:dead_letters")


def test_the_screen_lists_the_dead_letters_and_tries_one_again() -> None:
    row, owed = dead(), dead(given_up_at=None, subject="Ainda na fila")
    staff, button = signed_in(make_administrator()), reverse("accounts:dead_letter_retry", args=[row.pk])
    page = staff.get(LIST).content.decode()
    assert button in page
    assert "SMTPRecipientsRefused 550" in page
    assert owed.subject not in page
    assert row.body not in page
    done = staff.post(button, follow=True).content.decode()
    assert "A mensagem voltou à fila" in done
    assert row.subject not in done
    assert OutboxMessage.objects.get(pk=row.pk).given_up_at is None
    assert staff.post(button).status_code == 404


def test_the_auditor_reads_it_without_a_button_and_the_admin_leads_to_it() -> None:
    row, auditor = dead(), signed_in(make_staff("auditor", staff_role="auditor"))
    page = auditor.get(LIST).content.decode()
    assert row.subject in page
    assert reverse("accounts:dead_letter_retry", args=[row.pk]) not in page
    assert str(LIST) in auditor.get(reverse("admin:common_outboxmessage_changelist")).content.decode()
