"""What the gestor sees before signing: the figures, the warnings, and what changed since another version (T16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from common.ui import Tone
from declarations.engine import catalogue
from declarations.engine.case import Case
from declarations.engine.differences import Change, changes
from declarations.engine.layouts import Amount, cell
from declarations.engine.money import brazilian
from declarations.engine.report import Report
from declarations.models import Declaration
from declarations.services.grid import judged
from declarations.services.summary import COLUMNS, Counter, percentage, tone

EQUAL, PERCENT = "igual", "PCT"


@dataclass(frozen=True)
class Row:
    """One amount of both versions, in words."""

    label: str
    before: str
    after: str
    difference: str

    @property
    def is_changed(self) -> bool:
        return self.difference != EQUAL


@dataclass(frozen=True)
class Comparison:
    """A version beside another of the same bimestre; without a former one, the figures alone."""

    former: Declaration | None
    rows: list[Row]
    lines_changed: int
    lines: int

    @property
    def is_equal(self) -> bool:
        return not self.lines_changed


@dataclass(frozen=True)
class Review:
    """A transmitted version as it stands at one instant, ready to be signed."""

    declaration: Declaration
    report: Report
    comparisons: list[Comparison]

    @property
    def official(self) -> Declaration | None:
        """The version that this one would correct."""
        formers = [each.former for each in self.comparisons if each.former]
        return next((each for each in formers if each.status == Declaration.Status.HOMOLOGATED), None)

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """Code and sentence of each aviso."""
        found = (finding for group in self.report.groups for finding in group.findings)
        return [(finding.code, finding.hit.message) for finding in found]

    @property
    def counters(self) -> list[Counter]:
        """The percentage, how many lines changed, and what the críticas say."""
        first = self.comparisons[0]
        since = (
            f"desde a versão {first.former.version}, {first.former.get_status_display().lower()}"
            if first.former
            else ""
        )
        report = self.report
        return [
            percentage(case_of(report)),
            Counter(
                "Linhas que mudaram", f"{first.lines_changed} de {first.lines}", since or "primeira versão enviada"
            ),
            Counter("Impeditivas", str(report.blocking), catalogue.VERSION, tone(report.blocking)),
            Counter("Avisos", str(report.warnings), "leia antes de assinar", Tone.WARNING if report.warnings else ""),
        ]

    @property
    def content_hash(self) -> str:
        """Of what is shown; the one that the technician sent, unless the portal has learned something since."""
        return case_of(self.report).declaration.content_hash

    @property
    def is_as_sent(self) -> bool:
        return self.content_hash == self.declaration.content_hash


def case_of(report: Report) -> Case:
    if report.case is None:
        raise TypeError("what was judged has a case")
    return report.case


def review_of(declaration: Declaration, at: datetime) -> Review:
    """Beside the official version, and beside the last one sent since; the figures alone when there is none."""
    report = judged(declaration, at)
    formers = former_versions(declaration)
    comparisons = [compare(former, judged(former, at), report) for former in formers]
    return Review(declaration, report, comparisons or [compare(None, report, report)])


def former_versions(declaration: Declaration) -> list[Declaration]:
    """The official version of the bimestre, and the last one before this that was sent in vain since."""
    rows = Declaration.objects.filter(
        entity=declaration.entity_id, period=declaration.period_id, version__lt=declaration.version
    )
    found: list[Declaration] = []
    for former in rows.select_related("entity", "period").newest_first():
        if former.status == Declaration.Status.HOMOLOGATED:
            return [former, *found]
        if not found and former.status in Declaration.SENT:
            found.append(former)
    return found


def compare(former: Declaration | None, before: Report, after: Report) -> Comparison:
    """The figures that matter, and every cell that changed."""
    old, new = case_of(before), case_of(after)
    changed = {each.cell: each for each in changes(old, new)}
    figures = [Change(name, old.values.get(name), new.values.get(name)) for name in _figures(new)]
    others = [each for name, each in changed.items() if name not in {figure.cell for figure in figures}]
    return Comparison(
        former=former,
        rows=[_row(new, each) for each in (*figures, *others)],
        lines_changed=len({each.line for each in changed.values()}),
        lines=len({line.code for line in new.layout.lines.values() if line.quadro != "FONTES"}),
    )


def rows_of(case: Case, stored: list[list[Amount | str]]) -> list[Row]:
    """Changes that were stored, in words."""
    return [_row(case, Change(str(name), _amount(before), _amount(after))) for name, before, after in stored]


def _amount(value: Amount | str) -> Amount:
    return value if isinstance(value, int) else None


def _figures(case: Case) -> Iterator[str]:
    yield from (cell(line, "realizada") for line in ("I", "II", "III"))
    yield from (cell(line, case.stage) for line in ("XII", "XVI"))
    yield "XVII:minimo"
    yield from (cell(line, case.stage) for line in ("XVIII", PERCENT))


def _row(case: Case, change: Change) -> Row:
    unit = " %" if change.line == PERCENT else ""
    column = COLUMNS.get(change.column, change.column)
    return Row(
        label=f"{case.label(change.line)} · {column}",
        before=_text(change.before, unit),
        after=_text(change.after, unit),
        difference=_difference(change, unit),
    )


def _text(amount: Amount, unit: str) -> str:
    return "–" if amount is None else brazilian(amount) + unit


def _difference(change: Change, unit: str) -> str:
    if change.before == change.after:
        return EQUAL
    amount = (change.after or 0) - (change.before or 0)
    return f"{'+' if amount > 0 else '−'}{brazilian(abs(amount))}{unit}"
