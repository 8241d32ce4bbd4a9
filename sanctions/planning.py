"""What happens to a case on each day, from the facts known before it: pure, over rows in memory.

`due` says the next step of a day, `take` makes it (by the machine of the row), `next_day` is the first day on which
there is one if no fact comes. Day by day or from due day to due day, the same facts end in the same state.

A fact of a day counts from the next one on: everything is recorded at the first instant of a day, in Brasília. What
counts is the day of the fact: one that was written after its day had been judged undoes, on the next, what was judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from sanctions.models import Omission, SanctionEvent, Shortfall
from sanctions.terms import (
    DAY,
    RESTORED_AFTER,
    decendial_after,
    directed_of,
    is_decendial,
    rate_of,
    transfer_to,
)

Kind = SanctionEvent.Kind


class Step(NamedTuple):
    """One thing that happened on a day; of a parcel also what came and what of it was directed, in cents."""

    kind: SanctionEvent.Kind
    on: date
    amount: int | None = None
    transfer: int = 0


class Case(Protocol):
    def due(self, day: date) -> SanctionEvent.Kind | None: ...
    def next_day(self, after: date) -> date | None: ...
    def take(self, kind: SanctionEvent.Kind, day: date) -> Step: ...


def happen(case: Case, day: date) -> Iterator[Step]:
    """Everything that is due on a day."""
    while kind := case.due(day):
        yield case.take(kind, day)


def ahead(case: Case, after: date, until: date) -> Iterator[Step]:
    """What will happen in (after, until] if no fact comes. The case is moved: give it a copy."""
    while (day := case.next_day(after)) and day <= until:
        yield from happen(case, day)
        after = day


def _first(days: list[date | None], after: date) -> date | None:
    return min((day for day in days if day is not None and day > after), default=None)


def counts_on(fact: date | None, after: date, wait: timedelta = DAY) -> date | None:
    """When a fact counts that nothing followed from yet: so long after its day, or next, when that has gone by."""
    return max(fact + wait, after + DAY) if fact else None


@dataclass
class OmissionCase:
    """SM-6 of one entity and year, with the day of its first homologation."""

    row: Omission
    homologated_on: date | None = None

    def due(self, day: date) -> SanctionEvent.Kind | None:
        """Homologated on the last day is in time; on the next, the suspension has been reported at its beginning."""
        row = self.row
        known_on = self.homologated_on if self.homologated_on and self.homologated_on < day else None
        found: SanctionEvent.Kind | None = None
        if known_on and row.status in Omission.UNANSWERED and self._was_in_time(known_on):
            found = Kind.VOIDED
        elif row.status == Omission.Status.NOTIFIED:
            if known_on and known_on <= row.last_day:
                found = Kind.SETTLED
            elif day > row.last_day:
                found = Kind.REPORTED
        elif row.status in (Omission.Status.REPORTED, Omission.Status.SUSPENDED) and known_on:
            found = Kind.RESTORATION_REQUESTED
        elif row.status == Omission.Status.REPORTED and row.reported_on and row.reported_on < day:
            found = Kind.SUSPENDED if is_decendial(day) else None
        elif row.status == Omission.Status.RESTORATION_REQUESTED and row.requested_on:
            found = Kind.RESTORED if day >= row.requested_on + RESTORED_AFTER else None
        return found

    def _was_in_time(self, known_on: date) -> bool:
        """Homologated before the day that it was notified on; or within the thirty days that were taken as over."""
        row = self.row
        too_soon = row.reported_on is not None and known_on < row.reported_on
        return known_on < row.notified_on or (too_soon and known_on <= row.last_day)

    def next_day(self, after: date) -> date | None:
        row = self.row
        known_on = counts_on(self.homologated_on, after)
        match row.status:
            case Omission.Status.NOTIFIED:
                return _first([known_on, row.last_day + DAY], after)
            case Omission.Status.REPORTED if row.reported_on is not None:
                return _first([known_on, decendial_after(max(after, row.reported_on))], after)
            case Omission.Status.SUSPENDED:
                return _first([known_on], after)
            case Omission.Status.RESTORATION_REQUESTED if row.requested_on is not None:
                return _first([row.requested_on + RESTORED_AFTER], after)
        return None

    def take(self, kind: SanctionEvent.Kind, day: date) -> Step:
        row = self.row
        make = {
            Kind.VOIDED: row.void,
            Kind.SETTLED: row.settle,
            Kind.REPORTED: row.report,
            Kind.SUSPENDED: row.suspend,
            Kind.RESTORATION_REQUESTED: row.request_restoration,
            Kind.RESTORED: row.restore,
        }
        make[kind](on=day)
        return Step(kind, day)


@dataclass
class ShortfallCase:
    """SM-7 of one entity and year: what was deposited, the day of the proof, whether no transfer comes at all."""

    row: Shortfall
    deposited: int = 0
    directed_on: date | None = None
    proven_on: date | None = None
    is_withheld: bool = False

    @property
    def missing(self) -> int:
        """What is yet to be deposited; none when a rectification left more deposited than is owed."""
        return max(self.row.amount - self.deposited, 0)

    def due(self, day: date) -> SanctionEvent.Kind | None:
        row = self.row
        if row.status == Shortfall.Status.REGULARIZED:
            return None
        if row.amount == 0 or self._is_proven(day):
            return Kind.REGULARIZED
        if row.control_informed_on is None and day > row.defence_until:
            return Kind.CONTROL_INFORMED
        return None if row.status == Shortfall.Status.SUSPENDED else self._of_deposits(day)

    def _is_proven(self, day: date) -> bool:
        return self.proven_on is not None and day >= self.proven_on + self._restored_after

    @property
    def _restored_after(self) -> timedelta:
        """In the file of the next day; where the proof came after its term, the bank restores within the 72 hours."""
        until = self.row.proof_until
        is_late = self.proven_on is not None and until is not None and self.proven_on > until
        return DAY + RESTORED_AFTER if is_late and self.row.status == Shortfall.Status.SUSPENDED else DAY

    def _of_deposits(self, day: date) -> SanctionEvent.Kind | None:
        row = self.row
        if row.proof_until and day > row.proof_until:
            return Kind.PROOF_SUSPENDED
        if row.status == Shortfall.Status.DEPOSITED:
            return Kind.RESUMED if self.missing else None
        if row.status == Shortfall.Status.CONDITIONED and not self.missing:
            return Kind.DEPOSITED
        if self.is_withheld or not is_decendial(day) or day <= row.found_on or self.directed_on == day:
            return None
        return Kind.CONDITIONED if row.status == Shortfall.Status.BREACHED else Kind.DIRECTED

    def next_day(self, after: date) -> date | None:
        row = self.row
        if row.status == Shortfall.Status.REGULARIZED:
            return None
        days = [counts_on(self.proven_on, after, self._restored_after)]
        if row.control_informed_on is None:
            days.append(row.defence_until + DAY)
        if row.status != Shortfall.Status.SUSPENDED and row.proof_until:
            days.append(row.proof_until + DAY)
        if row.status in (Shortfall.Status.BREACHED, Shortfall.Status.CONDITIONED):
            days.append(decendial_after(max(after, row.found_on)))
        return _first(days, after)

    def take(self, kind: SanctionEvent.Kind, day: date) -> Step:
        row = self.row
        if kind == Kind.DIRECTED:
            return self._direct(day)
        if kind == Kind.CONTROL_INFORMED:
            row.control_informed_on = day
            return Step(kind, day)
        make = {
            Kind.CONDITIONED: row.condition,
            Kind.DEPOSITED: row.complete,
            Kind.RESUMED: row.resume,
            Kind.PROOF_SUSPENDED: row.suspend,
            Kind.REGULARIZED: row.regularize,
        }
        make[kind](on=day)
        return Step(kind, day, self.missing if kind in (Kind.CONDITIONED, Kind.RESUMED) else None)

    def _direct(self, day: date) -> Step:
        transfer = transfer_to(self.row.entity.ibge, day)
        amount = directed_of(transfer, rate=rate_of(self.row.entity), missing=self.missing)
        self.deposited, self.directed_on = self.deposited + amount, day
        return Step(Kind.DIRECTED, day, amount, transfer)
