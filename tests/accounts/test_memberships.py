"""Profiles: the whole machine, who may do what, and every refusal leaving no trace."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed, can_proceed

from accounts.models import Membership, User
from accounts.services.memberships import (
    ALREADY_ACTIVE,
    ONLY_INACTIVE,
    WRONG_PROGRAMME,
    exclude_membership,
    grant_membership,
    inactivate_idle_memberships,
    reactivate_membership,
)
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from territory.models import Entity
from tests.actors import acting
from tests.factories import (
    NOON,
    make_entity,
    make_member,
    make_membership,
    make_organisation,
    make_other_entity,
    make_person,
    make_staff,
    make_user,
    person_of,
)

pytestmark = pytest.mark.django_db

Role = Membership.Role
Programme = Membership.Programme
Status = Membership.Status
LATER = NOON + timedelta(days=1)

# --- the machine ---------------------------------------------------------------------------------------------------

MACHINE = {
    (Status.ACTIVE, "inactivate"): Status.INACTIVE,
    (Status.ACTIVE, "reactivate"): None,
    (Status.ACTIVE, "exclude"): Status.EXCLUDED,
    (Status.INACTIVE, "inactivate"): None,
    (Status.INACTIVE, "reactivate"): Status.ACTIVE,
    (Status.INACTIVE, "exclude"): None,
    (Status.EXCLUDED, "inactivate"): None,
    (Status.EXCLUDED, "reactivate"): None,
    (Status.EXCLUDED, "exclude"): None,
}


@pytest.mark.parametrize(("cell", "target"), MACHINE.items())
def test_every_cell_of_the_machine(cell: tuple[Status, str], target: Status | None) -> None:
    source, name = cell
    membership = Membership(status=source)
    change = getattr(membership, name)
    arguments = {} if name == "inactivate" else {"at": LATER}

    assert can_proceed(change) is (target is not None)
    if target is None:
        with pytest.raises(TransitionNotAllowed):
            change(**arguments)
        assert membership.status == source
    else:
        change(**arguments)
        assert membership.status == target


def test_the_state_is_written_only_by_the_machine() -> None:
    membership = make_membership(make_person())

    with pytest.raises(AttributeError):
        membership.status = Status.EXCLUDED


def test_an_excluded_profile_without_a_date_does_not_exist() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_membership(make_person(), status=Status.EXCLUDED)


def test_the_database_holds_one_active_ab_manager_per_entity() -> None:
    make_membership(make_person(), Role.AB_MANAGER)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_membership(make_person(), Role.AB_MANAGER)
    make_membership(make_person(), Role.AB_MANAGER, status=Status.INACTIVE)
    make_membership(make_person(), Role.AB_MANAGER, make_other_entity())


# --- who may -------------------------------------------------------------------------------------------------------

FUND, AB, MANAGER, OTHER_PROGRAMME, TECHNICAL = "fund", "ab", "manager", "other_programme", "technical"
PEC_MUNICIPAL, PEC_INSTALLATION, STAFF, NOBODY = "pec_municipal", "pec_installation", "staff", "nobody"
ACTORS = [FUND, AB, MANAGER, OTHER_PROGRAMME, TECHNICAL, PEC_MUNICIPAL, PEC_INSTALLATION, STAFF, NOBODY]

# Profile → who gives and reactivates it; who excludes it.
MAY = {
    Role.AB_MANAGER: ({FUND, STAFF}, set()),
    Role.PROGRAMME_MANAGER: ({AB, STAFF}, {AB, STAFF}),
    Role.PEC_MUNICIPAL_ADMIN: ({AB, STAFF}, {AB, STAFF}),
    Role.PEC_INSTALLATION_ADMIN: ({AB, STAFF}, {AB, STAFF}),
    Role.TECHNICAL_MANAGER: ({MANAGER}, {MANAGER}),
}


def actor(name: str, entity: Entity) -> User:
    if name == FUND:
        return make_organisation(entity).user
    if name == STAFF:
        return make_staff(staff_role=User.StaffRole.SAPS)
    if name == NOBODY:
        return make_user()
    if name == OTHER_PROGRAMME:
        user = make_user()
        make_membership(person_of(user), Role.PROGRAMME_MANAGER, entity, programme=Programme.SISAB)
        return user
    roles = {
        AB: Role.AB_MANAGER,
        MANAGER: Role.PROGRAMME_MANAGER,
        TECHNICAL: Role.TECHNICAL_MANAGER,
        PEC_MUNICIPAL: Role.PEC_MUNICIPAL_ADMIN,
        PEC_INSTALLATION: Role.PEC_INSTALLATION_ADMIN,
    }
    return make_member(roles[name], entity)


def programme_of(role: str) -> str:
    return Programme.DEPLOYMENT if role in (Role.PROGRAMME_MANAGER, Role.TECHNICAL_MANAGER) else Programme.NONE


def grant(role: str, by: User, entity: Entity | None = None, **fields: Any) -> Membership:
    defaults: dict[str, Any] = {"programme": programme_of(role), "at": LATER}
    entity = entity or make_entity()
    if "person_id" not in fields:
        fields["person_id"] = make_person().pk
    return grant_membership(entity_id=entity.pk, role=role, by=acting(by), **(defaults | fields))


def traces() -> tuple[Any, ...]:
    """Everything that a refused service must leave as it was."""
    memberships = list(Membership.objects.order_by("pk").values_list())
    return memberships, AuditEvent.objects.count(), OutboxMessage.objects.count(), len(sent_mail.outbox)


def assert_refused(act: Callable[[], Any], refusal: type[Exception], message: str | None = None) -> None:
    before = traces()
    with pytest.raises(refusal) as raised:
        act()
    assert traces() == before
    if message is not None:
        assert str(raised.value) == message


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", ACTORS)
def test_who_gives_each_profile(role: str, name: str) -> None:
    by = actor(name, make_entity())

    if name not in MAY[Role(role)][0]:
        assert_refused(lambda: grant(role, by), NotPermitted)
    else:
        assert grant(role, by).status == Status.ACTIVE


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", ACTORS)
def test_who_reactivates_each_profile(role: str, name: str) -> None:
    membership = make_membership(make_person(), role, status=Status.INACTIVE)
    by = actor(name, make_entity())

    def act() -> Membership:
        return reactivate_membership(membership_id=membership.pk, by=acting(by), at=LATER)

    if name not in MAY[Role(role)][0]:
        assert_refused(act, NotPermitted)
    else:
        assert act().status == Status.ACTIVE


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", ACTORS)
def test_who_excludes_each_profile(role: str, name: str) -> None:
    membership = make_membership(make_person(), role)
    itself = (role, name) == (Role.AB_MANAGER, AB)
    by = make_user(membership.person) if itself else actor(name, make_entity())

    def act() -> Membership:
        return exclude_membership(membership_id=membership.pk, by=acting(by), at=LATER)

    if name not in MAY[Role(role)][1]:
        assert_refused(act, NotPermitted)
    else:
        excluded = act()
        assert (excluded.status, excluded.ended_at) == (Status.EXCLUDED, LATER)
        told = OutboxMessage.objects.get(subject="e-Gestor APS: perfil de acesso excluído")
        assert told.to_email == membership.person.email
        assert f"Motivo: excluído por {by.name}." in told.body


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, (who, _) in MAY.items() for name in sorted(who)])
def test_nobody_acts_in_another_entity_except_staff(role: str, name: str) -> None:
    by, elsewhere = actor(name, make_entity()), make_other_entity()
    inactive = make_membership(make_person(), role, elsewhere, status=Status.INACTIVE)
    if name == STAFF:
        assert grant(role, by, elsewhere).entity == elsewhere
        return

    assert_refused(lambda: grant(role, by, elsewhere), NotPermitted)
    assert_refused(lambda: reactivate_membership(membership_id=inactive.pk, by=acting(by), at=LATER), NotPermitted)


@pytest.mark.parametrize("status", [Status.INACTIVE, Status.EXCLUDED])
def test_a_profile_that_is_not_active_gives_no_power(status: str) -> None:
    user = make_user()
    ended = NOON if status == Status.EXCLUDED else None
    make_membership(person_of(user), Role.AB_MANAGER, status=status, ended_at=ended)

    assert_refused(lambda: grant(Role.PROGRAMME_MANAGER, user), NotPermitted)


# --- granting ------------------------------------------------------------------------------------------------------


def test_granting_writes_the_profile_the_event_and_the_instructions() -> None:
    fund, person = make_organisation(), make_person()

    membership = grant(Role.AB_MANAGER, fund.user, person_id=person.pk)

    assert (membership.granted_at, membership.last_access_at) == (LATER, LATER)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.at) == ("membership.granted", fund.user, LATER)
    assert event.entity_id == fund.entity_id
    message = OutboxMessage.objects.get()
    assert message.to_email == person.email
    assert "Gestor da AB" in message.body


def test_the_ab_manager_may_give_himself_the_programme_profile() -> None:
    ab_manager = make_member(Role.AB_MANAGER)

    mine = grant(Role.PROGRAMME_MANAGER, ab_manager, person_id=person_of(ab_manager).pk)

    assert (mine.person, mine.programme) == (ab_manager.person, Programme.DEPLOYMENT)
    assert OutboxMessage.objects.get().addressee == ab_manager


def test_an_active_profile_is_not_given_twice() -> None:
    ab_manager, person = make_member(Role.AB_MANAGER), make_person()
    make_membership(person)

    assert_refused(
        lambda: grant(Role.PROGRAMME_MANAGER, ab_manager, person_id=person.pk),
        RuleBroken,
        ALREADY_ACTIVE,
    )


def test_the_same_profile_in_another_programme_is_another_profile() -> None:
    ab_manager, person = make_member(Role.AB_MANAGER), make_person()
    make_membership(person)

    grant(Role.PROGRAMME_MANAGER, ab_manager, person_id=person.pk, programme=Programme.GERENCIA_APS)

    assert person.memberships.active().count() == 2


def test_giving_a_profile_that_became_inactive_brings_it_back() -> None:
    ab_manager, person = make_member(Role.AB_MANAGER), make_person()
    old = make_membership(person, status=Status.INACTIVE)

    given = grant(Role.PROGRAMME_MANAGER, ab_manager, person_id=person.pk)

    assert (given.pk, given.status, given.last_access_at) == (old.pk, Status.ACTIVE, LATER)
    assert AuditEvent.objects.get().verb == "membership.reactivated"


def test_an_excluded_profile_is_given_anew_and_the_old_row_stays() -> None:
    ab_manager, person = make_member(Role.AB_MANAGER), make_person()
    old = make_membership(person, status=Status.EXCLUDED, ended_at=NOON)

    given = grant(Role.PROGRAMME_MANAGER, ab_manager, person_id=person.pk)

    assert given.pk != old.pk
    assert Membership.objects.get(pk=old.pk).status == Status.EXCLUDED


@pytest.mark.parametrize(
    ("role", "programme"),
    [
        (Role.PROGRAMME_MANAGER, Programme.NONE),
        (Role.PROGRAMME_MANAGER, "inventado"),
        (Role.PEC_MUNICIPAL_ADMIN, Programme.DEPLOYMENT),
        (Role.PEC_INSTALLATION_ADMIN, Programme.SISAB),
        (Role.AB_MANAGER, Programme.DEPLOYMENT),
    ],
)
def test_a_profile_goes_with_its_programmes_only(role: str, programme: str) -> None:
    staff = make_staff(staff_role=User.StaffRole.SAPS)

    assert_refused(lambda: grant(role, staff, programme=programme), RuleBroken, WRONG_PROGRAMME)


def test_a_technical_manager_belongs_to_the_deployment_programme() -> None:
    manager = make_member(Role.PROGRAMME_MANAGER)

    assert_refused(lambda: grant(Role.TECHNICAL_MANAGER, manager, programme=Programme.SISAB), RuleBroken)


def test_an_invented_profile_is_given_by_nobody() -> None:
    assert_refused(lambda: grant("dono", make_staff(staff_role=User.StaffRole.SAPS)), NotPermitted)


def test_somebody_without_an_address_gets_the_profile_and_no_mail() -> None:
    grant(Role.AB_MANAGER, make_organisation().user, person_id=make_person(email="").pk)

    assert not OutboxMessage.objects.exists()


# --- the one Gestor da AB ------------------------------------------------------------------------------------------


def test_a_second_ab_manager_needs_confirmation() -> None:
    fund = make_organisation()
    present = make_membership(make_person(name="Ana Ativa"), Role.AB_MANAGER)

    question = "Já existe gestor ativo: Ana Ativa. Deseja substituí-lo?"
    assert_refused(lambda: grant(Role.AB_MANAGER, fund.user), RuleBroken, question)
    assert_refused(lambda: grant(Role.AB_MANAGER, fund.user, replaces_id=present.pk + 1), RuleBroken, question)


def test_a_confirmed_replacement_inactivates_the_former() -> None:
    fund = make_organisation()
    former = make_membership(make_person(), Role.AB_MANAGER)

    given = grant(Role.AB_MANAGER, fund.user, replaces_id=former.pk)

    assert given.status == Status.ACTIVE
    assert Membership.objects.get(pk=former.pk).status == Status.INACTIVE
    assert [(e.verb, e.details.get("reason")) for e in AuditEvent.objects.order_by("pk")] == [
        ("membership.inactivated", "replaced"),
        ("membership.granted", None),
    ]


def test_the_former_comes_back_only_with_confirmation() -> None:
    fund = make_organisation()
    former = make_membership(make_person(), Role.AB_MANAGER, status=Status.INACTIVE)
    present = make_membership(make_person(name="Bia Ativa"), Role.AB_MANAGER)

    assert_refused(
        lambda: reactivate_membership(membership_id=former.pk, by=acting(fund.user), at=LATER),
        RuleBroken,
        "Já existe gestor ativo: Bia Ativa. Deseja substituí-lo?",
    )
    reactivate_membership(membership_id=former.pk, by=acting(fund.user), at=LATER, replaces_id=present.pk)
    assert Membership.objects.active().get(role=Role.AB_MANAGER) == former


def test_an_idle_ab_manager_is_in_nobodys_way() -> None:
    fund = make_organisation()
    idle = make_membership(make_person(), Role.AB_MANAGER, at=LATER - timedelta(days=90))

    given = grant(Role.AB_MANAGER, fund.user)

    assert Membership.objects.active().get(role=Role.AB_MANAGER) == given
    assert Membership.objects.get(pk=idle.pk).status == Status.INACTIVE


# --- reactivating and excluding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.EXCLUDED])
def test_only_an_inactive_profile_is_reactivated(status: str) -> None:
    ended = NOON if status == Status.EXCLUDED else None
    membership = make_membership(make_person(), status=status, ended_at=ended)
    ab_manager = make_member(Role.AB_MANAGER)

    assert_refused(
        lambda: reactivate_membership(membership_id=membership.pk, by=acting(ab_manager), at=LATER),
        RuleBroken,
        ONLY_INACTIVE,
    )


def test_a_profile_idle_for_ninety_days_is_reactivated_before_the_sweep() -> None:
    membership = make_membership(make_person(), at=LATER - timedelta(days=90))
    ab_manager = make_member(Role.AB_MANAGER)

    reactivate_membership(membership_id=membership.pk, by=acting(ab_manager), at=LATER)

    stored = Membership.objects.get(pk=membership.pk)
    assert (stored.status, stored.last_access_at) == (Status.ACTIVE, LATER)
    assert inactivate_idle_memberships(at=LATER) == 0


@pytest.mark.parametrize(("status", "shown"), [(Status.INACTIVE, "INATIVO"), (Status.EXCLUDED, "EXCLUÍDO")])
def test_only_an_active_profile_is_excluded(status: str, shown: str) -> None:
    ended = NOON if status == Status.EXCLUDED else None
    membership = make_membership(make_person(), status=status, ended_at=ended)
    ab_manager = make_member(Role.AB_MANAGER)

    assert_refused(
        lambda: exclude_membership(membership_id=membership.pk, by=acting(ab_manager), at=LATER),
        NotAllowedNow,
        f"Operação não permitida na situação atual ({shown}).",
    )


def test_a_profile_idle_for_ninety_days_is_not_excluded() -> None:
    membership = make_membership(make_person(), at=LATER - timedelta(days=90))
    ab_manager = make_member(Role.AB_MANAGER)

    assert_refused(
        lambda: exclude_membership(membership_id=membership.pk, by=acting(ab_manager), at=LATER),
        NotAllowedNow,
        "Operação não permitida na situação atual (INATIVO).",
    )
