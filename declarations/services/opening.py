"""«Abrir»: the technician begins a version of the declaration of a bimestre (SM-4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from declarations.engine import anexo12, records
from declarations.engine.declaration import Table
from declarations.engine.faults import MESSAGES
from declarations.models import Cell, Declaration, Justification, ReportingPeriod
from declarations.permissions import Permission
from declarations.services.contents import cells_of
from declarations.services.knowledge import openings_for
from siops.services.registry import lock_entity
from territory.models import Entity

NOT_MUNICIPAL = "A declaração do estado e do Distrito Federal ainda não é simulada."
ALREADY_OPEN = "A declaração deste bimestre já está aberta."
OFFICIAL = "O {period} está homologado: só o Secretário de Saúde abre a retificação."
NOTHING = (0, 0, 0)


@transaction.atomic
def open_declaration(*, entity_id: int, period_id: int, by: Actor, at: datetime) -> Declaration:
    """The first version begins with zeros and the balances of last year; another one, as a copy of the version before.

    Once one is official, only while a rectification of it is open. Raises NotPermitted, or RuleBroken (not_municipal,
    not_open, already_open, official).
    """
    entity = lock_entity(entity_id)
    permissions.require(by, Permission.FILL_DECLARATION, entity)
    period = ReportingPeriod.objects.get(pk=period_id)
    rows = Declaration.objects.filter(entity=entity, period=period).select_related("entity", "period")
    newest = rows.newest_first().first()
    _require(entity, period, newest, at)

    if newest:
        return open_copy(newest=newest, by=by, at=at)
    declaration: Declaration = Declaration.objects.create(
        entity=entity, period=period, opened_by_id=by.author_id, opened_at=at
    )
    Cell.objects.bulk_create(cells_of(declaration, _begun(declaration), by_id=by.author_id, at=at))
    audit.record("declaration.opened", target=declaration, by=by, at=at, version=declaration.version)
    return declaration


@transaction.atomic
def open_copy(*, newest: Declaration, by: Actor, at: datetime) -> Declaration:
    """The next version, with every amount and justification of the newest one; the caller holds the lock and asked."""
    declaration: Declaration = Declaration.objects.create(
        entity=newest.entity,
        period=newest.period,
        version=newest.version + 1,
        opened_by_id=by.author_id,
        opened_at=at,
    )
    _copy(newest, declaration)
    audit.record("declaration.opened", target=declaration, by=by, at=at, version=declaration.version)
    return declaration


def _require(entity: Entity, period: ReportingPeriod, newest: Declaration | None, at: datetime) -> None:
    if entity.kind != Entity.Kind.MUNICIPALITY:
        raise RuleBroken(NOT_MUNICIPAL, code="not_municipal")
    if not period.has_opened_at(at):
        raise RuleBroken(MESSAGES["F-18"], code="not_open")
    if newest and newest.is_open:
        raise RuleBroken(ALREADY_OPEN, code="already_open")
    if newest and newest.status not in Declaration.SENT:
        raise RuleBroken(OFFICIAL.format(period=period), code="official")
    require_rectification(entity, period)


def require_rectification(entity: Entity, period: ReportingPeriod) -> None:
    """A version that would correct an official one needs the gestor's word. Raises RuleBroken (official)."""
    official = Declaration.objects.homologated().filter(entity=entity, period=period, rectification=None)
    if official.exists():
        raise RuleBroken(OFFICIAL.format(period=period), code="official")


def _begun(declaration: Declaration) -> dict[str, Table]:
    """Zero in every line of revenue, and the balances that last year closed with."""
    tables: dict[str, Table] = {
        records.REVENUES.name: {(line,): NOTHING for line in (*anexo12.TAXES, *anexo12.TRANSFERS)},
        records.ADDITIONAL.name: {(line,): NOTHING for line in (*anexo12.HEALTH_TRANSFERS, *anexo12.OTHER_ADDITIONAL)},
        records.REMAINDERS.name: {},
        records.CONTROLS.name: {},
    }
    for name, cents in openings_for(declaration).items():
        quadro, _, year = name.partition(".")
        if quadro == "RP":
            tables[records.REMAINDERS.name][year,] = (0, 0, cents, 0, 0, 0, 0)
        else:
            tables[records.CONTROLS.name][quadro, year] = (cents, 0, 0, 0)
    return tables


def _copy(former: Declaration, declaration: Declaration) -> None:
    """Every amount and justification of the version before, each cell at its first version."""
    cells = list(former.cells.all())
    texts = list(former.justifications.all())
    for cell in cells:
        cell.pk, cell.declaration, cell.version = None, declaration, 1
    for text in texts:
        text.pk, text.declaration = None, declaration
    Cell.objects.bulk_create(cells)
    Justification.objects.bulk_create(texts)
