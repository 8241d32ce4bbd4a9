"""The TI of the municipality turns the consultation of its SISRede off for a time, and on again (M21).

The national base goes on answering everybody else: this is no other switch of the CADSUS.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cadsus.models import LookupPause
from cadsus.permissions import Permission
from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from common.switch_words import OnOffUntil
from territory.models import Entity

# The periods of the e-SUS PEC, by the words of the switch of the room.
SPANS = OnOffUntil.spans
NO_SPAN = "Escolha por quanto tempo."


def paused_until(entity_id: int, at: datetime) -> datetime | None:
    """Until when the municipality does without it; None when it asks."""
    pause = LookupPause.objects.in_force_at(at).filter(entity=entity_id).first()
    return pause.until if pause else None


@transaction.atomic
def pause_lookup(*, entity_id: int, span: str, by: Actor, at: datetime) -> LookupPause:
    """«Desabilitar», from now on and for this long. It ends by itself."""
    entity = Entity.objects.select_for_update(no_key=True).get(pk=entity_id)
    permissions.require(by, Permission.PAUSE_LOOKUP, entity)
    if paused_until(entity_id, at):
        raise NotAllowedNow("DESABILITADA")
    if span not in SPANS:
        raise RuleBroken(NO_SPAN, code="no_span", field="span")
    until = at + SPANS[span][1]
    columns = {"started_at": at, "until": until, "account_id": by.author_id}
    pause, _ = LookupPause.objects.update_or_create(entity=entity, defaults=columns)
    audit.record("lookup.paused", target=entity, by=by, at=at, until=until.isoformat())
    return pause


@transaction.atomic
def resume_lookup(*, entity_id: int, by: Actor, at: datetime) -> None:
    """«Habilitar agora», before the time is over."""
    entity = Entity.objects.select_for_update(no_key=True).get(pk=entity_id)
    permissions.require(by, Permission.PAUSE_LOOKUP, entity)
    if not paused_until(entity_id, at):
        raise NotAllowedNow("HABILITADA")
    LookupPause.objects.filter(entity=entity).update(until=at)
    audit.record("lookup.resumed", target=entity, by=by, at=at)
