"""Who may do what in the SIOPS (spec section 2). Each predicate is asked of an Acting, or of a ministry account."""

from __future__ import annotations

from typing import Any

import rules

from siops.acting import account_of
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
