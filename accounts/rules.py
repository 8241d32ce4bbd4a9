"""Who gives profiles to whom: fundo → Gestor da AB → Gestor do Programa → Gestor Técnico; nobody upwards."""

from typing import Any

import rules

from accounts.doors import FUND_DOOR, PERSON_DOOR
from accounts.models import Membership, Person
from common.permissions import STAFF_DOOR, Holders, declare_holders

Role = Membership.Role

# The Gestor da AB gives these for the own entity; giving the PEC administrators is our inference.
GIVEN_BY_AB_MANAGER = frozenset({Role.PROGRAMME_MANAGER, Role.PEC_MUNICIPAL_ADMIN, Role.PEC_INSTALLATION_ADMIN})


def _is_fund_of(user: Any, membership: Membership) -> bool:
    return bool(user.kind == user.Kind.ORGANISATION and membership.entity_id in user.entity_ids)


@rules.predicate
def gives_this_profile(user: Any, membership: Membership) -> bool:
    """The level right above the profile, in the same entity; the ministry stands in for fund and Gestor da AB."""
    entity_id = membership.entity_id
    if membership.role == Role.AB_MANAGER:
        return bool(user.is_ministry) or _is_fund_of(user, membership)
    if membership.role in GIVEN_BY_AB_MANAGER:
        return bool(user.is_ministry) or user.holds(Role.AB_MANAGER, entity_id)
    if membership.role == Role.TECHNICAL_MANAGER:
        return bool(user.holds(Role.PROGRAMME_MANAGER, entity_id, Membership.Programme.DEPLOYMENT))
    return False


@rules.predicate
def is_below_ab_manager(user: Any, membership: Membership) -> bool:
    """A Gestor da AB is replaced, never left without one by «Excluir»."""
    return membership.role != Role.AB_MANAGER


@rules.predicate
def manages_a_profile_of(user: Any, person: Person) -> bool:
    """Gestor da AB of an entity where the person holds a profile."""
    managed = {entity for role, _, entity in user.roles if role == Role.AB_MANAGER}
    return any(m.entity_id in managed for m in person.memberships.exclude(status=Membership.Status.EXCLUDED))


@rules.predicate
def manages_somebody(user: Any) -> bool:
    """Gestor da AB, or programme manager of IMPLANTAÇÃO E-SUS APS, of some entity."""
    deployment = (Role.PROGRAMME_MANAGER, Membership.Programme.DEPLOYMENT)
    return any(role == Role.AB_MANAGER or (role, programme) == deployment for role, programme, _ in user.roles)


@rules.predicate
def is_a_fund(user: Any) -> bool:
    """The account of a health fund (CNPJ)."""
    return bool(user.kind == user.Kind.ORGANISATION)


@rules.predicate
def is_of_the_ministry(user: Any) -> bool:
    """Staff, certifiers apart: these have nothing to read in the administrative area."""
    return bool(user.is_ministry)


rules.add_perm("accounts.read_admin", is_of_the_ministry)
rules.add_perm("accounts.manage_memberships", manages_somebody)
rules.add_perm("accounts.register_ab_manager", is_a_fund)
rules.add_perm("accounts.grant_membership", gives_this_profile)
rules.add_perm("accounts.reactivate_membership", gives_this_profile)
rules.add_perm("accounts.exclude_membership", gives_this_profile & is_below_ab_manager)
rules.add_perm("accounts.change_contact", manages_a_profile_of)

_BY_FUND = "O Gestor da AB é cadastrado pelo Fundo de Saúde do ente."
_MANAGERS = Holders(
    "o Gestor da AB do ente e, para o Gestor Técnico, o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS)",
    _BY_FUND,
    PERSON_DOOR,
)
declare_holders(
    {
        "accounts.read_admin": Holders(
            "a equipe do Ministério da Saúde",
            "As contas da equipe são dadas pelo administrador do simulador.",
            STAFF_DOOR,
        ),
        "accounts.manage_memberships": _MANAGERS,
        "accounts.grant_membership": _MANAGERS,
        "accounts.reactivate_membership": _MANAGERS,
        "accounts.exclude_membership": _MANAGERS,
        "accounts.register_ab_manager": Holders(
            "o Fundo de Saúde do ente, com o CNPJ", "O acesso do fundo é o do cadastro no FNS.", FUND_DOOR
        ),
        "accounts.change_contact": Holders("o Gestor da AB do ente da pessoa", _BY_FUND, PERSON_DOOR),
    }
)
