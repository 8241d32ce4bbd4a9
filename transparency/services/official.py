"""What a município has homologated of a bimestre: every version that was ever official, and its demonstrativo."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from declarations.engine.case import Case
from declarations.engine.context import Context
from declarations.models import Declaration, Receipt, ReportingPeriod
from declarations.services.contents import content_of, contents_of
from declarations.services.knowledge import context_of, population_of
from oversight.models import Opinion
from territory.models import Municipality
from transparency.services.deliveries import OFFICIAL


@dataclass(frozen=True)
class Official:
    """One version that was homologated, computed from what was typed and what the portal knew on that day."""

    declaration: Declaration
    case: Case

    @property
    def is_in_force(self) -> bool:
        return self.declaration.status == Declaration.Status.HOMOLOGATED

    @property
    def period(self) -> ReportingPeriod:
        return self.declaration.period


def versions_of(ibge: str, period: ReportingPeriod) -> list[Declaration]:
    """The one in force first, then those it corrected; nothing when none was homologated. One query."""
    return list(_official().filter(entity__municipality=ibge, period=period))


def in_force(ibge6: str, period: ReportingPeriod) -> Declaration | None:
    """The version in force, by the six digits of the code without its last one, as the API asks."""
    rows = _official().filter(entity__municipality__ibge__startswith=ibge6, period=period)
    return rows.filter(status=Declaration.Status.HOMOLOGATED).first()


def official_of(declaration: Declaration) -> Official:
    """With what the portal knew when it was homologated."""
    if declaration.homologated_at is None:
        raise TypeError("what is official was homologated")
    context = context_of(declaration, declaration.homologated_at)
    return Official(declaration, Case(content_of(declaration), context))


def in_force_of(place: Municipality, year: int) -> list[Official]:
    """The versions in force of a year, in order, from what was typed and the inhabitants: at most six."""
    rows = list(
        _official()
        .filter(entity__municipality=place, period__year=year, status=Declaration.Status.HOMOLOGATED)
        .order_by("period__bimester")
    )
    if not rows:
        return []
    population = population_of(rows[-1].entity_id)
    contents = contents_of(rows)
    return [Official(row, Case(contents[row.pk], _peopled(row, population))) for row in rows]


def _peopled(declaration: Declaration, population: int | None) -> Context:
    period = declaration.period
    return Context(ibge7=declaration.entity.ibge, year=period.year, bimester=period.bimester, population=population)


def _official() -> QuerySet[Declaration]:
    rows = Declaration.objects.filter(status__in=OFFICIAL).newest_first()
    rows = rows.select_related("period", "entity__municipality__uf", "entity__uf", "opinion", "homologation__replaced")
    return rows.prefetch_related("receipts")


def receipt_of(declaration: Declaration) -> str | None:
    """The number of the receipt of its homologation; none for what was homologated before there were receipts."""
    return next((each.number for each in declaration.receipts.all() if each.kind != Receipt.Kind.TRANSMISSION), None)


def opinion_on(declaration: Declaration) -> Opinion | None:
    """The opinion of the Conselho de Saúde, public once it was given."""
    opinion: Opinion | None = getattr(declaration, "opinion", None)
    return opinion if opinion is not None and opinion.status in Opinion.VERDICTS else None
