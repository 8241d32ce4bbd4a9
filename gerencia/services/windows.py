"""The window of an offer, judged by the room's clock at the instant of the act, and how its limits are said."""

from __future__ import annotations

from datetime import datetime, timedelta

from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from gerencia.models import Offer
from territory.models import Entity

NOT_YET = "A adesão abre em {limit} (horário de Brasília)."
CLOSED = "O prazo de adesão terminou em {limit} (horário de Brasília)."
OTHER_KIND = "Esta oferta não aceita a adesão de {kind}."


def require_open(offer: Offer, entity: Entity, *, at: datetime) -> None:
    """Raise RuleBroken unless the entity may join at `at` (other_kind, not_open_yet, closed)."""
    if not offer.accepts(entity):
        raise RuleBroken(OTHER_KIND.format(kind=entity.get_kind_display().lower()), code="other_kind")
    phase = offer.phase_at(at)
    if phase == Offer.Phase.UPCOMING:
        raise RuleBroken(NOT_YET.format(limit=in_words(offer.opens_at)), code="not_open_yet")
    if phase == Offer.Phase.CLOSED:
        raise RuleBroken(CLOSED.format(limit=in_words(last_minute(offer.closes_at))), code="closed")


def last_minute(limit: datetime) -> datetime:
    """The last minute that people are told of an exclusive limit: «até 03/12/2025, 23:59»."""
    return limit - timedelta(minutes=1)


def in_words(instant: datetime) -> str:
    return f"{instant.astimezone(BRASILIA):%d/%m/%Y às %H:%M}"
