"""Who may do what in the PEC and the RNDS. Each predicate answers for a row, an entity, or for no target at all."""

from __future__ import annotations

from typing import Any

import rules

from accounts.doors import PERSON_DOOR
from accounts.models import Membership, User
from common.permissions import STAFF_DOOR, Holders, declare_holders


def _entity_id(target: Any) -> int | None:
    """Entity of a row, or of an entity itself."""
    return getattr(target, "entity_id", None) or getattr(target, "pk", None)


@rules.predicate
def manages_deployment(user: Any, target: Any = None) -> bool:
    """Holds GESTOR DO PROGRAMA MUNICIPAL in IMPLANTAÇÃO E-SUS APS for the target's entity (for any, without target)."""
    role, programme = Membership.Role.PROGRAMME_MANAGER, Membership.Programme.DEPLOYMENT
    if getattr(user, "kind", None) != User.Kind.PERSON:
        return False
    if target is None:
        return any((held, within) == (role, programme) for held, within, _ in user.roles)
    return bool(user.holds(role, _entity_id(target), programme))


@rules.predicate
def is_requester(user: Any, request: Any = None) -> bool:
    """Opened this very request."""
    return request is not None and request.requested_by_id == user.pk


@rules.predicate
def is_ministry_staff(user: Any) -> bool:
    """Belongs to the ministry's team."""
    return bool(user.is_ministry)


rules.add_perm("rnds.view_credentials", manages_deployment | is_ministry_staff)
rules.add_perm("rnds.request_credential", manages_deployment)
rules.add_perm("rnds.edit_request", manages_deployment & is_requester)
rules.add_perm("rnds.review_request", is_ministry_staff & ~is_requester)
rules.add_perm("rnds.revoke_credential", manages_deployment | is_ministry_staff)
rules.add_perm("rnds.download_credential", manages_deployment)
rules.add_perm("rnds.download_terms", manages_deployment | is_ministry_staff)


def _holds_pec_role(user: Any, target: Any, role: str) -> bool:
    if getattr(user, "kind", None) != User.Kind.PERSON:
        return False
    if target is None:
        return any(held == role for held, _, _ in user.roles)
    return bool(user.holds(role, _entity_id(target)))


@rules.predicate
def administers_installation(user: Any, target: Any = None) -> bool:
    """Is Administrador da Instalação of the target's entity: the one with access to the server's folders."""
    return _holds_pec_role(user, target, Membership.Role.PEC_INSTALLATION_ADMIN)


@rules.predicate
def administers_municipality(user: Any, target: Any = None) -> bool:
    """Is Administrador Municipal of the PEC in the target's entity."""
    return _holds_pec_role(user, target, Membership.Role.PEC_MUNICIPAL_ADMIN)


rules.add_perm("rnds.view_pec", administers_installation | administers_municipality)
rules.add_perm("rnds.manage_pec_keys", administers_installation)
rules.add_perm("rnds.manage_pec_certificate", administers_municipality)

_BY_AB_MANAGER = "O perfil é dado pelo Gestor da AB do ente."
_PROGRAMME = "o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS) do ente"
_MANAGER = Holders(_PROGRAMME, _BY_AB_MANAGER, PERSON_DOOR)
_MANAGER_OR_MINISTRY = Holders(f"{_PROGRAMME} e a equipe do Ministério da Saúde", _BY_AB_MANAGER, PERSON_DOOR)
_INSTALLATION = "o Administrador da Instalação (PEC)"
_MUNICIPAL = "o Administrador Municipal (PEC)"
declare_holders(
    {
        "rnds.view_credentials": _MANAGER_OR_MINISTRY,
        "rnds.request_credential": _MANAGER,
        "rnds.edit_request": Holders(
            "o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS) que abriu a solicitação",
            _BY_AB_MANAGER,
            PERSON_DOOR,
        ),
        "rnds.review_request": Holders(
            "a equipe do Ministério da Saúde, menos quem abriu a solicitação",
            "As contas da equipe são dadas pelo administrador do simulador.",
            STAFF_DOOR,
        ),
        "rnds.revoke_credential": _MANAGER_OR_MINISTRY,
        "rnds.download_credential": _MANAGER,
        "rnds.download_terms": _MANAGER_OR_MINISTRY,
        "rnds.view_pec": Holders(f"{_MUNICIPAL} e {_INSTALLATION} do ente", _BY_AB_MANAGER, PERSON_DOOR),
        "rnds.manage_pec_keys": Holders(f"{_INSTALLATION} do ente", _BY_AB_MANAGER, PERSON_DOOR),
        "rnds.manage_pec_certificate": Holders(f"{_MUNICIPAL} do ente", _BY_AB_MANAGER, PERSON_DOOR),
    }
)
