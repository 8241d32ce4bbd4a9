"""«Começar por um exemplo»: the rows of an example as they make sense in the version they are put into."""

from __future__ import annotations

from datetime import datetime

from declarations.engine import packing, records
from declarations.engine.beginnings import Beginning, Tables, consistent
from declarations.engine.case import Case
from declarations.engine.declaration import Declaration as Content
from declarations.engine.periods import LAST
from declarations.engine.samples import completed
from declarations.engine.scaling import at_bimester, with_openings
from declarations.models import Declaration
from declarations.services.contents import identity_of
from declarations.services.knowledge import closing_balances, context_of, official_case
from declarations.services.packing import File


def tables_of(declaration: Declaration, beginning: Beginning) -> Tables:
    """Every record; the balances are always those that the year before closed with, where it is homologated."""
    period = declaration.period
    last_year = official_case(declaration, period.year - 1, LAST)
    of_this_year = (official_case(declaration, period.year, each) for each in range(period.bimester - 1, 0, -1))
    former = next(filter(None, of_this_year), last_year)
    base = _carried_on(former, period.bimester) if former else consistent(period.period)
    whole = beginning.whole(base)
    return with_openings(whole, closing_balances(last_year)) if last_year else whole


def example_file(declaration: Declaration, beginning: Beginning, at: datetime) -> File:
    """The same rows as the municipality's own programme would have written them, to be brought back as a file."""
    tables = {name: table for name, table in tables_of(declaration, beginning).items() if table}
    content = completed(Content(identity_of(declaration), tables), context_of(declaration, at))
    name = f"EXEMPLO_{beginning.slug}_{packing.file_name(content.identity)}"
    return File(name, packing.write(content, generated_at=at))


def _carried_on(former: Case, bimester: int) -> Tables:
    """The amounts of the last one that is official, some bimestres further; what was justified was of it alone."""
    tables = at_bimester(former.declaration.tables, bimester, former.period.bimester)
    return {name: table for name, table in tables.items() if name != records.JUSTIFICATIONS.name}
