"""Writing what was declared to the SIOPS before the room began, and the tables it is compared with. All synthetic.

Every bimestre whose term is over on the day of the seeding is homologated, except where somebody is late: Rio Branco
has not begun the last one, and that of Araçatuba waits for the secretary who has just arrived.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple

from django.db import connection

from common.legal_time import BRASILIA
from declarations.engine import anexo12, catalogue, records, samples
from declarations.engine.beginnings import consistent
from declarations.engine.case import Case
from declarations.engine.declaration import Declaration as Content
from declarations.engine.declaration import Key, Table
from declarations.engine.periods import LAST, Period
from declarations.engine.report import judge
from declarations.engine.scaling import GROWING, at_bimester, resized
from declarations.models import Cell, Declaration, EntityReference, ReportingPeriod, UfReference
from declarations.models.references import PUBLISHED
from declarations.services.contents import cells_of, identity_of
from declarations.services.knowledge import Tables, context_from
from siops.models import Technician
from territory.models import Entity, Uf


class Declared(NamedTuple):
    """What a municipality is like: inhabitants, size in percents of the sample, own expense in percents of its own.

    `organic_rate` is that of its Lei Orgânica, in hundredths of a percent.
    """

    population: int
    size: int = 100
    spending: int = 100
    organic_rate: int | None = None


APUI = "apui"
# Inhabitants are rounded and, as all the rest, of the simulator. Boa Esperança do Norte has nobody who declares.
PLANS = {
    "aracatuba": Declared(200_000, 900, 135),
    "riobranco": Declared(365_000, 1_500, 125),
    "noronha": Declared(3_000, 15, 150),
    "eirunepe": Declared(33_000, 100, 130),
    "boaesperanca": Declared(6_000, 35),
    "belohorizonte": Declared(2_300_000, 11_000, 145, 20_00),
    APUI: Declared(20_000),
}
NOT_BEGUN, NOT_HOMOLOGATED = "riobranco", "aracatuba"
# Two amounts of two municipalities differ by this much, at most, from what their sizes say.
WITHIN = 4
# Expense with health for each inhabitant and bimestre in the middle of the municipalities of a UF, in cents.
LOWEST, HIGHEST = 2_500, 60_000
WHOLE, SPENT_BEFORE = Fraction(1), Fraction(95, 100)
OPENS, SENDS, SIGNS = time(9), time(15, 30), time(10)
COLUMNS = ("declaration_id", "record", "key", "column", "cents", "version", "changed_by_id", "changed_at")


def plant_references(entities: Mapping[str, Entity], at_hand: Period) -> None:
    """The tables of SIM-A09 to A11 and A20; those that are there stay."""
    EntityReference.objects.bulk_create(
        [
            EntityReference(
                entity=entities[key],
                population=plan.population,
                organic_rate=plan.organic_rate,
                **_published(yearly(key, at_hand)),
            )
            for key, plan in PLANS.items()
        ],
        ignore_conflicts=True,
    )
    UfReference.objects.bulk_create(
        [UfReference(uf=uf, **_peers(uf)) for uf in Uf.objects.all()], ignore_conflicts=True
    )


def plant_declarations(entities: Mapping[str, Entity], at: datetime) -> int:
    """In a world where nobody has declared anything; each one walks the whole machine before it is written."""
    if Declaration.objects.exists():
        return 0
    periods = list(ReportingPeriod.objects.order_by("year", "bimester"))
    over = [period for period in periods if period.closes_at <= at]
    at_hand = next(period for period in periods if period.closes_at > at)
    plant_references(entities, at_hand.period)
    entity_tables = EntityReference.objects.in_bulk()
    uf_tables = UfReference.objects.in_bulk()
    senders = {
        row.entity_id: row for row in Technician.objects.select_related("person__user", "secretary__person__user")
    }
    histories = [
        History(key, entity, senders[entity.pk], Tables(entity_tables[entity.pk], uf_tables[entity.uf_id]))
        for key, entity in entities.items()
        if key in PLANS and entity.pk in senders
    ]
    declared = [each for history in histories for each in history.walk(over, at_hand.period)]
    Declaration.objects.bulk_create(declaration for declaration, _ in declared)
    _write_cells(declared)
    return len(declared)


@dataclass
class History:
    """What one municipality declared, bimestre by bimestre."""

    key: str
    entity: Entity
    sender: Technician
    tables: Tables
    cases: dict[tuple[int, int], Case] = field(default_factory=dict)
    remainders: Table = field(default_factory=dict)

    def walk(self, over: list[ReportingPeriod], at_hand: Period) -> Iterator[tuple[Declaration, Content]]:
        """Every bimestre that is over, in order, but for the one that is late."""
        whole_year = yearly(self.key, at_hand)
        self.remainders = _oldest(whole_year, over[0].year)
        for period in over[:-1] if self.key == NOT_BEGUN else over:
            rows = at_bimester(whole_year, period.bimester, LAST)
            pace = _luck(self.key, str(period)) * (SPENT_BEFORE if period.year < at_hand.year else WHOLE)
            rows[records.EXPENSES.name] = _spent(rows[records.EXPENSES.name], pace)
            is_last = period is over[-1]
            yield self._declared(period, rows, is_waiting=is_last and self.key == NOT_HOMOLOGATED)

    def _declared(
        self, period: ReportingPeriod, rows: dict[str, Table], *, is_waiting: bool
    ) -> tuple[Declaration, Content]:
        opened_at = _on(period, 0, OPENS)
        account, manager = self.sender.person.user, self.sender.secretary.person.user
        declaration = Declaration(entity=self.entity, period=period, opened_by=account, opened_at=opened_at)
        content = Content(identity_of(declaration), rows)
        if period.bimester == LAST:
            self._inscribe(content)
        content = replace(content, tables=rows | {records.REMAINDERS.name: dict(self.remainders)})
        sent_at = _on(period, 4, SENDS)
        context = context_from(
            declaration, sent_at, lambda year, bimester: self.cases.get((year, bimester)), self.tables, frozenset()
        )
        whole = samples.completed(content, context)
        report = judge(whole, context)
        if report.case is None or report.blocking:
            raise ValueError(f"the seed of {self.key} is not declarable: {report.verdict}")
        self.cases[period.year, period.bimester] = report.case

        declaration.edit(percent=report.case.values[f"PCT:{report.case.stage}"], at=sent_at)
        declaration.validate(
            content_hash=whole.content_hash, rules=catalogue.VERSION, warnings=report.warnings, at=sent_at
        )
        declaration.pack(at=sent_at)
        declaration.transmit(by_id=account.pk, at=sent_at)
        if not is_waiting:
            declaration.homologate(by_id=manager.pk, at=_on(period, 5, SIGNS))
        return declaration, content

    def _inscribe(self, content: Content) -> None:
        """Restos a pagar of the year that ends: what was committed of its own and not paid."""
        values = Case(content).values
        left = (values["XI:empenhada"] or 0) - (values["XI:paga"] or 0)
        least, applied = values["XVII:minimo"] or 0, values["XVI:empenhada"] or 0
        self.remainders[str(content.identity.year),] = (least, applied, left, 0, 0, left, 0)


def yearly(key: str, at_hand: Period) -> dict[str, Table]:
    """A whole year. That of Apuí is such that the bimestre at hand is the published one (the example to begin from)."""
    if key == APUI:
        return at_bimester(samples.apui().tables, LAST, at_hand.bimester)
    plan = PLANS[key]

    def times(name: str, row: Key) -> Fraction:
        size = Fraction(plan.size, 100)
        if name not in GROWING:
            return size
        own = name == records.EXPENSES.name and row[2] in anexo12.OWN_SOURCES
        return size * _luck(key, name, *row) * (Fraction(plan.spending, 100) if own else WHOLE)

    return resized(consistent(Period(at_hand.year, LAST)) | {records.CONTROLS.name: {}}, times)


def _spent(expenses: Table, pace: Fraction) -> Table:
    """The rows of expense of a bimestre that spent more or less than its share of the year."""
    return resized({records.EXPENSES.name: expenses}, lambda *_: pace)[records.EXPENSES.name]


def _oldest(whole_year: dict[str, Table], first_year: int) -> Table:
    """Restos a pagar of the year before the first one: partly paid, and so they stay."""
    rows = whole_year.get(records.REMAINDERS.name, {}).values()
    return {(str(first_year - 1),): values for values in rows}


def _luck(*of: str) -> Fraction:
    """From 96 to 104 %, always the same."""
    spread = int(hashlib.sha256(" ".join(of).encode()).hexdigest(), 16) % (2 * WITHIN + 1)
    return Fraction(100 - WITHIN + spread, 100)


def _published(rows: Mapping[str, Table]) -> dict[str, int]:
    """What was transferred in each bimestre, as the municipality declares it."""
    declared = rows[records.REVENUES.name] | rows[records.ADDITIONAL.name]
    return {field: int(declared[line,][2] or 0) // LAST for line, field in PUBLISHED.items()}


def _peers(uf: Uf) -> dict[str, int]:
    luck = _luck("peers", uf.ibge)
    return {"lowest": int(LOWEST * luck), "highest": int(HIGHEST * luck)}


def _on(period: ReportingPeriod, days: int, hour: time) -> datetime:
    return datetime.combine(period.opens_on + timedelta(days=days), hour, tzinfo=BRASILIA)


def _write_cells(declared: list[tuple[Declaration, Content]]) -> None:
    """Thousands of rows: by COPY."""
    columns = ", ".join(map(connection.ops.quote_name, COLUMNS))
    with connection.cursor() as cursor, cursor.copy(f"COPY {Cell._meta.db_table} ({columns}) FROM STDIN") as copy:
        for declaration, content in declared:
            cells = cells_of(declaration, content.tables, by_id=declaration.opened_by_id, at=declaration.opened_at)
            for cell in cells:
                copy.write_row([getattr(cell, column) for column in COLUMNS])
