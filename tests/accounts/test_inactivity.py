"""Ninety days without access, and what parallel hands may not do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import Membership
from accounts.services.memberships import (
    exclude_membership,
    grant_membership,
    inactivate_idle_memberships,
    reactivate_membership,
)
from common import switches
from common.exceptions import Refusal
from common.models import AuditEvent, OutboxMessage
from tests.actors import acting
from tests.factories import (
    NOON,
    make_entity,
    make_member,
    make_membership,
    make_organisation,
    make_other_entity,
    make_person,
)
from tests.switches import Switch

pytestmark = pytest.mark.django_db

Role = Membership.Role
Status = Membership.Status
MICROSECOND = timedelta(microseconds=1)


def test_the_limit_is_ninety_days() -> None:
    assert switches.now().membership_idle_days == 90


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-06-29T14:59:59.999999+00:00", Status.ACTIVE),
        ("2026-06-29T11:59:59.999999-03:00", Status.ACTIVE),
        ("2026-06-29T15:00:00+00:00", Status.INACTIVE),
        ("2026-06-29T12:00:00-03:00", Status.INACTIVE),
        ("2026-06-29T15:00:00.000001+00:00", Status.INACTIVE),
        ("2026-06-29T12:00:00.000001-03:00", Status.INACTIVE),
    ],
)
def test_the_ninetieth_day_to_the_microsecond(at: str, status: str) -> None:
    membership = make_membership(make_person(), at=datetime.fromisoformat("2026-03-31T12:00:00-03:00"))
    instant = datetime.fromisoformat(at)
    usable = Membership.objects.usable_at(instant, days=90)

    assert membership.effective_status(instant, days=90) == status
    assert usable.exists() is (status == Status.ACTIVE)
    inactivate_idle_memberships(at=instant)
    assert Membership.objects.get().status == status


def test_the_sweep_counts_records_and_repeats_without_effect() -> None:
    due = [make_membership(make_person(), at=NOON - timedelta(days=90)) for _ in range(3)]
    fresh = make_membership(make_person())

    assert inactivate_idle_memberships(at=NOON) == 3
    assert inactivate_idle_memberships(at=NOON) == 0

    assert set(Membership.objects.filter(status=Status.INACTIVE)) == set(due)
    assert Membership.objects.get(status=Status.ACTIVE) == fresh
    events = AuditEvent.objects.all()
    assert {e.verb for e in events} == {"membership.inactivated"}
    assert {(e.actor, e.system_actor) for e in events} == {(None, "inactivate_idle_memberships")}
    assert len(events) == 3
    told = OutboxMessage.objects.values_list("to_email", "subject")
    assert set(told) == {(row.person.email, "e-Gestor APS: perfil de acesso inativo") for row in due}
    assert all("Motivo: 90 dias sem acesso." in message.body for message in OutboxMessage.objects.all())


def test_the_sweep_leaves_excluded_rows_alone() -> None:
    make_membership(make_person(), at=NOON - timedelta(days=500), status=Status.EXCLUDED, ended_at=NOON)

    assert inactivate_idle_memberships(at=NOON) == 0


def test_the_sweep_stays_in_its_scope() -> None:
    here, there = make_entity(), make_other_entity()
    one = make_membership(make_person(), entity=here, at=NOON - timedelta(days=90))
    two = make_membership(make_person(), entity=there, at=NOON - timedelta(days=90))

    assert inactivate_idle_memberships(at=NOON, entity_ids=[]) == 0
    assert inactivate_idle_memberships(at=NOON, entity_ids=[here.pk]) == 1
    assert inactivate_idle_memberships(at=NOON, person_id=one.person_id) == 0
    assert inactivate_idle_memberships(at=NOON, person_id=two.person_id) == 1


def test_the_limit_is_a_switch(switch: Switch) -> None:
    switch(membership_idle_days=180)
    make_membership(make_person(), at=NOON - timedelta(days=180) + MICROSECOND)

    assert inactivate_idle_memberships(at=NOON) == 0
    assert inactivate_idle_memberships(at=NOON + MICROSECOND) == 1


def in_parallel(*actions: Callable[[], Any]) -> list[str]:
    """Run the actions at the same moment; "ok" or the code of the refusal of each."""
    together, results = Barrier(len(actions)), [""] * len(actions)

    def run(number: int, action: Callable[[], Any]) -> None:
        together.wait()
        try:
            action()
            results[number] = "ok"
        except Refusal as refusal:
            results[number] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("confirmed", [True, False])
def test_parallel_replacements_leave_exactly_one_ab_manager(confirmed: bool) -> None:
    fund, people = make_organisation(), [make_person() for _ in range(4)]
    former = make_membership(make_person(), Role.AB_MANAGER) if confirmed else None

    def give(person_id: int) -> Callable[[], Any]:
        return lambda: grant_membership(
            person_id=person_id,
            entity_id=fund.entity_id,
            role=Role.AB_MANAGER,
            by=acting(fund.user),
            at=NOON,
            replaces_id=former.pk if former else None,
        )

    results = in_parallel(*[give(person.pk) for person in people])

    assert sorted(results) == ["ok", "replace_needed", "replace_needed", "replace_needed"]
    assert Membership.objects.active().filter(role=Role.AB_MANAGER).count() == 1
    assert Membership.objects.count() == (2 if confirmed else 1)
    assert OutboxMessage.objects.filter(subject__contains="inativo").count() == int(confirmed)
    assert OutboxMessage.objects.exclude(subject__contains="inativo").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_add_gives_one_profile() -> None:
    ab_manager, person = make_member(Role.AB_MANAGER), make_person()

    def give() -> Any:
        return grant_membership(
            person_id=person.pk,
            entity_id=make_entity().pk,
            role=Role.PROGRAMME_MANAGER,
            programme=Membership.Programme.DEPLOYMENT,
            by=acting(ab_manager),
            at=NOON,
        )

    assert sorted(in_parallel(give, give)) == ["already_active", "ok"]
    assert person.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_excluding_and_reactivating_at_once_never_half_happens() -> None:
    ab_manager = make_member(Role.AB_MANAGER)
    membership = make_membership(make_person(), status=Status.INACTIVE)

    def reactivate() -> Any:
        return reactivate_membership(membership_id=membership.pk, by=acting(ab_manager), at=NOON)

    def exclude() -> Any:
        return exclude_membership(membership_id=membership.pk, by=acting(ab_manager), at=NOON)

    results = in_parallel(reactivate, reactivate, exclude)

    assert results[:2].count("ok") == 1
    final = Membership.objects.get(pk=membership.pk).status
    assert final == (Status.EXCLUDED if results[2] == "ok" else Status.ACTIVE)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_record_each_profile_once() -> None:
    for _ in range(10):
        make_membership(make_person(), at=NOON - timedelta(days=90))

    in_parallel(lambda: inactivate_idle_memberships(at=NOON), lambda: inactivate_idle_memberships(at=NOON))

    assert AuditEvent.objects.filter(verb="membership.inactivated").count() == 10
