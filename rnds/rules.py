"""Who may do what in the PEC and the RNDS. Each predicate answers for what is of an entity, or for no target at all."""

from __future__ import annotations

import rules

from accounts.doors import PERSON_DOOR
from accounts.models import Membership, User
from accounts.offices import PROFILE, STAFF
from accounts.rules import reads_everything
from common.actor import Actor, OfEntity, entity_id_of
from common.permissions import GIVEN_BY_ADMINISTRATOR, STAFF_DOOR, Holders, declare_holders
from rnds.models import CredentialRequest
from rnds.permissions import Permission


def _holds(actor: Actor, target: OfEntity | None, role: str, programme: str | None = None) -> bool:
    """A profile in the target's entity; in any, without target."""
    if target is None:
        return actor.holds(PROFILE, role, programme=programme)
    entity_id = entity_id_of(target)
    return entity_id is not None and actor.holds(PROFILE, role, entity_id=entity_id, programme=programme)


@rules.predicate
def manages_deployment(actor: Actor, target: OfEntity | None = None) -> bool:
    """Holds GESTOR DO PROGRAMA MUNICIPAL in IMPLANTAÇÃO E-SUS APS for the target's entity (for any, without target)."""
    return _holds(actor, target, Membership.Role.PROGRAMME_MANAGER, Membership.Programme.DEPLOYMENT)


@rules.predicate
def is_requester(actor: Actor, request: CredentialRequest | None = None) -> bool:
    """Opened this very request."""
    return request is not None and request.requested_by_id == actor.account_id


@rules.predicate
def is_analyst(actor: Actor) -> bool:
    """The analyst of the RNDS, of the DATASUS."""
    return actor.holds(STAFF, User.StaffRole.RNDS_ANALYST)


@rules.predicate
def administers_installation(actor: Actor, target: OfEntity | None = None) -> bool:
    """Is Administrador da Instalação of the target's entity: the one with access to the server's folders."""
    return _holds(actor, target, Membership.Role.PEC_INSTALLATION_ADMIN)


@rules.predicate
def administers_municipality(actor: Actor, target: OfEntity | None = None) -> bool:
    """Is Administrador Municipal of the PEC in the target's entity."""
    return _holds(actor, target, Membership.Role.PEC_MUNICIPAL_ADMIN)


rules.add_perm(Permission.VIEW_CREDENTIALS, manages_deployment | is_analyst | reads_everything)
rules.add_perm(Permission.REQUEST_CREDENTIAL, manages_deployment)
rules.add_perm(Permission.EDIT_REQUEST, manages_deployment & is_requester)
rules.add_perm(Permission.REVIEW_REQUEST, is_analyst & ~is_requester)
rules.add_perm(Permission.REVOKE_CREDENTIAL, manages_deployment | is_analyst)
rules.add_perm(Permission.DOWNLOAD_CREDENTIAL, manages_deployment)
rules.add_perm(Permission.SEND_MESSAGE_AGAIN, manages_deployment)
rules.add_perm(Permission.MANAGE_SYSTEM_ACCESSES, manages_deployment)
rules.add_perm(Permission.DOWNLOAD_TERMS, manages_deployment | is_analyst | reads_everything)
rules.add_perm(Permission.VIEW_PEC, administers_installation | administers_municipality)
rules.add_perm(Permission.MANAGE_PEC_KEYS, administers_installation)
rules.add_perm(Permission.ACTIVATE_PEC, administers_installation)
rules.add_perm(Permission.MANAGE_PEC_CERTIFICATE, administers_municipality)
rules.add_perm(Permission.SEARCH_CITIZEN, administers_municipality)

_BY_AB_MANAGER = "O perfil é dado pelo Gestor da AB do ente."
_PROGRAMME = "o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS) do ente"
_ANALYST = "o analista da RNDS (DATASUS)"
_MANAGER = Holders(_PROGRAMME, _BY_AB_MANAGER, PERSON_DOOR)
_MANAGER_OR_ANALYST = Holders(f"{_PROGRAMME} e {_ANALYST}", _BY_AB_MANAGER, PERSON_DOOR)
_INSTALLATION = "o Administrador da Instalação (PEC)"
_MUNICIPAL = "o Administrador Municipal (PEC)"
declare_holders(
    {
        Permission.VIEW_CREDENTIALS: _MANAGER_OR_ANALYST,
        Permission.REQUEST_CREDENTIAL: _MANAGER,
        Permission.EDIT_REQUEST: Holders(
            "o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS) que abriu a solicitação",
            _BY_AB_MANAGER,
            PERSON_DOOR,
        ),
        Permission.REVIEW_REQUEST: Holders(
            f"{_ANALYST}, menos quem abriu a solicitação", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR
        ),
        Permission.REVOKE_CREDENTIAL: _MANAGER_OR_ANALYST,
        Permission.DOWNLOAD_CREDENTIAL: _MANAGER,
        Permission.SEND_MESSAGE_AGAIN: _MANAGER,
        Permission.MANAGE_SYSTEM_ACCESSES: _MANAGER,
        Permission.DOWNLOAD_TERMS: _MANAGER_OR_ANALYST,
        Permission.VIEW_PEC: Holders(f"{_MUNICIPAL} e {_INSTALLATION} do ente", _BY_AB_MANAGER, PERSON_DOOR),
        Permission.MANAGE_PEC_KEYS: Holders(f"{_INSTALLATION} do ente", _BY_AB_MANAGER, PERSON_DOOR),
        Permission.ACTIVATE_PEC: Holders(f"{_INSTALLATION} do ente", _BY_AB_MANAGER, PERSON_DOOR),
        Permission.MANAGE_PEC_CERTIFICATE: Holders(f"{_MUNICIPAL} do ente", _BY_AB_MANAGER, PERSON_DOOR),
        Permission.SEARCH_CITIZEN: Holders(f"{_MUNICIPAL} do ente", _BY_AB_MANAGER, PERSON_DOOR),
    }
)
