"""Who may do what in the CADSUS and in the SISRede (spec section 3)."""

from __future__ import annotations

import rules

from accounts.models import is_own as owns
from cadsus import offices
from cadsus.doors import CADSUS_DOOR, SISREDE_DOOR
from cadsus.models import Machine, Operator, OperatorAccess
from cadsus.offices import house_number
from cadsus.permissions import Permission
from common.actor import Actor, OfEntity, entity_id_of
from common.permissions import Holders, declare_holders


@rules.predicate
def is_a_person(actor: Actor) -> bool:
    """Whoever entered the SGOP."""
    return actor.holds(offices.PERSON)


@rules.predicate
def is_own(actor: Actor, target: Operator | OperatorAccess | Machine | None = None) -> bool:
    """One's own record as an operator, or a request of it; without target, in general."""
    if target is None or not actor.holds(offices.PERSON):
        return actor.holds(offices.PERSON)
    operator = target if isinstance(target, Operator) else target.operator
    return owns(operator.person, actor)


@rules.predicate
def manages_unit(actor: Actor, target: OperatorAccess | Machine | None = None) -> bool:
    """Manager of the establishment of the request; of any, without one."""
    unit = house_number(target.establishment_id) if target is not None else None
    return actor.holds(offices.UNIT_MANAGER, unit_id=unit)


@rules.predicate
def is_municipal_it(actor: Actor, target: OfEntity | None = None) -> bool:
    """The TI of the municipality that the target is of; of any, without one."""
    return actor.holds(offices.MUNICIPAL_IT, entity_id=entity_id_of(target) if target is not None else None)


@rules.predicate
def is_operator(actor: Actor) -> bool:
    """Cadastrador or consultador of some establishment."""
    return actor.holds(offices.OPERATOR)


@rules.predicate
def is_registrar(actor: Actor) -> bool:
    """Cadastrador of some establishment: the one profile that writes."""
    return actor.holds(offices.OPERATOR, OperatorAccess.Profile.REGISTRAR)


@rules.predicate
def works_in_a_unit(actor: Actor) -> bool:
    """Has a function in the SISRede."""
    return actor.holds(offices.MODULE)


rules.add_perm(Permission.REGISTER_OPERATOR, is_a_person)
rules.add_perm(Permission.ASK_ACCESS, is_own)
rules.add_perm(Permission.DECIDE_REQUEST, manages_unit | is_municipal_it)
rules.add_perm(Permission.KEEP_LINKS, is_municipal_it)
rules.add_perm(Permission.CONSULT_REGISTRY, is_operator | manages_unit | is_municipal_it)
rules.add_perm(Permission.WRITE_REGISTRY, is_registrar)
rules.add_perm(Permission.ENTER_SISREDE, works_in_a_unit)

_BY_CNES = "As lotações vêm do vínculo com o CNES, mantido pela TI municipal."
_ANYBODY = Holders(
    "qualquer pessoa do cadastro nacional, em seu próprio nome", "Entre com a conta gov.br.", CADSUS_DOOR
)
declare_holders(
    {
        Permission.REGISTER_OPERATOR: _ANYBODY,
        Permission.ASK_ACCESS: _ANYBODY,
        Permission.DECIDE_REQUEST: Holders(
            "o gerente do estabelecimento e, na falta dele, a TI municipal", _BY_CNES, CADSUS_DOOR
        ),
        Permission.KEEP_LINKS: Holders("a TI municipal", _BY_CNES, CADSUS_DOOR),
        Permission.CONSULT_REGISTRY: Holders(
            "o operador com acesso aprovado, cadastrador ou consultador, o gerente da unidade e a TI municipal",
            "O profissional pede o acesso no SGOP, e o gerente da unidade aprova.",
            CADSUS_DOOR,
        ),
        Permission.WRITE_REGISTRY: Holders(
            "o operador com acesso aprovado de cadastrador",
            "O profissional pede o acesso no SGOP, e o gerente da unidade aprova.",
            CADSUS_DOOR,
        ),
        Permission.ENTER_SISREDE: Holders("o profissional com função na unidade", _BY_CNES, SISREDE_DOOR),
    }
)
