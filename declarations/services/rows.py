"""A row of expense with its tipo de gasto (spec of the SIOPS, section 5: «What counts»)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from common.actor import Actor
from declarations.engine import anexo12, records
from declarations.services.contents import SEPARATOR
from declarations.services.saving import RPNP, CellName, Change, save_cells

# Where an expense of article 4 goes that was put among those that are counted: «Outros».
NOT_COUNTED = "9"


@transaction.atomic
def add_row(
    *,
    declaration_id: int,
    source: str,
    subfunction: str,
    category: str,
    kind: str,
    history: str,
    by: Actor,
    at: datetime,
) -> str:
    """Begin the row with zeros, and return its source: what article 4 leaves out is never counted.

    A row that is there already stays as it is. Raises as `save_cells`.
    """
    is_misplaced = kind in records.EXCLUDED_TYPES and source in anexo12.OWN_SOURCES
    source = NOT_COUNTED if is_misplaced else source
    key = SEPARATOR.join((subfunction, category, source, kind, history))
    columns = [column for column in anexo12.EXPENSE if column != RPNP[-1]]
    changes = [Change(CellName(records.EXPENSES.name, key, column), 0, 0) for column in columns]
    save_cells(declaration_id=declaration_id, changes=changes, by=by, at=at)
    return source
