"""What a lot shows: how far it is, its totals, its report by microarea, and two nights beside each other.

All numbers come from the counters that the slices wrote; names are read a page at a time, by an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, Sum

from cadsus.comparison import LABELS
from cadsus.models import MicroArea
from cadsus.services.reporting import OUT_OF_AREA
from common import sheets
from common.legal_time import BRASILIA
from lots.classification import BITS
from lots.models import Lot, Outcome, Tally, Visit
from territory.models import Establishment

PAGE = 50
MINUTE, HOUR = 60, 3600
# Outcomes that are neither the same nor ready: somebody has to do something first.
PENDING = tuple(outcome for outcome in Outcome if outcome > Outcome.DIFFERENT)


@dataclass(frozen=True)
class Progress:
    """How far a lot is. `rate` is people per second since it last went on; without one there is no forecast."""

    people: int
    done: int
    slices: int
    slices_done: int
    rate: float | None

    @property
    def percent(self) -> int:
        return 100 if self.slices == self.slices_done else min(99, 100 * self.done // max(self.people, 1))

    @property
    def seconds_left(self) -> int | None:
        return round((self.people - self.done) / self.rate) if self.rate else None

    @property
    def left(self) -> str:
        """The forecast in words."""
        seconds = self.seconds_left
        if seconds is None:
            return ""
        if seconds < MINUTE:
            return f"{max(seconds, 1)} s"
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min" if seconds >= HOUR else f"{seconds // MINUTE} min"


@dataclass(frozen=True)
class Line:
    """One microarea of a unit in numbers."""

    unit: str
    label: str
    microarea: int | None
    cnes: str
    counts: dict[int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def equal(self) -> int:
        return self.counts.get(Outcome.EQUAL, 0)

    @property
    def ready(self) -> int:
        return self.counts.get(Outcome.TO_SYNCHRONIZE, 0)

    @property
    def different(self) -> int:
        return self.counts.get(Outcome.DIFFERENT, 0)

    @property
    def pending(self) -> int:
        return sum(self.counts.get(outcome, 0) for outcome in PENDING)

    @property
    def percent(self) -> float:
        return 100 * self.equal / self.total if self.total else 0.0


@dataclass(frozen=True)
class Change:
    """An outcome in two nights."""

    label: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Found:
    """One person of a report, and the fields that the CADSUS has otherwise."""

    visit: Visit
    fields: str


def progress(lot: Lot) -> Progress:
    """One query, over the slices."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(people), 0), count(*), count(*) FILTER (WHERE is_done),"
            " extract(epoch FROM clock_timestamp() - %s) FROM lots_slice WHERE lot_id = %s",
            [lot.running_since, lot.pk],
        )
        done, slices, slices_done, seconds = cursor.fetchone()
    worked = int(done) - lot.done_before
    rate = worked / float(seconds) if lot.status == Lot.Status.RUNNING and worked and seconds else None
    return Progress(lot.people, int(done), slices, slices_done, rate)


def totals(lot: Lot) -> dict[int, int]:
    """People by outcome."""
    rows = Tally.objects.filter(lot=lot).order_by().values_list("outcome").annotate(people=Sum("people"))
    return dict(rows)


def lines(lot: Lot) -> list[Line]:
    """A line for each microarea of each unit, those out of microareas last. Three queries, whoever is in them."""
    rows = Tally.objects.filter(lot=lot).order_by().values_list("establishment", "microarea", "outcome")
    counts: dict[tuple[str, int | None], dict[int, int]] = {}
    for cnes, microarea, outcome, people in rows.annotate(people=Sum("people")):
        counts.setdefault((cnes, microarea), {})[outcome] = people
    units = Establishment.objects.in_bulk({cnes for cnes, _ in counts})
    areas = MicroArea.objects.select_related("area").in_bulk({pk for _, pk in counts if pk})
    found = [
        Line(units[cnes].name, _label(areas.get(pk) if pk else None), pk, cnes, numbers)
        for (cnes, pk), numbers in counts.items()
    ]
    return sorted(found, key=lambda line: (line.unit, line.microarea is None, line.label))


def compare(before: Lot, after: Lot) -> list[Change]:
    """Two nights, outcome by outcome."""
    old, new = totals(before), totals(after)
    return [Change(outcome.label, old.get(outcome, 0), new.get(outcome, 0)) for outcome in Outcome]


def compare_lines(before: Lot, after: Lot) -> list[tuple[Line, int]]:
    """Microareas in which the number of people as in the CADSUS changed, and by how many."""
    old = {(line.cnes, line.microarea): line.equal for line in lines(before)}
    changed = [(line, line.equal - old.get((line.cnes, line.microarea), 0)) for line in lines(after)]
    return [(line, difference) for line, difference in changed if difference]


def people_of(lot: Lot, *, cnes: str, microarea: int | None, after: tuple[int, int]) -> list[Found]:
    """A page of people of a microarea who are not as in the CADSUS, behind `after` (outcome, citizen)."""
    outcome, citizen = after
    behind = Q(outcome__gt=outcome) | Q(outcome=outcome, citizen__gt=citizen)
    rows = Visit.objects.filter(behind, lot=lot, microarea=microarea, outcome__gte=outcome, outcome__gt=0)
    if microarea is None:
        rows = rows.filter(citizen__establishment=cnes)
    rows = rows.select_related("citizen").only("outcome", "mask", "citizen__name", "citizen__status")
    page = rows.order_by("outcome", "citizen_id")[:PAGE]
    return [Found(row, ", ".join(label for name, label in LABELS.items() if row.mask & BITS[name])) for row in page]


def microarea_of(cnes: str, number: int) -> MicroArea | None:
    """A microarea of that unit."""
    return MicroArea.objects.select_related("area").filter(pk=number, area__establishment=cnes).first()


def csv_lines(lot: Lot) -> Iterator[str]:
    """The report by microarea, line by line."""
    begun = f"{lot.begun_at.astimezone(BRASILIA):%d/%m/%Y %H:%M}" if lot.begun_at else ""
    rows = (
        [line.cnes, line.unit, line.label, str(line.total), *(str(line.counts.get(each, 0)) for each in Outcome)]
        for line in lines(lot)
    )
    header = ("CNES", "Unidade", "Microárea", "Pessoas", *Outcome.labels)
    return sheets.csv_lines(about=f"lote {lot.pk} de {begun}", header=header, rows=rows)


def _label(microarea: MicroArea | None) -> str:
    return f"{microarea.area.code}/{microarea.code}" if microarea else OUT_OF_AREA
