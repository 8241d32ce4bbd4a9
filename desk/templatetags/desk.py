"""What an item's own page shows of the desk."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from common.actor import ActorRequest
from desk.models import Claim
from desk.services.queues import waiting_of
from desk.services.trail import former_decisions

register = template.Library()


@register.inclusion_tag("desk/item_state.html", takes_context=True)
def desk_item(context: Context, key: str, item_id: int) -> dict[str, Any]:
    """Former decisions about the entity of an item that waits; for who may decide also who has it in hand, and
    «Assumir», «Devolver à fila» and «Próximo da fila».
    """
    request: ActorRequest = context["request"]
    _, waiting = waiting_of(key)
    may_act = request.actor.has_perm(waiting.act)
    found = waiting.rows(request.actor).filter(pk=item_id)
    waits = may_act and found.exists()
    claim = Claim.objects.filter(queue=key, item_id=item_id).select_related("holder").first() if waits else None
    return {
        "waits": waits,
        "claim": claim,
        "is_mine": claim is not None and claim.holder_id == request.actor.account_id,
        "key": key,
        "item_id": item_id,
        "csrf_token": context.get("csrf_token"),
        "may_act": may_act,
        "former": former_decisions(waiting, found),
    }
