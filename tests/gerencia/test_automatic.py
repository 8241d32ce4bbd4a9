"""The ofício of a state answered by itself (MODO_ADESAO): two accounts, the same rules, and no other switch."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.automatic import is_automatic
from accounts.models import User
from common.models import AuditEvent, OutboxMessage
from gerencia.automatic import LETTER
from gerencia.models import Enrolment, Offer, OfficialLetter
from gerencia.services.letters import accept_letter, register_letter, return_letter
from tests.actors import acting
from tests.clock import now
from tests.concurrency import at_once
from tests.factories import NOON, make_staff
from tests.gerencia.conftest import make_gerencia_manager, make_state
from tests.switches import Switch

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
Status = OfficialLetter.Status


def letter(offer: Offer, **fields: object) -> OfficialLetter:
    """Sent by the portal at NOON, before the limit of the offer unless told."""
    state = make_state()
    sound: dict[str, Any] = {
        "enrolment": Enrolment.objects.create(offer=offer, entity=state),
        "number": "120/2025",
        "signatory_role": OfficialLetter.Signatory.SECRETARY,
        "signatory_name": "Maria Umburana de Ensaio",
        "signer": "MARIA UMBURANA DE ENSAIO",
        "sha256": "a" * 64,
        "status": Status.SENT,
        "sent_at": NOON,
        "written_by": make_gerencia_manager(state),
        "written_at": NOON,
    }
    made: OfficialLetter = OfficialLetter.objects.create(**(sound | fields))
    return made


def again(row: OfficialLetter) -> OfficialLetter:
    return OfficialLetter.objects.select_related("enrolment", "registered_by", "checked_by").get(pk=row.pk)


@pytest.mark.django_db
def test_two_accounts_register_and_accept_at_the_hour(practice: Offer, switch: Switch) -> None:
    row, due = letter(practice), NOON + HOUR
    for other in ("counter_answers", "fund_answers", "letter_answers"):
        switch(**{other: "automatico"})
    assert (LETTER.next_due(NOON), LETTER.apply(at=due)) == (None, 0)

    switch(enrolment_answers="automatico")
    assert (LETTER.next_due(NOON), LETTER.next_due(due), LETTER.due_of(row)) == (due, None, due)
    assert [(each.at, "ofício de adesão" in each.what) for each in LETTER.upcoming(NOON, due)] == [(due, True)]
    assert (LETTER.apply(at=due - TICK), LETTER.apply(at=due)) == (0, 1)

    row = again(row)
    assert (row.status, row.enrolment.status) == (Status.ACCEPTED, Enrolment.Status.ENROLLED)
    assert is_automatic(row.registered_by)
    assert is_automatic(row.checked_by)
    assert row.registered_by != row.checked_by


@pytest.mark.django_db
def test_what_one_of_the_saps_registered_is_checked_by_the_other_account(practice: Offer, switch: Switch) -> None:
    row, person = letter(practice), make_staff("saps1", staff_role=User.StaffRole.SAPS)
    register_letter(letter_id=row.pk, by=acting(person), at=NOON)
    switch(enrolment_answers="automatico")
    LETTER.apply(at=NOON + HOUR)
    assert (again(row).status, again(row).registered_by) == (Status.ACCEPTED, person)


@pytest.mark.django_db
def test_sent_late_it_goes_back_with_the_rule(of_2025: Offer, switch: Switch) -> None:
    switch(enrolment_answers="automatico")
    row = letter(of_2025)
    LETTER.apply(at=now() + HOUR)

    row = again(row)
    assert (row.status, row.enrolment.status) == (Status.RETURNED, Enrolment.Status.NOT_STARTED)
    assert "«Enviado em» (Até 03/12/2025" in row.reason
    assert row.reason in OutboxMessage.objects.latest("pk").body


@pytest.mark.django_db
def test_of_a_state_that_joined_meanwhile_it_goes_back(practice: Offer, switch: Switch) -> None:
    switch(enrolment_answers="automatico")
    row = letter(practice)
    enrolled = {"enrolled_by": row.written_by, "enrolled_at": NOON, "via": "terms"}
    Enrolment.objects.filter(pk=row.enrolment_id).update(status="enrolled", **enrolled)
    LETTER.apply(at=NOON + HOUR)
    assert again(row).status == Status.RETURNED


@pytest.mark.django_db
def test_switched_back_while_it_waits_people_answer(practice: Offer, switch: Switch) -> None:
    switch(enrolment_answers="automatico")
    row = letter(practice)
    switch(enrolment_answers="equipe")
    assert LETTER.apply(at=NOON + 9 * HOUR) == 0
    person = acting(make_staff("saps1", staff_role=User.StaffRole.SAPS))
    return_letter(letter_id=row.pk, reason="O número não confere.", by=person, at=NOON + 9 * HOUR)


@pytest.mark.django_db(transaction=True)
def test_of_a_person_and_the_desk_at_once_one_accepts(practice: Offer, switch: Switch) -> None:
    switch(enrolment_answers="automatico")
    row = letter(practice)
    first, second = (acting(make_staff(f"saps{n}", staff_role=User.StaffRole.SAPS)) for n in (1, 2))
    register_letter(letter_id=row.pk, by=first, at=NOON)
    at_once(
        lambda: LETTER.apply(at=NOON + HOUR),
        lambda: LETTER.apply(at=NOON + HOUR),
        lambda: accept_letter(letter_id=row.pk, by=second, at=NOON + HOUR),
    )
    assert AuditEvent.objects.filter(verb="gerencia.letter_accepted").count() == 1
