"""E10 and E12 to E14: what a step says, to whoever answers for the entity at its instant. No amount but percentages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from declarations.models import ReportingPeriod
from sanctions.models import Omission, SanctionEvent, Shortfall
from sanctions.planning import Step
from sanctions.terms import rate_of
from siops.models import HealthManager
from siops.services.post import write_to_records

Kind = SanctionEvent.Kind
TEMPLATES = {
    Kind.NOTIFIED: "siops_omission_notified",
    Kind.VOIDED: "siops_omission_voided",
    Kind.SUSPENDED: "siops_transfers_suspended",
    Kind.RESTORED: "siops_transfers_restored",
    Kind.BREACHED: "siops_minimum_breached",
    Kind.CONDITIONED: "siops_transfers_conditioned",
    Kind.DIRECTED: "siops_parcel_directed",
    Kind.PROOF_SUSPENDED: "siops_proof_missing",
    Kind.REGULARIZED: "siops_minimum_regularized",
}


class Happened(NamedTuple):
    """A step of one case; `deposited` is the sum of its deposits after the step, in cents."""

    row: Omission | Shortfall
    step: Step
    deposited: int = 0

    @property
    def period(self) -> ReportingPeriod:
        found: ReportingPeriod = self.row.period
        return found


def tell(happened: Iterable[Happened], *, at: datetime) -> None:
    """Each once, with the step that it is about: both are of one transaction."""
    by_template: dict[str, list[Happened]] = defaultdict(list)
    for each in happened:
        if template := TEMPLATES.get(each.step.kind):
            by_template[template].append(each)
    if not by_template:
        return
    answering = _answering({each.row.entity_id for rows in by_template.values() for each in rows}, at)
    for template, rows in by_template.items():
        letters = [(record, _context(each)) for each in rows for record in answering[each.row.entity_id]]
        write_to_records(template, letters, at=at)


def _answering(entities: set[int], at: datetime) -> dict[int, list[HealthManager]]:
    """Head and secretary, and whoever substitutes them now, by entity."""
    rows = HealthManager.objects.in_office_at(at).filter(entity__in=entities, role__in=HealthManager.ANSWERING)
    found: dict[int, list[HealthManager]] = defaultdict(list)
    for row in rows.select_related("person__user", "entity__municipality__uf", "entity__uf").order_by("pk"):
        found[row.entity_id].append(row)
    return found


def _context(each: Happened) -> dict[str, Any]:
    context: dict[str, Any] = {"case": each.row, "year": each.period.year, "on": each.step.on}
    if isinstance(each.row, Shortfall):
        context["rate"] = rate_of(each.row.entity)
        context["share"] = min(each.deposited * 100 // each.row.amount, 100) if each.row.amount else 100
    return context
