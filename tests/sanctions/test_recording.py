"""What the room records as its clock goes on: who is late, who is below the minimum, each act once and its mails."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from common import switches
from common.models import AuditEvent, OutboxMessage
from declarations.engine.declaration import Table
from sanctions.house import DUE_KINDS
from sanctions.models import Assessment, Deposit, Omission, SanctionEvent, Shortfall
from sanctions.services import recording
from sanctions.services.recording import record_sanctions
from territory.models import Entity
from tests.clock import now
from tests.factories import make_entity, make_municipality, make_other_entity, make_uf, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Role
from tests.sanctions.support import SECOND, below_minimum, day_by_day, go, homologate, make_shortfall, midnight, story

pytestmark = pytest.mark.django_db
BELOW = 1_400


@pytest.fixture
def entity(db: None) -> Entity:
    """With a head, a secretary and a technician, and the 6º bimestre of 2026 in the calendar."""
    make_period(2026, 6)
    found = make_entity()
    siops.make_health_manager(Role.HEAD, found)
    siops.make_technician(found)
    return found


def subjects(to: str) -> list[str]:
    return list(OutboxMessage.objects.filter(to_email=to).order_by("pk").values_list("subject", flat=True))


def test_silence_is_notified_then_suspended_and_delivery_restores_within_72_hours(entity: Entity) -> None:
    homologate(make_other_entity(), midnight(2027, 1, 31) - SECOND)
    here = go(now(), midnight(2027, 3, 10))
    assert story(entity) == [
        ("31/01/2027", "notified"),
        ("03/03/2027", "suspension_reported"),
        ("10/03/2027", "transfers_suspended"),
    ]
    assert Omission.objects.get().status == Omission.Status.SUSPENDED
    delivered = midnight(2027, 3, 11) + timedelta(hours=9)
    go(here, delivered)
    homologate(entity, delivered)
    go(delivered, midnight(2027, 12, 31))
    assert story(entity)[3:] == [("12/03/2027", "restoration_requested"), ("14/03/2027", "restored")]
    assert midnight(2027, 3, 14) - delivered <= timedelta(hours=72)


@pytest.mark.parametrize(
    ("before", "after"),
    [(midnight(2027, 1, 31), []), (midnight(2027, 3, 3), ["notified", "settled"])],
    ids=["prazo", "30 dias"],
)
def test_the_last_second_is_in_time_and_the_next_is_not(entity: Entity, before: Any, after: list[str]) -> None:
    other = make_other_entity()
    for who, at in ((entity, before - SECOND), (other, before)):
        homologate(who, at)
    go(now(), midnight(2027, 12, 31))
    assert [kind for _, kind in story(entity)] == after
    in_time = Omission.Status.SETTLED if not after else Omission.Status.RESTORED
    assert Omission.objects.get(entity=other).status == in_time


@pytest.mark.parametrize(
    ("midnight_after", "recorded"),
    [
        (midnight(2027, 1, 31), [("31/01/2027", "notified"), ("01/02/2027", "voided")]),
        (
            midnight(2027, 3, 3),
            [("31/01/2027", "notified"), ("03/03/2027", "suspension_reported"), ("04/03/2027", "voided")],
        ),
    ],
    ids=["prazo", "30 dias"],
)
def test_stamped_in_the_last_second_and_written_after_the_midnight_is_in_time(
    entity: Entity, midnight_after: Any, recorded: list[tuple[str, str]]
) -> None:
    """Neither late nor judged twice, however far the clock goes in one jump."""
    here = go(now(), midnight_after)
    homologate(entity, midnight_after - SECOND)
    go(here, midnight(2027, 12, 31))
    assert story(entity) == recorded
    assert Omission.objects.get().status == Omission.Status.SETTLED
    assert Assessment.objects.get().missing == 0


def test_a_prorogation_takes_the_notification_with_it(entity: Entity) -> None:
    make_period(2026, 6).__class__.objects.filter(bimester=6).update(
        closes_on=date(2027, 3, 31), reason="Portaria simulada de prorrogação"
    )
    go(now(), midnight(2027, 5, 10))
    assert story(entity)[:2] == [("01/04/2027", "notified"), ("02/05/2027", "suspension_reported")]


def test_the_day_of_the_notification_is_a_switch(entity: Entity) -> None:
    with switches.in_force(switches.changed({"NOTIFICACAO_DIAS": "2"})):
        go(now(), midnight(2027, 2, 10))
    assert story(entity) == [("01/02/2027", "notified")]


def test_the_first_five_bimesters_bring_no_sanction(entity: Entity) -> None:
    for bimester in range(1, 6):
        make_period(2026, bimester)
    homologate(entity, midnight(2027, 1, 20))
    go(now(), midnight(2027, 12, 31))
    assert story(entity) == []


def test_what_was_late_before_the_room_existed_is_not_charged(entity: Entity) -> None:
    record_sanctions(at=midnight(2027, 6, 1))
    assert story(entity) == []


def test_below_the_minimum_is_conditioned_deposited_and_proven(entity: Entity) -> None:
    delivered = midnight(2027, 1, 20) + timedelta(hours=9)
    homologate(entity, delivered, percent=BELOW, tables=below_minimum(make_period(2026, 6)))
    here = go(delivered, midnight(2027, 1, 30))
    assert story(entity) == [("21/01/2027", "breached"), ("30/01/2027", "conditioned"), ("30/01/2027", "directed")]
    assert Assessment.objects.get().missing > 0
    owed = Deposit.objects.get().amount + 1_00
    Shortfall.objects.update(amount=owed)
    here = go(here, midnight(2027, 12, 1))
    shortfall = Shortfall.objects.get()
    assert (shortfall.status, shortfall.proof_until) == (Shortfall.Status.DEPOSITED, date(2028, 1, 30))
    assert sum(Deposit.objects.values_list("amount", flat=True)) == owed
    homologate(entity, here, period=make_period(2027, 5), tables=proof(owed))
    go(here, midnight(2028, 12, 1))
    assert story(entity)[-1] == ("02/12/2027", "regularized")


def proof(amount: int) -> dict[str, Table]:
    """Q4 of a later declaration, wholly applied."""
    return {"controles": {("Q4", "2026"): (amount, amount, amount, amount)}}


def test_a_partial_proof_proves_nothing_and_a_late_one_restores(entity: Entity) -> None:
    make_shortfall(
        entity, status="deposited", conditioned_on=date(2027, 2, 10), deposited_on=date(2027, 4, 10), amount=100_00
    )
    partly: dict[str, Table] = {"controles": {("Q4", "2026"): (100_00, 100_00, 99_99, 0)}}
    homologate(entity, midnight(2027, 6, 1), period=make_period(2027, 2), tables=partly)
    here = go(midnight(2027, 6, 1), midnight(2028, 3, 1))
    assert ("11/02/2028", "proof_suspended") in story(entity)
    homologate(entity, here, period=make_period(2027, 6), tables=proof(100_00))
    go(here, midnight(2028, 6, 1))
    assert story(entity)[-1] == ("04/03/2028", "regularized")


def test_a_rectification_changes_what_is_owed(entity: Entity) -> None:
    first = midnight(2027, 1, 20)
    homologate(entity, first, percent=BELOW, tables=below_minimum(make_period(2026, 6)))
    here = go(first, midnight(2027, 2, 12))
    homologate(entity, here, version=2)
    go(here, midnight(2027, 12, 1))
    assert story(entity)[-2:] == [("13/02/2027", "amount_changed"), ("13/02/2027", "regularized")]


def test_a_rectification_open_when_the_term_passes_is_no_delay(entity: Entity) -> None:
    homologate(entity, midnight(2027, 1, 20))
    make_declaration(entity, make_period(2026, 6), status="draft", version=2, tables={})
    go(now(), midnight(2027, 12, 31))
    assert story(entity) == []


def test_each_act_happens_once_however_often_it_is_looked_for(entity: Entity) -> None:
    go(now(), midnight(2027, 3, 10))
    before = SanctionEvent.objects.count(), OutboxMessage.objects.count(), AuditEvent.objects.count()
    for kind in DUE_KINDS:
        assert kind.apply
        kind.apply(at=midnight(2027, 3, 10))
        kind.apply(at=midnight(2027, 3, 10) + timedelta(hours=5))
    assert before == (SanctionEvent.objects.count(), OutboxMessage.objects.count(), AuditEvent.objects.count())


def test_the_mails_go_to_whoever_holds_the_office_then(entity: Entity) -> None:
    secretary = entity.health_managers.get(role=Role.SECRETARY)
    technician = entity.technicians.get()
    here = go(now(), midnight(2027, 2, 1))
    secretary.substitute(at=here)
    secretary.save(update_fields=["status", "closed_at"])
    successor = siops.make_health_manager(Role.SECRETARY, entity)
    go(here, midnight(2027, 3, 10))
    deadline = "SIOPS: o prazo do 6º bimestre de 2026 termina "
    near = [deadline + when for when in ("em 15 dias", "em 7 dias", "amanhã", "hoje")]
    assert subjects(technician.email) == near
    assert subjects(secretary.email) == [*near, "SIOPS: 6º bimestre de 2026 não homologado"]
    assert subjects(successor.email) == ["SIOPS: transferências suspensas por falta do 6º bimestre de 2026"]


def test_no_mail_says_an_amount(entity: Entity) -> None:
    homologate(entity, midnight(2027, 1, 20), percent=BELOW, tables=below_minimum(make_period(2026, 6)))
    here = go(midnight(2027, 1, 20), midnight(2027, 2, 20))
    Shortfall.objects.update(amount=1_00)
    go(here, midnight(2028, 3, 1))
    bodies = "\n".join(OutboxMessage.objects.values_list("body", flat=True))
    assert "15 %" in bodies
    assert "R$" not in bodies
    assert bodies.count("AMBIENTE SIMULADO") == OutboxMessage.objects.count() > 5
    head = subjects(entity.health_managers.get(role=Role.HEAD).email)
    for days in (90, 30):
        assert head.count(f"SIOPS: faltam {days} dias para comprovar a aplicação de 2026") == 1


def test_one_jump_and_day_by_day_leave_the_same_rows_and_mails(entity: Entity) -> None:
    delivered = midnight(2027, 3, 19) + timedelta(hours=9)

    def lived(goes: Callable[[datetime, datetime], datetime]) -> list[Any]:
        with transaction.atomic():
            goes(midnight(2027, 1, 14), delivered)
            homologate(entity, delivered, percent=BELOW, tables=below_minimum(make_period(2026, 6)))
            goes(delivered, midnight(2027, 4, 12))
            mails = OutboxMessage.objects.order_by("written_at", "subject", "to_email")
            found = [story(entity), list(mails.values_list("written_at", "subject", "to_email"))]
            found += [list(Deposit.objects.values_list("directed_on", "amount")), Shortfall.objects.get().status]
            transaction.set_rollback(True)
        return found

    jumped = lived(go)
    assert jumped == lived(day_by_day)
    assert [len(part) > 1 for part in jumped[:3]] == [True] * 3


def test_many_cost_the_statements_of_few(django_assert_max_num_queries: Any) -> None:
    make_period(2026, 6)
    uf = make_uf()
    made = [make_municipality(f"35{number:05d}", f"Município {number}", uf=uf) for number in range(40)]
    Entity.objects.bulk_create(Entity(kind=Entity.Kind.MUNICIPALITY, municipality=row, uf=uf) for row in made)
    for day in ((1, 31), (3, 3), (3, 10)):
        with django_assert_max_num_queries(26):
            record_sanctions(at=midnight(2027, *day))


def test_what_dies_half_way_leaves_nothing_and_is_done_whole_afterwards(
    entity: Entity, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = midnight(2027, 1, 31)
    with monkeypatch.context() as broken:
        broken.setattr(recording, "tell", _die)
        with pytest.raises(RuntimeError, match="morto"):
            record_sanctions(at=due)
    assert (Omission.objects.count(), SanctionEvent.objects.count()) == (0, 0)
    record_sanctions(at=due)
    assert story(entity) == [("31/01/2027", "notified")]


def _die(*_: Any, **__: Any) -> None:
    raise RuntimeError("morto")


def test_late_and_below_the_minimum_nothing_is_directed_before_the_transfers_come_back(entity: Entity) -> None:
    delivered = midnight(2027, 3, 19) + timedelta(hours=9)
    here = go(now(), delivered)
    homologate(entity, delivered, percent=BELOW, tables=below_minimum(make_period(2026, 6)))
    go(here, midnight(2027, 3, 31))
    assert story(entity)[3:] == [
        ("20/03/2027", "restoration_requested"),
        ("20/03/2027", "breached"),
        ("22/03/2027", "restored"),
        ("30/03/2027", "conditioned"),
        ("30/03/2027", "directed"),
    ]
    head = subjects(entity.health_managers.get(role=Role.HEAD).email)
    assert head == [
        "SIOPS: 6º bimestre de 2026 não homologado",
        "SIOPS: transferências suspensas por falta do 6º bimestre de 2026",
        "SIOPS: mínimo em saúde não aplicado em 2026",
        "SIOPS: transferências restabelecidas",
        "SIOPS: transferências condicionadas",
        "SIOPS: parcela de 30/03/2027 direcionada ao fundo de saúde",
    ]


def test_exactly_the_minimum_is_no_shortfall(entity: Entity) -> None:
    homologate(entity, midnight(2027, 1, 20), percent=1_500)
    go(midnight(2027, 1, 20), midnight(2027, 3, 1))
    assert story(entity) == []
    assert Assessment.objects.get().missing == 0
