"""Who may do what with deployment tokens and installation codes."""

import rules

from accounts.doors import FUND_DOOR, PERSON_DOOR
from accounts.models import Membership
from accounts.offices import FUND, PROFILE
from common.actor import Actor, OfEntity, entity_id_of
from common.permissions import Holders, declare_holders
from egestor.permissions import Permission


@rules.predicate
def is_fund(actor: Actor, target: OfEntity | None) -> bool:
    """The session of the target's own fund (CNPJ); nobody else deals with tokens, the ministry included."""
    return target is not None and actor.holds(FUND, entity_id=entity_id_of(target))


@rules.predicate
def manages_deployment(actor: Actor, target: OfEntity | None) -> bool:
    """An active GESTOR DO PROGRAMA MUNICIPAL of IMPLANTAÇÃO E-SUS APS in the entity of the token."""
    role, programme = Membership.Role.PROGRAMME_MANAGER, Membership.Programme.DEPLOYMENT
    return target is not None and actor.holds(PROFILE, role, entity_id=entity_id_of(target), programme=programme)


@rules.predicate
def installs(actor: Actor, target: OfEntity | None = None) -> bool:
    """An active Gestor Técnico of the entity of the code; of any, without one."""
    role = Membership.Role.TECHNICAL_MANAGER
    return actor.holds(PROFILE, role, entity_id=None if target is None else entity_id_of(target))


rules.add_perm(Permission.GENERATE_TOKEN, is_fund)
rules.add_perm(Permission.CANCEL_TOKEN, is_fund)
rules.add_perm(Permission.REDEEM_TOKEN, manages_deployment)
rules.add_perm(Permission.GENERATE_INSTALLATION_CODE, is_fund)
rules.add_perm(Permission.CANCEL_INSTALLATION_CODE, is_fund)
rules.add_perm(Permission.GENERATE_COUNTER_KEY, installs)

_FUND = Holders("o Fundo de Saúde do ente, com o CNPJ", "O acesso do fundo é o do cadastro no FNS.", FUND_DOOR)
declare_holders(
    {
        Permission.GENERATE_TOKEN: _FUND,
        Permission.CANCEL_TOKEN: _FUND,
        Permission.REDEEM_TOKEN: Holders(
            "o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS) para quem o token foi gerado",
            "O perfil é dado pelo Gestor da AB do ente.",
            PERSON_DOOR,
        ),
        Permission.GENERATE_INSTALLATION_CODE: _FUND,
        Permission.CANCEL_INSTALLATION_CODE: _FUND,
        Permission.GENERATE_COUNTER_KEY: Holders(
            "o Gestor Técnico do ente para quem o código foi gerado",
            "O perfil é dado pelo Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS).",
            PERSON_DOOR,
        ),
    }
)
