"""Who may do what in the CADSUS and in the SISRede (spec section 3)."""

from __future__ import annotations

import rules

from accounts.models import is_own as owns
from cadsus import offices
from cadsus.doors import CADSUS_DOOR, SISREDE_DOOR
from cadsus.models import Machine, MicroArea, Module, Operator, OperatorAccess, Posting
from cadsus.offices import house_number
from cadsus.permissions import Permission
from cadsus.workplaces import UnitReport, Workplace
from common.actor import Actor, OfEntity, entity_id_of
from common.permissions import Holders, declare_holders
from interop.bearers import SYSTEM


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
def is_a_system(actor: Actor) -> bool:
    """A system that shows a token of the bus."""
    return actor.holds(SYSTEM)


@rules.predicate
def is_a_system_of_a_unit(actor: Actor) -> bool:
    """The same, with a credential: that of an establishment, which answers for what is written (PIX)."""
    return bool(actor.units(SYSTEM))


@rules.predicate
def works_in_a_unit(actor: Actor) -> bool:
    """Has a function in the SISRede."""
    return actor.holds(offices.MODULE)


rules.add_perm(Permission.REGISTER_OPERATOR, is_a_person)
rules.add_perm(Permission.ASK_ACCESS, is_own)
rules.add_perm(Permission.DECIDE_REQUEST, manages_unit | is_municipal_it)
rules.add_perm(Permission.KEEP_LINKS, is_municipal_it)
rules.add_perm(Permission.CONSULT_REGISTRY, is_operator | manages_unit | is_municipal_it)
rules.add_perm(Permission.WRITE_REGISTRY, is_registrar | is_a_system_of_a_unit)
rules.add_perm(Permission.ENTER_SISREDE, works_in_a_unit)
rules.add_perm(Permission.QUERY_BY_WIRE, is_a_system)

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
            "o operador com acesso aprovado de cadastrador e, por PIX, o sistema com credencial",
            "O profissional pede o acesso no SGOP, e o gerente da unidade aprova.",
            CADSUS_DOOR,
        ),
        Permission.ENTER_SISREDE: Holders("o profissional com função na unidade", _BY_CNES, SISREDE_DOOR),
        Permission.QUERY_BY_WIRE: Holders(
            "o sistema que apresenta um token de /api/osb/token",
            "O token é dado ao certificado da credencial da RNDS.",
            CADSUS_DOOR,
        ),
    }
)


@rules.predicate
def works_at(actor: Actor, target: Workplace | None = None) -> bool:
    """Has the function of the module in that very unit; in general, any module."""
    if target is None:
        return actor.holds(offices.MODULE, *Module.values)
    return actor.holds(offices.MODULE, target.module, unit_id=house_number(target.cnes))


@rules.predicate
def heads_unit_of(actor: Actor, target: Workplace | UnitReport | None = None) -> bool:
    """Manager of the unit (gerente), by the door of the SISRede."""
    unit = house_number(target.cnes) if target is not None else None
    return actor.holds(offices.MODULE, Posting.Function.MANAGER, unit_id=unit)


@rules.predicate
def attends_at(actor: Actor, target: Workplace | None = None) -> bool:
    """Recepção, coleta or farmácia."""
    return works_at(actor, target) and (target is None or target.attends)


@rules.predicate
def visits_homes(actor: Actor, target: MicroArea | None = None) -> bool:
    """The community agent (ACS) of the unit; whether the microarea is their own is another question."""
    unit = house_number(target.area.establishment_id) if target is not None else None
    return actor.holds(offices.MODULE, Posting.Function.REGISTRATION, unit_id=unit)


@rules.predicate
def heads_low_risk_area(actor: Actor, target: MicroArea | None = None) -> bool:
    """The exception: in an area of low risk the manager of the unit links as well."""
    if target is None or not target.area.is_low_risk:
        return False
    return actor.holds(offices.MODULE, Posting.Function.MANAGER, unit_id=house_number(target.area.establishment_id))


@rules.predicate
def runs_the_sisrede(actor: Actor, target: OfEntity | None = None) -> bool:
    """The TI of the municipality, by the door of the SISRede."""
    entity = entity_id_of(target) if target is not None else None
    return actor.holds(offices.MODULE, Posting.Function.MUNICIPAL_IT, entity_id=entity)


@rules.predicate
def reads_own_microarea(actor: Actor, target: UnitReport | None = None) -> bool:
    """The community agent, of the own microarea alone: the report says so itself."""
    unit = house_number(target.cnes) if target is not None else None
    return actor.holds(offices.MODULE, Posting.Function.REGISTRATION, unit_id=unit)


rules.add_perm(Permission.SEARCH_CITIZENS, works_in_a_unit)
rules.add_perm(Permission.REGISTER_CITIZEN, works_at)
rules.add_perm(Permission.SYNCHRONIZE, works_at | heads_unit_of)
rules.add_perm(Permission.JUSTIFY, works_at | heads_unit_of)
rules.add_perm(Permission.OPEN_ATTENDANCE, attends_at)
rules.add_perm(Permission.LINK_HOUSEHOLD, visits_homes | heads_low_risk_area)
rules.add_perm(Permission.READ_REPORT, heads_unit_of | runs_the_sisrede | reads_own_microarea)
rules.add_perm(Permission.PAUSE_LOOKUP, runs_the_sisrede)

_IN_THE_MODULE = Holders("o profissional com função neste módulo e unidade", _BY_CNES, SISREDE_DOOR)
declare_holders(
    {
        Permission.SEARCH_CITIZENS: Holders("o profissional com função na unidade", _BY_CNES, SISREDE_DOOR),
        Permission.REGISTER_CITIZEN: _IN_THE_MODULE,
        Permission.SYNCHRONIZE: Holders(
            "o profissional com função neste módulo e unidade, ou o gerente da unidade", _BY_CNES, SISREDE_DOOR
        ),
        Permission.JUSTIFY: Holders(
            "o profissional com função neste módulo e unidade, ou o gerente da unidade", _BY_CNES, SISREDE_DOOR
        ),
        Permission.OPEN_ATTENDANCE: Holders(
            "a recepção, a coleta ou a farmácia da unidade, cada uma no seu módulo", _BY_CNES, SISREDE_DOOR
        ),
        Permission.LINK_HOUSEHOLD: Holders(
            "o Agente Comunitário de Saúde; em área de baixo risco, também o gerente da unidade", _BY_CNES, SISREDE_DOOR
        ),
        Permission.READ_REPORT: Holders(
            "o gerente, da sua unidade; o ACS, da sua microárea; a TI municipal, de todas", _BY_CNES, SISREDE_DOOR
        ),
        Permission.PAUSE_LOOKUP: Holders("a TI municipal", _BY_CNES, SISREDE_DOOR),
    }
)
