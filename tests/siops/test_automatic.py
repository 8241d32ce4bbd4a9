"""The desks of the SIOPS that answer by themselves: when the room has them so, at their hour, by the same rules."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.automatic import PREFIX, is_automatic
from accounts.models import User
from accounts.services.staff import renew_staff_account
from common.answering import Answering
from common.exceptions import RuleBroken
from common.models import AuditEvent, OutboxMessage
from pki import services as pki
from rooms.tasks import record_due
from siops.automatic import COUNTER, FUND, LETTER
from siops.models import Attendant, CertificationRequest, FundUpdate, HealthManager, OfficialLetter
from siops.services.answers import delivery_codes
from siops.services.fund_updates import return_update, take_update
from siops.services.letters import approve_letter
from tests.actors import acting
from tests.clock import NOON, Clock
from tests.concurrency import at_once
from tests.factories import make_organisation, make_other_entity, make_person, siops
from tests.siops.certification import Counter, medium_of
from tests.switches import Switch

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
# The morning of the day after NOON begins at 8:00 of Brasília; the day of `Counter.schedule`.
OPENS = datetime.fromisoformat("2026-11-24T08:00:00-03:00")


def fund_update(**fields: Any) -> FundUpdate:
    """Sent at NOON by a secretary of an entity with a fund, without a flaw unless told."""
    record = siops.make_health_manager(HealthManager.Role.SECRETARY)
    fund = make_organisation(record.entity)
    sound: dict[str, Any] = {"cnpj": fund.cnpj, "entity_name": fund.name, "director_cpf": record.person.cpf}
    sound |= {"director_name": record.person.name, "director_position": record.position}
    return siops.make_fund_update(record.entity, **(sound | {"status": "sent", "sent_at": NOON} | fields))


def letter(**fields: Any) -> OfficialLetter:
    head = siops.make_health_manager(HealthManager.Role.HEAD)
    person = make_person()
    sound: dict[str, Any] = {
        "entity": head.entity,
        "cpf": person.cpf,
        "name": person.name,
        "email": "gabinete@prefeitura.example",
        "phone": "1132100101",
        "position": "Prefeito",
        "starts_on": date(2026, 11, 20),
        "sent_by": head.person.user,
        "sent_at": NOON,
    }
    made: OfficialLetter = OfficialLetter.objects.create(**(sound | fields))
    return made


def certification(**fields: Any) -> CertificationRequest:
    pki.ensure_authorities(at=NOON)
    return Counter().schedule(**({"kind": "A3"} | fields))


QUEUES: list[tuple[Answering, Any, datetime, str]] = [
    (COUNTER, certification, OPENS, "issued"),
    (FUND, fund_update, NOON, "approved"),
    (LETTER, letter, NOON, "approved"),
]
ALL = {"counter_answers": "equipe", "fund_answers": "equipe", "letter_answers": "equipe", "enrolment_answers": "equipe"}
each_queue = pytest.mark.parametrize(
    ("queue", "make", "begun", "answered"), QUEUES, ids=[queue.name for queue, *_ in QUEUES]
)


def again(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


@pytest.mark.django_db
@each_queue
def test_a_desk_answers_by_itself_only_when_its_own_switch_says_so_and_the_trail_says_that_nobody_did(
    queue: Answering, make: Any, begun: datetime, answered: str, switch: Switch
) -> None:
    row = make()
    due, waiting = begun + 2 * HOUR, row.status
    for other in ALL.keys() - {queue.switch}:
        switch(**(ALL | {other: "automatico", "automatic_hours": "2"}))
        assert (queue.next_due(NOON), queue.due_of(row), list(queue.upcoming(NOON, due))) == (None, None, [])
        assert queue.apply(at=due) == 0

    switch(**(ALL | {queue.switch: "automatico"}))
    assert (queue.next_due(NOON), queue.next_due(due), queue.due_of(row)) == (due, None, due)
    assert [each.at for each in queue.upcoming(NOON, due)] == [due]
    assert queue.apply(at=due - TICK) == 0
    assert again(row).status == waiting
    assert queue.apply(at=due) == 1
    assert again(row).status == answered

    account = AuditEvent.objects.filter(target_type=row._meta.label_lower, target_id=row.pk).latest("pk").actor
    assert account is not None
    assert is_automatic(account)
    assert account.name.startswith("Automático · ")
    assert not account.has_usable_password()
    with pytest.raises(RuleBroken, match="Não há conta"):
        renew_staff_account(login=account.login, password="Outra-Senha-2026", at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cnpj": "99999999000191"}, "«CNPJ da entidade»"),
        ({"institutional_email": "fundo@gmail.com"}, "«E-mail institucional»"),
        ({"director_cpf": "52998224725"}, "«CPF do dirigente»"),
    ],
)
def test_an_anexo_that_breaks_a_rule_goes_back_with_it(fields: dict[str, str], said: str, switch: Switch) -> None:
    switch(fund_answers="automatico")
    update = fund_update(**fields)
    FUND.apply(at=NOON + HOUR)

    update = again(update)
    assert update.status == FundUpdate.Status.RETURNED
    assert said in update.reason
    assert said in OutboxMessage.objects.latest("pk").body


@pytest.mark.django_db
def test_an_oficio_that_breaks_a_rule_goes_back_with_it(switch: Switch) -> None:
    switch(letter_answers="automatico")
    row = letter(name="Outra Pessoa de Ensaio")
    LETTER.apply(at=NOON + HOUR)

    row = again(row)
    assert row.status == OfficialLetter.Status.RETURNED
    assert row.reason
    assert HealthManager.objects.current().filter(entity=row.entity, person__cpf=row.cpf).count() == 0


@pytest.mark.django_db
def test_who_lost_the_role_is_refused_at_the_counter_and_reads_why(switch: Switch) -> None:
    switch(counter_answers="automatico")
    row = certification()
    HealthManager.objects.filter(person=row.person).update(ends_on=date(2026, 11, 23))
    COUNTER.apply(at=OPENS + HOUR)

    assert again(row).status == CertificationRequest.Status.CANCELLED
    event = AuditEvent.objects.get(verb="certification.refused")
    assert event.details["reason"] in OutboxMessage.objects.latest("pk").body


@pytest.mark.django_db
def test_the_envelope_opens_the_medium_for_who_has_the_protocol(switch: Switch, client: Client) -> None:
    switch(counter_answers="automatico")
    row = certification(kind="A1")
    page = reverse("siops:certification_status")
    client.post(page, {"cpf": row.person.cpf, "protocol": row.protocol})
    assert "atende sozinho" in client.get(page).content.decode()
    COUNTER.apply(at=OPENS + HOUR)

    codes = delivery_codes(row)
    medium = medium_of(again(row))
    assert pki.open_with_pin(medium_id=medium.pk, pin=codes.pin, at=OPENS + HOUR).verdict is pki.Verdict.OPEN
    assert pki.has_puk(medium_id=medium.pk, puk=codes.puk)
    shown = client.get(page).content.decode()
    assert all(code in shown for code in (codes.pin, codes.puk, codes.password))
    mails = "".join(OutboxMessage.objects.values_list("body", flat=True))
    assert not any(code in mails for code in (codes.pin, codes.puk, codes.password))


@pytest.mark.django_db
def test_an_attendant_by_itself_is_of_one_certifier(switch: Switch) -> None:
    switch(counter_answers="automatico")
    elsewhere = Counter(siops.make_health_manager(HealthManager.Role.SECRETARY, make_other_entity()))
    rows = [certification(), elsewhere.schedule()]
    COUNTER.apply(at=OPENS + HOUR)

    for row in rows:
        attendant = Attendant.objects.get(user=again(row).issued_by)
        assert attendant.certifier_id == row.certifier_id
        assert is_automatic(attendant.user)


@pytest.mark.django_db
def test_switched_back_while_it_waits_a_person_answers(switch: Switch) -> None:
    switch(fund_answers="automatico")
    update = fund_update()
    switch(fund_answers="equipe")
    FUND.apply(at=NOON + 2 * HOUR)
    assert again(update).status == FundUpdate.Status.SENT

    checker = acting(siops.make_checker())
    take_update(update_id=update.pk, by=checker, at=NOON + 2 * HOUR)
    return_update(update_id=update.pk, reason="O ofício está ilegível.", by=checker, at=NOON + 2 * HOUR)
    switch(fund_answers="automatico")
    FUND.apply(at=NOON + 3 * HOUR)
    assert again(update).status == FundUpdate.Status.RETURNED
    assert not User.objects.filter(login__startswith=PREFIX).exists()


@pytest.mark.django_db
def test_a_late_worker_answers_at_the_hour_at_which_it_was_due(switch: Switch, clock: Clock) -> None:
    switch(letter_answers="automatico")
    record_due()
    row = letter()
    clock.move_to(NOON + 9 * HOUR)
    record_due()
    assert again(row).reviewed_at == NOON + HOUR


@pytest.mark.django_db(transaction=True)
def test_of_a_person_and_the_desk_at_once_one_decides(switch: Switch) -> None:
    switch(letter_answers="automatico")
    row, person = letter(), acting(siops.make_coordinator())
    at_once(
        lambda: LETTER.apply(at=NOON + HOUR),
        lambda: LETTER.apply(at=NOON + HOUR),
        lambda: approve_letter(letter_id=row.pk, by=person, at=NOON + HOUR),
    )
    assert AuditEvent.objects.filter(verb="letter.approved").count() == 1
