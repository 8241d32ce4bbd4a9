"""Who gives profiles to whom: fundo → Gestor da AB → Gestor do Programa → Gestor Técnico; nobody upwards."""

import rules

from accounts.doors import FUND_DOOR, PERSON_DOOR
from accounts.models import Membership, User
from accounts.offices import FUND, PROFILE, STAFF
from accounts.permissions import Permission
from common.actor import Actor
from common.permissions import GIVEN_BY_ADMINISTRATOR, STAFF_DOOR, Holders, declare_holders
from documents.permissions import Permission as PaperPermission
from registry.models import Person
from rooms.permissions import Permission as RoomPermission

Role = Membership.Role
StaffRole = User.StaffRole

# The Gestor da AB gives these for the own entity; giving the PEC administrators is our inference.
GIVEN_BY_AB_MANAGER = frozenset({Role.PROGRAMME_MANAGER, Role.PEC_MUNICIPAL_ADMIN, Role.PEC_INSTALLATION_ADMIN})
DEPLOYMENT = Membership.Programme.DEPLOYMENT


@rules.predicate
def gives_this_profile(actor: Actor, membership: Membership) -> bool:
    """The level right above the profile, in the same entity; the SAPS stands in for fund and Gestor da AB."""
    entity_id = membership.entity_id
    if membership.role == Role.AB_MANAGER:
        return is_saps(actor) or actor.holds(FUND, entity_id=entity_id)
    if membership.role in GIVEN_BY_AB_MANAGER:
        return is_saps(actor) or actor.holds(PROFILE, Role.AB_MANAGER, entity_id=entity_id)
    if membership.role == Role.TECHNICAL_MANAGER:
        return actor.holds(PROFILE, Role.PROGRAMME_MANAGER, entity_id=entity_id, programme=DEPLOYMENT)
    return False


@rules.predicate
def is_below_ab_manager(actor: Actor, membership: Membership) -> bool:
    """A Gestor da AB is replaced, never left without one by «Excluir»."""
    return membership.role != Role.AB_MANAGER


@rules.predicate
def manages_a_profile_of(actor: Actor, person: Person) -> bool:
    """Gestor da AB of an entity where the person holds a profile."""
    held = person.memberships.exclude(status=Membership.Status.EXCLUDED)
    return any(actor.holds(PROFILE, Role.AB_MANAGER, entity_id=membership.entity_id) for membership in held)


@rules.predicate
def manages_somebody(actor: Actor) -> bool:
    """Gestor da AB, or programme manager of IMPLANTAÇÃO E-SUS APS, of some entity."""
    return actor.holds(PROFILE, Role.AB_MANAGER) or actor.holds(PROFILE, Role.PROGRAMME_MANAGER, programme=DEPLOYMENT)


@rules.predicate
def is_a_fund(actor: Actor) -> bool:
    """The account of a health fund (CNPJ)."""
    return actor.holds(FUND)


@rules.predicate
def is_saps(actor: Actor) -> bool:
    """The team of the SAPS, which answers for the e-Gestor APS."""
    return actor.holds(STAFF, StaffRole.SAPS)


@rules.predicate
def reads_everything(actor: Actor) -> bool:
    """The auditor, who writes nothing, and the administrator of the simulator, who acts at no desk of the ministry."""
    return actor.holds(STAFF, StaffRole.AUDITOR, StaffRole.ADMINISTRATOR)


@rules.predicate
def runs_the_simulator(actor: Actor) -> bool:
    """The administrator of the simulator."""
    return actor.holds(STAFF, StaffRole.ADMINISTRATOR)


@rules.predicate
def is_somebody_else(actor: Actor, user: User | None = None) -> bool:
    """Not the own account; in general, without one."""
    return user is None or user.pk != actor.account_id


@rules.predicate
def reviews_in_admin(actor: Actor) -> bool:
    """Whose queue is a page of the administrative area."""
    return actor.holds(STAFF, StaffRole.RNDS_ANALYST, StaffRole.SAPS)


@rules.predicate
def opens_rooms(actor: Actor) -> bool:
    """The trainer and the administrator."""
    return actor.holds(STAFF, StaffRole.TRAINER, StaffRole.ADMINISTRATOR)


rules.add_perm(Permission.ENTER_ADMIN, reads_everything | reviews_in_admin)
rules.add_perm(Permission.READ_ADMIN, reads_everything)
rules.add_perm(Permission.READ_PROFILES, reads_everything | is_saps)
rules.add_perm(Permission.RETRY_MAIL, runs_the_simulator)
rules.add_perm(Permission.READ_TEAM, reads_everything)
rules.add_perm(Permission.RESET_SECOND_FACTOR, runs_the_simulator & is_somebody_else)
rules.add_perm(Permission.MANAGE_MEMBERSHIPS, manages_somebody)
rules.add_perm(Permission.REGISTER_AB_MANAGER, is_a_fund)
rules.add_perm(Permission.GRANT_MEMBERSHIP, gives_this_profile)
rules.add_perm(Permission.REACTIVATE_MEMBERSHIP, gives_this_profile)
rules.add_perm(Permission.EXCLUDE_MEMBERSHIP, gives_this_profile & is_below_ab_manager)
rules.add_perm(Permission.CHANGE_CONTACT, manages_a_profile_of)
# The papers and the rooms stand below the accounts, and do not know who anybody is.
rules.add_perm(PaperPermission.EXPORT_LOG, reads_everything)
rules.add_perm(RoomPermission.OPEN, opens_rooms)
rules.add_perm(RoomPermission.CHANGE, opens_rooms)

_BY_FUND = "O Gestor da AB é cadastrado pelo Fundo de Saúde do ente."
_MANAGERS = Holders(
    "o Gestor da AB do ente e, para o Gestor Técnico, o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS)",
    _BY_FUND,
    PERSON_DOOR,
)
_READERS = "o auditor e o administrador do simulador"
declare_holders(
    {
        Permission.ENTER_ADMIN: Holders(
            f"{_READERS} e, nas suas filas, o analista da RNDS e a SAPS", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR
        ),
        Permission.READ_ADMIN: Holders(_READERS, GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
        Permission.READ_PROFILES: Holders(f"a SAPS, {_READERS}", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
        Permission.RETRY_MAIL: Holders("o administrador do simulador", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
        Permission.READ_TEAM: Holders(_READERS, GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
        Permission.RESET_SECOND_FACTOR: Holders(
            "o administrador do simulador, menos da própria conta", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR
        ),
        Permission.MANAGE_MEMBERSHIPS: _MANAGERS,
        Permission.GRANT_MEMBERSHIP: _MANAGERS,
        Permission.REACTIVATE_MEMBERSHIP: _MANAGERS,
        Permission.EXCLUDE_MEMBERSHIP: _MANAGERS,
        Permission.REGISTER_AB_MANAGER: Holders(
            "o Fundo de Saúde do ente, com o CNPJ", "O acesso do fundo é o do cadastro no FNS.", FUND_DOOR
        ),
        Permission.CHANGE_CONTACT: Holders("o Gestor da AB do ente da pessoa", _BY_FUND, PERSON_DOOR),
        PaperPermission.EXPORT_LOG: Holders(_READERS, GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
        RoomPermission.OPEN: Holders("o instrutor e o administrador do simulador", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
        RoomPermission.CHANGE: Holders(
            "quem tem a chave da sala e, dentro dela, o instrutor e o administrador do simulador",
            "A chave foi mostrada uma única vez, a quem abriu a sala: informe-a na página da sala.",
            STAFF_DOOR,
        ),
    }
)
