"""Who may do what in the SIOPS (spec section 2)."""

from __future__ import annotations

import rules

from accounts.models import User
from accounts.offices import STAFF
from accounts.rules import reads_everything
from common.actor import Actor, OfEntity, Office, entity_id_of
from common.permissions import GIVEN_BY_ADMINISTRATOR, STAFF_DOOR, Holders, declare_holders
from siops.doors import SIOPS_DOOR
from siops.models import Attachment, CertificationRequest, FundUpdate, HealthManager, OfficialLetter
from siops.models.scoped import CERTIFIER, COUNCIL, MANAGER, TECHNICIAN
from siops.permissions import Permission
from tickets.models import TicketMessage

Role = HealthManager.Role
StaffRole = User.StaffRole
HEADS = (Role.HEAD, Role.HEAD_SUBSTITUTE)


def _at_home(actor: Actor, target: OfEntity | None) -> Office | None:
    """The office of the session, when the target is of its entity; without target, in general."""
    office = actor.office
    if office is None or (target is not None and entity_id_of(target) != office.entity_id):
        return None
    return office


def _is_manager(actor: Actor, target: OfEntity | None, roles: tuple[str, ...]) -> bool:
    office = _at_home(actor, target)
    return office is not None and office.kind == MANAGER and office.role in roles


@rules.predicate
def is_head(actor: Actor, target: OfEntity | None = None) -> bool:
    """Head of the executive or substitute, of the target's entity."""
    return _is_manager(actor, target, HEADS)


@rules.predicate
def is_secretary(actor: Actor, target: OfEntity | None = None) -> bool:
    """Health secretary or substitute, of the target's entity."""
    return _is_manager(actor, target, HealthManager.SECRETARIAT)


@rules.predicate
def is_technician(actor: Actor, target: OfEntity | None = None) -> bool:
    office = _at_home(actor, target)
    return office is not None and office.kind == TECHNICIAN


@rules.predicate
def is_of_council(actor: Actor, target: OfEntity | None = None) -> bool:
    """Member of the Conselho de Saúde of the target's entity."""
    office = _at_home(actor, target)
    return office is not None and office.kind == COUNCIL


@rules.predicate
def acts_for_entity(actor: Actor, target: OfEntity | None = None) -> bool:
    """Whoever answers for the entity, or sends its data."""
    office = _at_home(actor, target)
    return office is not None and office.kind in (MANAGER, TECHNICIAN)


@rules.predicate
def is_coordination(actor: Actor) -> bool:
    """The coordination of the SIOPS, of the ministry."""
    return actor.holds(STAFF, StaffRole.SIOPS_COORDINATION)


@rules.predicate
def is_fns_checker(actor: Actor) -> bool:
    """Who checks records at the FNS/SECON."""
    return actor.holds(STAFF, StaffRole.FNS_CHECKER)


@rules.predicate
def attends(actor: Actor, certification: CertificationRequest | None = None) -> bool:
    """Attends at the counter of the certifier to which the request was made (of any, without one)."""
    return actor.holds(CERTIFIER, unit_id=certification.certifier_id if certification is not None else None)


@rules.predicate
def prepares(actor: Actor, owner: FundUpdate | OfficialLetter | TicketMessage | None = None) -> bool:
    """Who may attach: whoever fills the fund update, and whoever wrote the letter or the message."""
    if isinstance(owner, FundUpdate):
        return actor.has_perm(Permission.UPDATE_FUND_RECORD, owner)
    if isinstance(owner, OfficialLetter):
        return owner.sent_by_id is not None and owner.sent_by_id == actor.account_id
    return isinstance(owner, TicketMessage) and owner.author_id == actor.account_id


@rules.predicate
def may_see_owner(actor: Actor, attachment: Attachment | None = None) -> bool:
    """Whoever may see what the file is attached to, in the entity or at the desk where it lies."""
    if attachment is None:
        return False
    if attachment.fund_update_id:
        own, desk = Permission.VIEW_FUND_RECORD, Permission.READ_FUND_RECORDS
    elif attachment.message_id:
        own, desk = Permission.VIEW_TICKET, Permission.READ_TICKETS
    else:
        own, desk = Permission.VIEW_MANAGERS, Permission.READ_LETTERS
    return actor.has_perm(own, attachment) or actor.has_perm(desk)


@rules.predicate
def nobody(actor: Actor) -> bool:
    return False


