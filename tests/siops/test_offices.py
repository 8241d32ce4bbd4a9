"""Which offices exist for which proof: one person with every kind of record, entering by each door."""

from typing import Any

import pytest
from django.db.models import Model

from accounts.actors import Proof, actor_of
from accounts.models import Membership, User
from common import permissions
from common.actor import Actor, Bond
from common.exceptions import NotPermitted
from egestor.models import DeploymentToken
from rnds.models import Credential, CredentialRequest, PecInstallation
from siops.models import Attachment, FundUpdate, HealthManager, OfficialLetter, Technician
from siops.models.scoped import MANAGER, TECHNICIAN
from siops.permissions import Permission
from territory.models import Establishment
from tests.factories import NOON, make_installation, make_membership, make_person, make_staff, make_user, person_of
from tests.factories.siops import make_fund_update, make_health_manager, make_technician, make_ticket
from tickets.models import SupportTicket

pytestmark = pytest.mark.django_db
Role = HealthManager.Role
PROFILES = {("profile", "ab_manager"), ("profile", "programme_manager")}
EGESTOR: tuple[type[Model], ...] = (
    Membership,
    DeploymentToken,
    CredentialRequest,
    Credential,
    PecInstallation,
    Establishment,
)
SIOPS: tuple[type[Model], ...] = (HealthManager, Technician, FundUpdate, OfficialLetter, SupportTicket, Attachment)

# Proof and what the session is bound to → the offices, and the only ones.
TABLE: dict[tuple[Proof, str], set[tuple[str, str]]] = {
    (Proof.GOVBR, ""): PROFILES,
    (Proof.ACCESS_LINK, ""): PROFILES,
    (Proof.COMMAND_LINE, ""): PROFILES,
    (Proof.PASSWORD, ""): set(),
    (Proof.CERTIFICATE, ""): set(),
    (Proof.CERTIFICATE, Role.SECRETARY): {(MANAGER, Role.SECRETARY)},
    (Proof.CERTIFICATE, Role.HEAD): set(),
    (Proof.CERTIFICATE, TECHNICIAN): set(),
    (Proof.TECHNICIAN_PASSWORD, ""): set(),
    (Proof.TECHNICIAN_PASSWORD, TECHNICIAN): {(TECHNICIAN, TECHNICIAN)},
    (Proof.TECHNICIAN_PASSWORD, Role.SECRETARY): set(),
    # A binding in the session of another proof opens nothing.
    (Proof.GOVBR, Role.SECRETARY): PROFILES,
    (Proof.PASSWORD, Role.SECRETARY): set(),
}


@pytest.fixture
def everything() -> HealthManager:
    """One person with two profiles, the secretariat and the sending of data; and rows of each app."""
    user = make_user()
    make_membership(person_of(user), Membership.Role.AB_MANAGER)
    make_membership(person_of(user), Membership.Role.PROGRAMME_MANAGER)
    record = make_health_manager(Role.SECRETARY, person=user.person)
    make_technician(record.entity, person=user.person)
    make_installation(record.entity)
    make_fund_update(record.entity)
    make_ticket(record.entity)
    return record


def enter(record: HealthManager, proof: Proof, role: str) -> Actor:
    assert record.person.user is not None
    bond = Bond(record.entity_id, role) if role else None
    return actor_of(record.person.user, at=NOON, proof=proof, bond=bond)


def rows(model: Any, actor: Actor) -> int:
    return int(model.objects.visible_to(actor).count())


@pytest.mark.parametrize(("proof", "role"), TABLE)
def test_the_proof_decides(everything: HealthManager, proof: Proof, role: str) -> None:
    actor = enter(everything, proof, role)
    assert {(office.kind, office.role) for office in actor.offices} == TABLE[proof, role]
    reaches_profiles = TABLE[proof, role] == PROFILES
    assert all(bool(rows(model, actor)) <= reaches_profiles for model in EGESTOR)
    in_siops = bool(TABLE[proof, role]) and not reaches_profiles
    assert all(bool(rows(model, actor)) <= in_siops for model in SIOPS)
    assert (rows(Membership, actor) > 0, rows(FundUpdate, actor) > 0) == (reaches_profiles, in_siops)


@pytest.mark.parametrize(("proof", "role"), TABLE)
def test_a_closed_account_holds_nothing(everything: HealthManager, proof: Proof, role: str) -> None:
    actor = enter(everything, proof, role)
    User.objects.filter(pk=actor.author_id).update(is_active=False)
    assert not actor.offices


def test_the_team_has_no_office_of_an_entity(everything: HealthManager) -> None:
    for role in User.StaffRole:
        actor = actor_of(
            make_staff(role.value, staff_role=role),
            at=NOON,
            proof=Proof.PASSWORD,
            bond=Bond(everything.entity_id, "head"),
        )
        assert {office.entity_id for office in actor.offices} == {None}
        assert not actor.has_perm(Permission.VIEW_MANAGERS, everything.entity)


def test_a_service_asks_anew_and_the_menu_once(everything: HealthManager, django_assert_num_queries: Any) -> None:
    actor = enter(everything, Proof.CERTIFICATE, Role.SECRETARY)
    with django_assert_num_queries(1):
        for permission in (Permission.OPEN_TICKET, Permission.SEND_LETTER, Permission.REGISTER_COUNCIL):
            assert actor.has_perm(permission, everything.entity)
    HealthManager.objects.filter(pk=everything.pk).update(status="to_confirm")
    assert actor.has_perm(Permission.SEND_LETTER, everything.entity)
    with pytest.raises(NotPermitted):
        permissions.require(actor, Permission.SEND_LETTER, everything.entity)
    assert not actor.has_perm(Permission.SEND_LETTER, everything.entity)


def test_a_routine_and_nobody_hold_nothing() -> None:
    for actor in (Actor.routine("test", NOON), Actor(at=NOON), Actor.identified(make_user(make_person()), at=NOON)):
        assert not actor.has_perm(Permission.VIEW_MANAGERS)
