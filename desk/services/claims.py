"""Taking an item of a queue in hand, giving it back, and asking for the next one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from common.house import Waiting
from desk.models import Claim
from desk.permissions import Permission
from desk.services.queues import in_order, waiting_of

HELD = "Este item está com {who}, que o assumiu antes."
NOT_YOURS = "Só quem assumiu o item o devolve à fila."
NOTHING_WAITS = "decidido"


@transaction.atomic
def take_item(*, key: str, item_id: int, by: Actor, at: datetime) -> Claim:
    """«Assumir»: from now on the colleagues see who cares for it; taking again what one has changes nothing.

    Raises NotPermitted for who does not decide in that queue, NotAllowedNow when it waits no more, and RuleBroken when
    somebody else has it.
    """
    _, waiting = waiting_of(key)
    _require_decider(waiting, by)
    row = _locked(waiting, item_id, by)
    claim, is_new = Claim.objects.get_or_create(
        queue=key, item_id=row.pk, defaults={"holder_id": by.author_id, "taken_at": at}
    )
    if claim.holder_id != by.account_id:
        raise RuleBroken(HELD.format(who=claim.holder.name), code="held")
    if is_new:
        audit.record("desk.taken", target=row, by=by, at=at)
    return claim


@transaction.atomic
def give_back_item(*, key: str, item_id: int, by: Actor, at: datetime) -> None:
    """«Devolver à fila»: nobody has it in hand any more. Raises NotPermitted, or RuleBroken for another's."""
    _, waiting = waiting_of(key)
    _require_decider(waiting, by)
    row = _locked(waiting, item_id, by)
    given, _ = Claim.objects.filter(queue=key, item_id=row.pk, holder_id=by.author_id).delete()
    if not given:
        raise RuleBroken(NOT_YOURS, code="not_yours")
    audit.record("desk.given_back", target=row, by=by, at=at)


@transaction.atomic
def take_next(*, key: str, after: int | None, by: Actor, at: datetime) -> int | None:
    """«Próximo da fila»: the first item that is one's own or nobody's, but for the one just read; None when none waits.

    Two who ask at once get two items: a row that a colleague is taking is passed by.
    """
    _, waiting = waiting_of(key)
    _require_decider(waiting, by)
    free = in_order(waiting, by, at).filter(Q(holder_id=None) | Q(holder_id=by.account_id)).exclude(pk=after)
    for item_id in free.values_list("pk", flat=True)[:20]:
        if waiting.rows(by).filter(pk=item_id).select_for_update(of=("self",), skip_locked=True).exists():
            held = Claim.objects.filter(queue=key, item_id=item_id).exclude(holder_id=by.author_id).exists()
            if not held:
                take_item(key=key, item_id=item_id, by=by, at=at)
                return int(item_id)
    return None


def _require_decider(waiting: Waiting, by: Actor) -> None:
    """Who decides in that queue. A mark among colleagues asks no second factor anew: the decision itself does."""
    permissions.require(by, Permission.OPEN_DESK)
    permissions.require_held(by, waiting.act)


def _locked(waiting: Waiting, item_id: int, by: Actor) -> Any:
    """The row, locked, so that taking and deciding wait for each other. Raises NotAllowedNow when it waits no more."""
    row = waiting.rows(by).filter(pk=item_id).select_for_update(of=("self",)).first()
    if row is None:
        raise NotAllowedNow(NOTHING_WAITS)
    return row
