"""The opinion of the Conselho de Saúde: taken for analysis, given, or returned for adjustments (SM-8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from declarations.models import Declaration
from declarations.services.rectifying import SHORTEST, require_reason
from oversight.models import SHORTEST_TEXT, Opinion
from oversight.permissions import Permission
from oversight.services.reading import takes_opinion
from siops.models import HealthManager, Technician
from siops.services.post import Record, write_to_records
from siops.services.registry import legal_date

Status = Opinion.Status
NOT_OFFICIAL = "Outra versão deste bimestre foi homologada depois. Abra a lista e analise a versão atual."
NO_OPINION = "O Conselho dá parecer sobre o 2º, o 4º e o 6º bimestre."
SHORT_TEXT = f"Escreva o parecer com pelo menos {SHORTEST_TEXT} caracteres."
SHORT_REASON = f"Diga o que ajustar, com pelo menos {SHORTEST} caracteres."
FUTURE_MEETING = "A reunião não pode ser em data futura."
EARLY_MEETING = "A reunião não pode ser anterior à homologação."
VERDICTS = {
    Status.FAVOURABLE: Opinion.approve,
    Status.WITH_RESERVATIONS: Opinion.approve_with_reservations,
    Status.UNFAVOURABLE: Opinion.disapprove,
}


@transaction.atomic
def take_opinion(*, declaration_id: int, by: Actor, at: datetime) -> Opinion:
    """«Iniciar análise». Raises NotPermitted, NotAllowedNow, or RuleBroken (not_official, no_opinion)."""
    declaration = _locked(declaration_id)

    permissions.require(by, Permission.GIVE_OPINION, declaration)
    if not takes_opinion(declaration):
        raise RuleBroken(NO_OPINION, code="no_opinion")
    opinion = _existing(declaration) or Opinion(declaration=declaration)
    if not can_proceed(opinion.take):
        raise NotAllowedNow(opinion.get_status_display())

    opinion.take(by_id=by.author_id, at=at)
    opinion.save()
    audit.record("opinion.taken", target=opinion, by=by, at=at)
    return opinion


@transaction.atomic
def give_opinion(
    *, declaration_id: int, verdict: str, text: str, met_on: date, resolution: str, by: Actor, at: datetime
) -> Opinion:
    """«Publicar parecer»: favourable, with reservations, or not; told to who answers for the entity (E17).

    Raises NotPermitted, NotAllowedNow, or RuleBroken (not_official, short_text, dates).
    """
    declaration = _locked(declaration_id)

    permissions.require(by, Permission.GIVE_OPINION, declaration)
    opinion = _under_review(declaration)
    _require_words(declaration, text, met_on, at)

    VERDICTS[Status(verdict)](opinion, text=text, met_on=met_on, resolution=resolution, by_id=by.author_id, at=at)
    opinion.save()
    audit.record("opinion.given", target=opinion, by=by, at=at, verdict=opinion.status)
    _tell("siops_opinion_published", opinion, _answering(declaration.entity_id), at)
    return opinion


@transaction.atomic
def return_opinion(*, declaration_id: int, reason: str, by: Actor, at: datetime) -> Opinion:
    """«Retornar para ajustes»: the gestor corrects by a new version.

    Raises as give_opinion does, and too_short or too_long.
    """
    declaration = _locked(declaration_id)

    permissions.require(by, Permission.GIVE_OPINION, declaration)
    opinion = _under_review(declaration)
    reason = require_reason(reason, too_short=SHORT_REASON)

    opinion.send_back(reason=reason)
    opinion.save()
    audit.record("opinion.returned", target=opinion, by=by, at=at)
    _tell("siops_opinion_returned", opinion, _answering(declaration.entity_id), at)
    return opinion


def _locked(declaration_id: int) -> Declaration:
    """The version, locked: a homologation of another one and two members of the Conselho wait here.

    Raises RuleBroken (not_official).
    """
    rows = Declaration.objects.select_for_update(of=("self",), no_key=True)
    declaration = rows.select_related("period", "entity__municipality__uf", "entity__uf").get(pk=declaration_id)
    if declaration.status != Declaration.Status.HOMOLOGATED:
        raise RuleBroken(NOT_OFFICIAL, code="not_official")
    return declaration


def _existing(declaration: Declaration) -> Opinion | None:
    opinion = Opinion.objects.filter(pk=declaration.pk).first()
    if opinion is not None:
        opinion.declaration = declaration
    return opinion


def _under_review(declaration: Declaration) -> Opinion:
    opinion = _existing(declaration)
    if opinion is None or not can_proceed(opinion.send_back):
        raise NotAllowedNow(str((opinion or Opinion()).get_status_display()))
    return opinion


def _require_words(declaration: Declaration, text: str, met_on: date, at: datetime) -> None:
    rules = AllAtOnce()
    rules.require(len(text.strip()) >= SHORTEST_TEXT, RuleBroken(SHORT_TEXT, code="short_text", field="text"))
    rules.require(met_on <= legal_date(at), RuleBroken(FUTURE_MEETING, code="dates", field="met_on"))
    official_at = declaration.homologated_at
    early = official_at is not None and met_on < legal_date(official_at)
    rules.require(not early, RuleBroken(EARLY_MEETING, code="dates", field="met_on"))
    rules.settle()


def _answering(entity_id: int) -> list[Record]:
    """Who answers for the entity now, and who sends its data."""
    managers = HealthManager.objects.current().filter(entity=entity_id, role__in=HealthManager.ANSWERING)
    senders = Technician.objects.able().filter(entity=entity_id)
    related = ("person__user", "entity__municipality__uf", "entity__uf")
    return [*managers.select_related(*related), *senders.select_related(*related)]


def _tell(template: str, opinion: Opinion, records: Iterable[Record], at: datetime) -> None:
    context: dict[str, Any] = {"opinion": opinion, "declaration": opinion.declaration}
    write_to_records(template, [(record, context) for record in records], at=at)
