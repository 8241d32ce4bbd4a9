"""Who may do what with deployment tokens, installation codes and chamados."""

import rules

from accounts.doors import FUND_DOOR, PERSON_DOOR
from accounts.models import Membership
from accounts.offices import FUND, PROFILE
from accounts.rules import is_saps, reads_everything
from common.actor import Actor, OfEntity, entity_id_of
from common.permissions import GIVEN_BY_ADMINISTRATOR, STAFF_DOOR, Holders, declare_holders
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


@rules.predicate
def is_of_entity(actor: Actor, target: OfEntity | None = None) -> bool:
    """The fund of the target's entity, or an active profile in it, whichever; of any entity, without target."""
    entity_id = None if target is None else entity_id_of(target)
    return actor.holds(FUND, entity_id=entity_id) or actor.holds(PROFILE, entity_id=entity_id)


rules.add_perm(Permission.GENERATE_TOKEN, is_fund)
rules.add_perm(Permission.CANCEL_TOKEN, is_fund)
rules.add_perm(Permission.REDEEM_TOKEN, manages_deployment)
rules.add_perm(Permission.GENERATE_INSTALLATION_CODE, is_fund)
rules.add_perm(Permission.CANCEL_INSTALLATION_CODE, is_fund)
rules.add_perm(Permission.GENERATE_COUNTER_KEY, installs)
rules.add_perm(Permission.OPEN_TICKET, is_of_entity)
rules.add_perm(Permission.VIEW_TICKET, is_of_entity)
rules.add_perm(Permission.READ_TICKETS, is_saps | reads_everything)
rules.add_perm(Permission.ANSWER_TICKET, is_saps)

_FUND = Holders("o Fundo de Saúde do ente, com o CNPJ", "O acesso do fundo é o do cadastro no FNS.", FUND_DOOR)
_OF_ENTITY = Holders(
    "quem tem perfil ativo no e-Gestor e o Fundo de Saúde do ente",
    "O perfil é dado pelo nível acima: o Fundo cadastra o Gestor da AB, que cadastra os outros.",
    PERSON_DOOR,
)
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
        Permission.OPEN_TICKET: _OF_ENTITY,
        Permission.VIEW_TICKET: _OF_ENTITY,
        Permission.READ_TICKETS: Holders(
            "a SAPS; o auditor e o administrador do simulador só leem", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR
        ),
        Permission.ANSWER_TICKET: Holders("a SAPS", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
    }
)
