"""Who may do what in the SIOPS (spec section 2). Each predicate is asked of an Acting, or of a ministry account."""

from __future__ import annotations

from typing import Any

import rules

from common.permissions import STAFF_DOOR, Holders, declare_holders
from siops.acting import account_of
from siops.doors import SIOPS_DOOR
from siops.models import FundUpdate, HealthManager, OfficialLetter, TicketMessage

Role = HealthManager.Role
HEADS = frozenset({Role.HEAD, Role.HEAD_SUBSTITUTE})
SECRETARIES = frozenset({Role.SECRETARY, Role.SECRETARY_SUBSTITUTE})


def _is_own(acting: Any, target: Any) -> bool:
    """Without target: in general. With one: it belongs to the entity of the session."""
    if target is None:
        return True
    entity_id = getattr(target, "entity_id", None) or getattr(target, "pk", None)
    return bool(entity_id == getattr(acting, "entity_id", None))


@rules.predicate
def is_head(acting: Any, target: Any = None) -> bool:
    """Head of the executive or substitute, of the target's entity."""
    return getattr(acting, "role", "") in HEADS and _is_own(acting, target)


@rules.predicate
def is_secretary(acting: Any, target: Any = None) -> bool:
    """Health secretary or substitute, of the target's entity."""
    return getattr(acting, "role", "") in SECRETARIES and _is_own(acting, target)


@rules.predicate
def is_technician(acting: Any, target: Any = None) -> bool:
    return getattr(acting, "role", "") == "technician" and _is_own(acting, target)


@rules.predicate
def acts_for_entity(acting: Any, target: Any = None) -> bool:
    """Any role of the entity."""
    return bool(getattr(acting, "role", "")) and _is_own(acting, target)


@rules.predicate
def is_ministry(acting: Any, target: Any = None) -> bool:
    """The ministry's team (coordenação do SIOPS/FNS), certifiers apart."""
    return bool(getattr(acting, "is_ministry", False))


@rules.predicate
def is_certifier(acting: Any, target: Any = None) -> bool:
    """Works for a certifier: checks documents and issues."""
    return bool(acting.is_staff) and not acting.is_ministry


@rules.predicate
def prepares(by: Any, owner: Any = None) -> bool:
    """Who may attach: whoever fills the fund update, and whoever wrote the letter or the message."""
    if isinstance(owner, FundUpdate):
        return bool(rules.has_perm("siops.update_fund_record", by, owner))
    if isinstance(owner, OfficialLetter):
        return owner.sent_by_id == account_of(by).pk
    return isinstance(owner, TicketMessage) and owner.author_id == account_of(by).pk


@rules.predicate
def may_see_owner(by: Any, attachment: Any = None) -> bool:
    """Whoever may see what the file is attached to; the admin asks about no file in particular."""
    if attachment is None:
        return bool(getattr(by, "is_ministry", False))
    if attachment.fund_update_id:
        return bool(rules.has_perm("siops.view_fund_record", by, attachment))
    return bool(rules.has_perm("siops.view_ticket" if attachment.message_id else "siops.view_managers", by, attachment))


rules.add_perm("siops.attach", prepares)
rules.add_perm("siops.view_attachment", may_see_owner)


@rules.predicate
def nobody(acting: Any, target: Any = None) -> bool:
    return False


rules.add_perm("siops.view_managers", acts_for_entity | is_ministry)
# The head comes from the election load or by ofício; nobody registers one.
rules.add_perm("siops.register_head", nobody)
rules.add_perm("siops.register_secretary", is_head)
rules.add_perm("siops.register_head_substitute", is_head)
rules.add_perm("siops.confirm_manager", is_head)
rules.add_perm("siops.register_technician", is_secretary)
rules.add_perm("siops.register_council", is_secretary)
rules.add_perm("siops.send_data", is_technician)
rules.add_perm("siops.load_election", is_ministry)
rules.add_perm("siops.send_letter", is_head | is_secretary)
rules.add_perm("siops.review_letter", is_ministry)
rules.add_perm("siops.issue_certificate", is_certifier)
rules.add_perm("siops.update_fund_record", is_head | is_secretary)
rules.add_perm("siops.check_fund_record", is_ministry)
rules.add_perm("siops.view_fund_record", is_head | is_secretary | is_ministry)
rules.add_perm("siops.open_ticket", is_technician | is_secretary)
rules.add_perm("siops.view_ticket", is_technician | is_secretary | is_ministry)
rules.add_perm("siops.answer_ticket", is_ministry)
rules.add_perm("siops.release_rule", is_ministry)

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
_MINISTRY = Holders(
    "a equipe do Ministério da Saúde (coordenação do SIOPS e FNS)",
    "As contas da equipe são dadas pelo administrador do simulador.",
    STAFF_DOOR,
)
declare_holders(
    {
        "siops.attach": _EVERYBODY,
        "siops.view_attachment": _EVERYBODY,
        "siops.view_managers": _EVERYBODY,
        "siops.register_head": Holders(
            "ninguém: o Chefe do Poder Executivo entra pela carga da eleição ou por ofício", _REGISTERED, SIOPS_DOOR
        ),
        "siops.register_secretary": _HEAD,
        "siops.register_head_substitute": _HEAD,
        "siops.confirm_manager": _HEAD,
        "siops.register_technician": _SECRETARY,
        "siops.register_council": _SECRETARY,
        "siops.send_data": Holders("o responsável pelo envio de dados", _REGISTERED, SIOPS_DOOR),
        "siops.send_letter": _MANAGERS,
        "siops.update_fund_record": _MANAGERS,
        "siops.view_fund_record": _MANAGERS,
        "siops.open_ticket": _SENDERS,
        "siops.view_ticket": _SENDERS,
        "siops.load_election": _MINISTRY,
        "siops.review_letter": _MINISTRY,
        "siops.check_fund_record": _MINISTRY,
        "siops.answer_ticket": _MINISTRY,
        "siops.release_rule": _MINISTRY,
        "siops.issue_certificate": Holders(
            "o atendente da certificadora", "A conta do atendente é dada pelo administrador do simulador.", STAFF_DOOR
        ),
    }
)
