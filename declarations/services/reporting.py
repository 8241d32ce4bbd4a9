"""The report of the críticas for a page and for a spreadsheet (T13)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from common.sheets import harmless
from declarations.engine import catalogue
from declarations.engine.catalogue import Rule
from declarations.engine.findings import Finding, Group
from declarations.engine.money import brazilian
from declarations.engine.report import Report
from declarations.folders import FOLDERS, SUMMARY, Place, place_of

ALL, BLOCKING, WARNINGS, PERIOD = "todas", "impeditivas", "avisos", "periodo"
HEADER = (
    "grupo",
    "relacao",
    "codigo",
    "severidade",
    "mensagem",
    "celulas",
    "informado",
    "esperado",
    "diferenca",
    "fundamento",
    "como_corrigir",
)


@dataclass(frozen=True)
class Shown:
    """A finding as a person reads it."""

    finding: Finding
    place: Place | None

    @property
    def rule(self) -> Rule:
        return catalogue.BY_CODE[self.finding.code]

    @property
    def has_amounts(self) -> bool:
        """Whether it is about an amount, and not about the whole bimestre or a blank."""
        return self.finding.hit.found is not None or self.finding.hit.expected is not None

    @property
    def found(self) -> str:
        return self._amount(self.finding.hit.found)

    @property
    def expected(self) -> str:
        return self._amount(self.finding.hit.expected)

    @property
    def wanted(self) -> str:
        """What was expected as a person reads it: «até 1.000,00»."""
        return f"{self.finding.hit.bound} {self.expected}".strip()

    @property
    def difference(self) -> str:
        has_both = self.finding.hit.found is not None and self.finding.hit.expected is not None
        return brazilian(self.finding.difference) if has_both else "–"

    def _amount(self, value: int | None) -> str:
        return "–" if value is None else brazilian(value)


@dataclass(frozen=True)
class ShownGroup:
    """A cause, and what follows from it."""

    cause: Shown
    consequences: list[Shown]

    @property
    def folder(self) -> str:
        return self.cause.place.slug if self.cause.place else PERIOD

    @property
    def blocks(self) -> bool:
        return self.cause.finding.blocks


@dataclass(frozen=True)
class Filter:
    """A way to narrow the report, with how many causes it leaves."""

    slug: str
    label: str
    count: int


def groups_of(report: Report) -> list[ShownGroup]:
    return [_shown_group(group) for group in report.groups]


def _shown_group(group: Group) -> ShownGroup:
    return ShownGroup(_shown(group.cause), [_shown(each) for each in group.consequences])


def _shown(finding: Finding) -> Shown:
    return Shown(finding, place_of(finding.hit.cells[0]) if finding.hit.cells else None)


def filters_of(groups: list[ShownGroup]) -> list[Filter]:
    """All, by severity, and by folder where there is something."""
    blocking = sum(group.blocks for group in groups)
    by_folder = Counter(group.folder for group in groups)
    labels = {slug: f"Pasta {folder.label}" for slug, folder in FOLDERS.items()}
    labels |= {SUMMARY: "Totais", PERIOD: "Períodos"}
    return [
        Filter(ALL, "Todas", len(groups)),
        Filter(BLOCKING, "Impeditivas", blocking),
        Filter(WARNINGS, "Avisos", len(groups) - blocking),
        *(Filter(slug, label, by_folder[slug]) for slug, label in labels.items() if by_folder[slug]),
    ]


def narrowed(groups: list[ShownGroup], slug: str) -> list[ShownGroup]:
    """Those that a filter leaves; an unknown one leaves all."""
    if slug == BLOCKING:
        return [group for group in groups if group.blocks]
    if slug == WARNINGS:
        return [group for group in groups if not group.blocks]
    if slug in (*FOLDERS, SUMMARY, PERIOD):
        return [group for group in groups if group.folder == slug]
    return groups


def csv_of(report: Report) -> str:
    """One line for each finding; nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for number, group in enumerate(groups_of(report), 1):
        for relation, shown in _related(group):
            finding = shown.finding
            amounts = (shown.found, shown.expected, shown.difference)
            texts = (finding.code, finding.severity.value, finding.hit.message, ", ".join(finding.hit.cells))
            row = (str(number), relation, *texts, *amounts, shown.rule.law, shown.rule.remedy)
            writer.writerow(harmless(row))
    return out.getvalue()


def _related(group: ShownGroup) -> Iterator[tuple[str, Shown]]:
    yield "causa", group.cause
    yield from (("decorre", each) for each in group.consequences)
