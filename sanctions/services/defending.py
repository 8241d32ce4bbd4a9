"""«Apresentar defesa»: what the entity says for itself while the defence of a case is open. It stops no term."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from sanctions.models import Defence, Omission, SanctionEvent, Shortfall
from sanctions.models.defences import LONGEST, SHORTEST
from sanctions.permissions import Permission
from siops.offices import office_of
from siops.services.registry import legal_date

CASES: Mapping[str, type[Omission] | type[Shortfall]] = {"omissao": Omission, "minimo": Shortfall}
CLOSED = "A defesa deste caso não está aberta: ia até {day}."
ALREADY = "A defesa deste caso já foi apresentada."
TOO_SHORT, TOO_LONG = f"Escreva pelo menos {SHORTEST} caracteres.", "Escreva no máximo 4.000 caracteres."


@transaction.atomic
def present_defence(*, kind: str, case_id: int, text: str, by: Actor, at: datetime) -> Defence:
    """Write it down for good, and in the timeline; one for each notification or assessment.

    Raises NotPermitted, or RuleBroken (already, closed, too_short, too_long).
    """
    model = CASES[kind]
    rows = model._default_manager.select_for_update(of=("self",), no_key=True)
    case: Omission | Shortfall = rows.select_related("period", "entity__municipality__uf", "entity__uf").get(pk=case_id)

    permissions.require(by, Permission.PRESENT_DEFENCE, case)
    if case.defences.filter(opened_on=case.opened_on).exists():
        raise RuleBroken(ALREADY, code="already")
    if not case.takes_defence(legal_date(at)):
        raise RuleBroken(CLOSED.format(day=f"{case.defence_until:%d/%m/%Y}"), code="closed")
    text = _fit(text)

    defence = Defence.objects.create(
        entity=case.entity,
        opened_on=case.opened_on,
        text=text,
        written_by_id=by.author_id,
        role=office_of(by).label,
        written_at=at,
        **{"omission" if isinstance(case, Omission) else "shortfall": case},
    )
    # Two cases of a year may be answered on one day: the timeline says it once.
    SanctionEvent.objects.get_or_create(
        entity=case.entity, year=case.period.year, kind=SanctionEvent.Kind.DEFENDED, on=legal_date(at)
    )
    audit.record("defence.presented", target=defence, by=by, at=at)
    return defence


def _fit(text: str) -> str:
    text = text.strip()
    if len(text) < SHORTEST:
        raise RuleBroken(TOO_SHORT, code="too_short", field="text")
    if len(text) > LONGEST:
        raise RuleBroken(TOO_LONG, code="too_long", field="text")
    return text
