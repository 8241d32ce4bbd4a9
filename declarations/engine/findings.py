"""What the rules found, each under its cause: a person mends the cause, and what followed from it goes with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from declarations.engine.case import Hit
from declarations.engine.layouts import Layout


class Severity(StrEnum):
    BLOCKING = "impeditiva"
    WARNING = "aviso"


class Finding(NamedTuple):
    """One hit of one rule, with the severity that it has in the period and whatever lowered it."""

    code: str
    severity: Severity
    hit: Hit
    # Whether it is about a total that was declared wrong.
    is_total: bool = False
    # «justificada» or «liberada»: why a blocking rule only warns here.
    lowered_by: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCKING

    @property
    def difference(self) -> int:
        return abs((self.hit.found or 0) - (self.hit.expected or 0))


@dataclass
class Group:
    """Findings with one cause, in the order in which they follow from each other."""

    findings: list[Finding] = field(default_factory=list)

    @property
    def cause(self) -> Finding:
        """The first that blocks; the first of all, when none does."""
        return next((each for each in self.findings if each.blocks), self.findings[0])

    @property
    def consequences(self) -> list[Finding]:
        return [each for each in self.findings if each is not self.cause]


def grouped(findings: Iterable[Finding], layout: Layout) -> list[Group]:
    """Blocking groups first, each kind in the order of the demonstrativo."""
    groups: list[Group] = []
    owners: dict[str, Group] = {}
    for finding in sorted(findings, key=lambda each: _place(each, layout)):
        group = _home(finding, owners, layout) or _sibling(finding, groups, layout)
        if group is None:
            group = Group()
            groups.append(group)
        group.findings.append(finding)
        for name in finding.hit.cells:
            owners.setdefault(name, group)
    return sorted(groups, key=lambda group: not group.cause.blocks)


def _place(finding: Finding, layout: Layout) -> int:
    return min((layout.place[name] for name in finding.hit.cells), default=len(layout.place))


def _home(finding: Finding, owners: dict[str, Group], layout: Layout) -> Group | None:
    """The group of the nearest cell, of this finding or of those from which its cells follow."""
    own = next((owners[name] for name in finding.hit.cells if name in owners), None)
    if own is not None:
        return own
    origins: set[str] = set().union(*(layout.origins.get(name, ()) for name in finding.hit.cells))
    nearest = max(origins & owners.keys(), key=layout.place.__getitem__, default=None)
    return owners[nearest] if nearest else None


def _sibling(finding: Finding, groups: list[Group], layout: Layout) -> Group | None:
    """A total that is off by as much as another that sums one of the same typed cells."""
    if not finding.is_total:
        return None
    typed = _typed(finding, layout)
    for group in groups:
        for each in group.findings:
            if each.is_total and each.difference == finding.difference and typed & _typed(each, layout):
                return group
    return None


def _typed(finding: Finding, layout: Layout) -> frozenset[str]:
    origins: set[str] = set().union(*(layout.origins.get(name, ()) for name in finding.hit.cells))
    return frozenset(origins - layout.computed)
