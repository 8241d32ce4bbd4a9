"""What the portal knows of a declaration besides what was typed: the context of the engine (ADR 0024)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from common import prepared
from declarations.engine import records
from declarations.engine.case import Case
from declarations.engine.context import Context, Openings
from declarations.engine.declaration import Declaration as Content
from declarations.engine.declaration import is_known_year
from declarations.engine.periods import LAST
from declarations.engine.samples import completed_case
from declarations.models import Cell, Declaration, EntityReference, Justification, ReportingPeriod, UfReference
from declarations.services.contents import contents_of
from siops.models import RuleRelease
from siops.services.registry import legal_date

# Year and bimestre → what the entity has homologated of it.
Officials = Callable[[int, int], Case | None]


class Tables(NamedTuple):
    """The synthetic tables that the entity is compared with; an entity that the house does not seed has none."""

    entity: EntityReference | None = None
    uf: UfReference | None = None


class Origins(NamedTuple):
    """All that the totals of a version and its difference to the official one follow from."""

    # Digests of its own rows.
    cells: str | None
    justifications: str | None
    # The version that closed the year before, and the official one of the same bimestre.
    last_year: int | None
    official: int | None
    organic_rate: int | None

    @property
    def digest(self) -> str:
        """SHA-256 of all of it."""
        return hashlib.sha256(json.dumps(self).encode()).hexdigest()


_ORIGINS = f"""
    SELECT (SELECT md5(string_agg(ROW(record, key, "column", cents)::text, ',' ORDER BY id))
              FROM {Cell._meta.db_table} WHERE declaration_id = own.id),
           (SELECT md5(string_agg(ROW(rule_code, line, text)::text, ',' ORDER BY id))
              FROM {Justification._meta.db_table} WHERE declaration_id = own.id),
           (SELECT version.id FROM {Declaration._meta.db_table} AS version
              JOIN {ReportingPeriod._meta.db_table} AS closing ON closing.id = version.period_id
             WHERE version.entity_id = own.entity_id AND version.status = '{Declaration.Status.HOMOLOGATED}'
               AND closing.year = period.year - 1 AND closing.bimester = {LAST}),
           (SELECT version.id FROM {Declaration._meta.db_table} AS version
             WHERE version.entity_id = own.entity_id AND version.period_id = own.period_id
               AND version.status = '{Declaration.Status.HOMOLOGATED}'),
           (SELECT organic_rate FROM {EntityReference._meta.db_table} AS known WHERE known.entity_id = own.entity_id)
      FROM {Declaration._meta.db_table} AS own
      JOIN {ReportingPeriod._meta.db_table} AS period ON period.id = own.period_id
     WHERE own.id = %s
"""  # noqa: S608 -- names and states of our own tables


def origins_of(declaration: Declaration) -> Origins:
    """As they are now; one statement, that nothing of it changes while the next is answered."""
    return Origins(*prepared.rows(_ORIGINS, [declaration.pk])[0])


def totals_of(declaration: Declaration, content: Content, origins: Origins) -> Case:
    """Every total and the content hash, as who judges gets them, without judging."""
    period = declaration.period
    last_year = official_case(declaration, period.year - 1, LAST) if origins.last_year else None
    context = Context(
        ibge7=declaration.entity.ibge,
        year=period.year,
        bimester=period.bimester,
        organic_rate=origins.organic_rate,
        former_lacking=last_year.values.get("XXI:valor") if last_year else None,
    )
    return completed_case(content, context)


def population_of(entity_id: int) -> int | None:
    """Inhabitants, by the synthetic table; one query."""
    rows = EntityReference.objects.filter(entity=entity_id)
    return rows.values_list("population", flat=True).first()


def context_of(declaration: Declaration, at: datetime) -> Context:
    """As of one day: earlier bimestres as homologated, the term, the synthetic tables, what was released."""
    period = declaration.period
    wanted = {(period.year - 1, LAST), (period.year - 1, period.bimester), (period.year, period.bimester - 1)}
    known = _official_cases(declaration, wanted)
    return context_from(
        declaration, at, lambda *period: known.get(period), _tables(declaration), _released(declaration)
    )


def context_from(
    declaration: Declaration, at: datetime, officials: Officials, tables: Tables, released: frozenset[str]
) -> Context:
    """The same from what its caller knows already."""
    period = declaration.period
    last_year = officials(period.year - 1, LAST)
    same = officials(period.year - 1, period.bimester)
    former = officials(period.year, period.bimester - 1)
    return Context(
        ibge7=declaration.entity.ibge,
        year=period.year,
        bimester=period.bimester,
        today=legal_date(at),
        prorogued=period.prorogued,
        former=former.values if former else None,
        openings=closing_balances(last_year) if last_year else None,
        former_lacking=last_year.values.get("XXI:valor") if last_year else None,
        former_base=same.amount("III", "realizada") if same else None,
        organic_rate=tables.entity.organic_rate if tables.entity else None,
        population=tables.entity.population if tables.entity else None,
        transferred=tables.entity.transferred(period.bimester) if tables.entity else {},
        peers=tables.uf.peers(period.bimester) if tables.uf else None,
        released=released,
    )


def openings_for(declaration: Declaration) -> Openings:
    """Saldos iniciais: what the year before closed with; none in the first year."""
    last_year = official_case(declaration, declaration.period.year - 1, LAST)
    return closing_balances(last_year) if last_year else {}


def closing_balances(case: Case) -> Openings:
    """Restos a pagar, Q4 and Q6 as a 6º bimestre leaves them: «RP.2025», «Q4.2024», «Q6.2025».

    Restos a pagar so old that the next year has no line for them stay behind.
    """
    content, year = case.declaration, case.period.year
    found = {
        f"RP.{key[0]}": values[2]
        for key, values in content.table(records.REMAINDERS).items()
        if is_known_year(records.REMAINDERS, key, year + 1)
    }
    for (quadro, each), (balance, committed, *_) in content.table(records.CONTROLS).items():
        found[f"{quadro}.{each}"] = int(balance or 0) - int(committed or 0)
    # What this very year left to apply (XIX) is the first line of the next one.
    found[f"Q4.{year}"] = -case.amount("XIX", "empenhada")
    return {name: int(value) for name, value in found.items() if value}


def official_case(declaration: Declaration, year: int, bimester: int) -> Case | None:
    """The homologated version of another bimestre of the same entity."""
    return _official_cases(declaration, {(year, bimester)}).get((year, bimester))


def _official_cases(declaration: Declaration, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], Case]:
    """Year and bimestre → the homologated version of the same entity, of those that there are; three queries."""
    rows = Declaration.objects.homologated().filter(
        entity=declaration.entity_id, period__year__in={year for year, _ in wanted}
    )
    found = {
        (row.period.year, row.period.bimester): row
        for row in rows.select_related("entity", "period")
        if (row.period.year, row.period.bimester) in wanted
    }
    contents = contents_of(found.values())
    return {key: Case(contents[row.pk]) for key, row in found.items()}


def _tables(declaration: Declaration) -> Tables:
    own = EntityReference.objects.filter(entity=declaration.entity_id).first()
    return Tables(own, UfReference.objects.filter(uf=declaration.entity.uf_id).first())


def _released(declaration: Declaration) -> frozenset[str]:
    """Liberações pontuais of this very version."""
    period: ReportingPeriod = declaration.period
    rows = RuleRelease.objects.filter(
        entity=declaration.entity_id, year=period.year, bimester=period.bimester, version=declaration.version
    )
    return frozenset(rows.values_list("rule_code", flat=True))
