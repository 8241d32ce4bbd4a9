"""«Começar por um exemplo»: the rows of an example as they make sense in the version they are put into."""

from __future__ import annotations

from declarations.engine import records
from declarations.engine.beginnings import Beginning, Tables, consistent
from declarations.engine.case import Case
from declarations.engine.periods import LAST
from declarations.engine.scaling import at_bimester, with_openings
from declarations.models import Declaration
from declarations.services.knowledge import closing_balances, official_case


def tables_of(declaration: Declaration, beginning: Beginning) -> Tables:
    """Every record; the balances are always those that the year before closed with, where it is homologated."""
    period = declaration.period
    last_year = official_case(declaration, period.year - 1, LAST)
    of_this_year = (official_case(declaration, period.year, each) for each in range(period.bimester - 1, 0, -1))
    former = next(filter(None, of_this_year), last_year)
    base = _carried_on(former, period.bimester) if former else consistent(period.period)
    whole = beginning.whole(base)
    return with_openings(whole, closing_balances(last_year)) if last_year else whole


def _carried_on(former: Case, bimester: int) -> Tables:
    """The amounts of the last one that is official, some bimestres further; what was justified was of it alone."""
    tables = at_bimester(former.declaration.tables, bimester, former.period.bimester)
    return {name: table for name, table in tables.items() if name != records.JUSTIFICATIONS.name}