rules.add_perm(Permission.ATTACH, prepares)
rules.add_perm(Permission.VIEW_ATTACHMENT, may_see_owner)
rules.add_perm(Permission.VIEW_MANAGERS, acts_for_entity | is_of_council)
# The head comes from the election load or by ofício; nobody registers one.
rules.add_perm(Permission.REGISTER_HEAD, nobody)
rules.add_perm(Permission.REGISTER_SECRETARY, is_head)
rules.add_perm(Permission.REGISTER_HEAD_SUBSTITUTE, is_head)
rules.add_perm(Permission.CONFIRM_MANAGER, is_head)
rules.add_perm(Permission.REGISTER_TECHNICIAN, is_secretary)
rules.add_perm(Permission.REGISTER_COUNCIL, is_secretary)
rules.add_perm(Permission.SEND_DATA, is_technician)
rules.add_perm(Permission.SEND_LETTER, is_head | is_secretary)
rules.add_perm(Permission.UPDATE_FUND_RECORD, is_head | is_secretary)
rules.add_perm(Permission.VIEW_FUND_RECORD, is_head | is_secretary)
rules.add_perm(Permission.OPEN_TICKET, is_technician | is_secretary)
rules.add_perm(Permission.VIEW_TICKET, is_technician | is_secretary)
rules.add_perm(Permission.READ_LETTERS, is_coordination | reads_everything)
rules.add_perm(Permission.REVIEW_LETTER, is_coordination)
rules.add_perm(Permission.READ_COURTS, is_coordination | reads_everything)
rules.add_perm(Permission.INVITE_COURT, is_coordination)
rules.add_perm(Permission.READ_ELECTIONS, is_coordination | reads_everything)
rules.add_perm(Permission.LOAD_ELECTION, is_coordination)
rules.add_perm(Permission.READ_FUND_RECORDS, is_fns_checker | reads_everything)
rules.add_perm(Permission.CHECK_FUND_RECORD, is_fns_checker)
rules.add_perm(Permission.READ_TICKETS, is_coordination | reads_everything)
rules.add_perm(Permission.ANSWER_TICKET, is_coordination)
rules.add_perm(Permission.RELEASE_RULE, is_coordination)
rules.add_perm(Permission.READ_COUNTER, attends | reads_everything)
rules.add_perm(Permission.ISSUE_CERTIFICATE, attends)

_REGISTERED = (
    "O Chefe do Poder Executivo entra pela carga da eleição ou por ofício; ele cadastra o Secretário e os substitutos, "
    "e o Secretário cadastra o responsável pelo envio de dados."
)
_HEAD = Holders("o Chefe do Poder Executivo ou o seu substituto", _REGISTERED, SIOPS_DOOR)
_SECRETARY = Holders("o Secretário de Saúde ou o seu substituto", _REGISTERED, SIOPS_DOOR)
_MANAGERS = Holders(
    "o Chefe do Poder Executivo, o Secretário de Saúde ou o substituto de um deles", _REGISTERED, SIOPS_DOOR
)
_SENDERS = Holders(
    "o responsável pelo envio de dados, o Secretário de Saúde ou o seu substituto", _REGISTERED, SIOPS_DOOR
)
_EVERYBODY = Holders("quem responde pelo ente no SIOPS", _REGISTERED, SIOPS_DOOR)
_READ_TOO = "; o auditor e o administrador do simulador só leem"
_COORDINATION = "a coordenação do SIOPS, do Ministério da Saúde"
_CHECKER = "o conferente do FNS/SECON"
_ATTENDANT = "o atendente da certificadora escolhida na solicitação"


def _team(who: str) -> Holders:
    return Holders(who, GIVEN_BY_ADMINISTRATOR, STAFF_DOOR)


declare_holders(
    {
        Permission.ATTACH: _EVERYBODY,
        Permission.VIEW_ATTACHMENT: _EVERYBODY,
        Permission.VIEW_MANAGERS: _EVERYBODY,
        Permission.REGISTER_HEAD: Holders(
            "ninguém: o Chefe do Poder Executivo entra pela carga da eleição ou por ofício", _REGISTERED, SIOPS_DOOR
        ),
        Permission.REGISTER_SECRETARY: _HEAD,
        Permission.REGISTER_HEAD_SUBSTITUTE: _HEAD,
        Permission.CONFIRM_MANAGER: _HEAD,
        Permission.REGISTER_TECHNICIAN: _SECRETARY,
        Permission.REGISTER_COUNCIL: _SECRETARY,
        Permission.SEND_DATA: Holders("o responsável pelo envio de dados", _REGISTERED, SIOPS_DOOR),
        Permission.SEND_LETTER: _MANAGERS,
        Permission.UPDATE_FUND_RECORD: _MANAGERS,
        Permission.VIEW_FUND_RECORD: _MANAGERS,
        Permission.OPEN_TICKET: _SENDERS,
        Permission.VIEW_TICKET: _SENDERS,
        Permission.READ_LETTERS: _team(_COORDINATION + _READ_TOO),
        Permission.REVIEW_LETTER: _team(_COORDINATION),
        Permission.READ_COURTS: _team(_COORDINATION + _READ_TOO),
        Permission.INVITE_COURT: _team(_COORDINATION),
        Permission.READ_ELECTIONS: _team(_COORDINATION + _READ_TOO),
        Permission.LOAD_ELECTION: _team(_COORDINATION),
        Permission.READ_FUND_RECORDS: _team(_CHECKER + _READ_TOO),
        Permission.CHECK_FUND_RECORD: _team(_CHECKER),
        Permission.READ_TICKETS: _team(_COORDINATION + _READ_TOO),
        Permission.ANSWER_TICKET: _team(_COORDINATION),
        Permission.RELEASE_RULE: _team(_COORDINATION),
        Permission.READ_COUNTER: _team(_ATTENDANT + _READ_TOO),
        Permission.ISSUE_CERTIFICATE: _team(_ATTENDANT),
    }
)
