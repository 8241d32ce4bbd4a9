"""Whom the coordination invites from a Tribunal de Contas, and whom it may not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted, Refusal
from common.models import OutboxMessage
from siops.models import HealthManager
from siops.services.courts import end_court_member, invite_court_member
from siops.services.sign_in import Door, identify
from territory.models import Entity
from tests.actors import acting
from tests.clock import now
from tests.factories import make_entity, make_person
from tests.factories.siops import make_acting, make_coordinator, make_health_manager, make_technician
from tests.siops.doors import make_medium
from tests.siops.support import traces

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
Role = HealthManager.Role


def state_of(entity: Entity) -> Entity:
    made: Entity = Entity.objects.get_or_create(kind=Entity.Kind.STATE, uf=entity.uf)[0]
    return made


def invite(state: Entity, by: Actor | None = None, **changed: Any) -> HealthManager:
    person = changed.pop("person", None) or make_person()
    values: dict[str, Any] = {
        "uf_id": state.uf_id,
        "cpf": person.cpf_text,
        "name": person.name,
        "email": "controle@tribunal.ensaio.example",
        "phone": "6832145678",
        "position": "Auditor de controle externo",
    }
    by = by or acting(make_coordinator())
    return invite_court_member(**(values | changed), by=by, at=by.at)


def test_the_invited_enters_by_certificate_at_the_door_of_the_state() -> None:
    state = state_of(make_entity())
    member = invite(state)
    medium = make_medium(member.person)
    holder = identify(pem=medium.certificate.pem, door=Door.STATE, at=now())
    assert [office.pk for office in holder.offices] == [member.pk]
    assert OutboxMessage.objects.filter(to_email=member.email).count() == 1


def test_two_of_one_tribunal_may_be_invited() -> None:
    state = state_of(make_entity())
    invite(state)
    invite(state, email="outro@tribunal.ensaio.example")


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("twice", "already_invited"),
        ("manager", "watches_itself"),
        ("technician", "watches_itself"),
        ("public mailbox", "public_mailbox"),
        ("unknown", "person_not_found"),
    ],
)
def test_refusals_leave_no_trace(case: str, code: str) -> None:
    town = make_entity()
    state, by = state_of(town), acting(make_coordinator())
    cases: dict[str, Callable[[], dict[str, Any]]] = {
        "twice": lambda: {"person": invite(state, by).person, "email": "outra@tribunal.ensaio.example"},
        "manager": lambda: {"person": make_health_manager(Role.COUNCIL, town).person},
        "technician": lambda: {"person": make_technician(town).person},
        "public mailbox": lambda: {"email": "tribunal@gmail.com"},
        "unknown": lambda: {"cpf": "52998224725"},
    }
    changed = cases[case]()
    before = traces()
    with pytest.raises(Refusal) as refused:
        invite(state, by, **changed)
    assert refused.value.code == code
    assert traces() == before


def test_only_the_coordination_invites_and_ends() -> None:
    state = state_of(make_entity())
    member = invite(state)
    secretary = make_acting(Role.SECRETARY)
    with pytest.raises(NotPermitted):
        invite(state, secretary, email="outro@tribunal.ensaio.example")
    with pytest.raises(NotPermitted):
        end_court_member(manager_id=member.pk, by=secretary, at=now())


def test_an_ended_invitation_opens_nothing_and_ends_once() -> None:
    by = acting(make_coordinator())
    member = invite(state_of(make_entity()), by)
    end_court_member(manager_id=member.pk, by=by, at=now() + timedelta(minutes=1))
    assert not HealthManager.objects.in_office_at(now()).filter(pk=member.pk).exists()
    with pytest.raises(NotAllowedNow):
        end_court_member(manager_id=member.pk, by=by, at=now())
