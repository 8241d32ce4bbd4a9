"""«Relatório por microárea»: who is synchronized, who could not be and why, and what is still at risk of glosa."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from cadsus.models import Citizen, MicroArea, Posting
from cadsus.offices import MODULE
from cadsus.workplaces import UnitReport
from common import sheets
from common.actor import Actor
from common.legal_time import BRASILIA

Status = Citizen.Status
OUT_OF_AREA = "Fora das microáreas"
NOT_CHECKED = "Ainda não conferido"
CHANGED = "Dados do CADSUS mudaram depois da sincronização"
# A cell that a spreadsheet would take for a formula.
HEADER = (
    "Microárea", "Prontuário", "Nome", "Nascimento", "CNS", "CPF", "Grupo", "Situação", "Motivo", "Data",
    "Profissional",
)  # fmt: skip


class Group(StrEnum):
    """The two groups of the report, the second by its reasons."""

    SYNCHRONIZED = "synchronized"
    REVENUE = "revenue"
    DOWN = "down"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            Group.SYNCHRONIZED: "Sincronizados",
            Group.REVENUE: "Receita Federal",
            Group.DOWN: "CADSUS indisponível",
            Group.OTHER: "Outros",
        }[self]


# What of the status puts somebody in each group; who is in none of these is among the others.
OF_GROUP = {
    Group.SYNCHRONIZED: Q(status=Status.SYNCHRONIZED),
    Group.REVENUE: Q(status=Status.PENDING_REVENUE) | Q(status=Status.JUSTIFIED, finding="J02"),
    Group.DOWN: Q(status=Status.PENDING_DOWN) | Q(status=Status.JUSTIFIED, finding="J03"),
}
OF_GROUP[Group.OTHER] = ~(OF_GROUP[Group.SYNCHRONIZED] | OF_GROUP[Group.REVENUE] | OF_GROUP[Group.DOWN])


def group_of(citizen: Citizen) -> Group:
    """The same, of one row."""
    if citizen.status == Status.SYNCHRONIZED:
        return Group.SYNCHRONIZED
    if citizen.status == Status.PENDING_REVENUE or citizen.finding == "J02":
        return Group.REVENUE
    return Group.DOWN if citizen.status == Status.PENDING_DOWN or citizen.finding == "J03" else Group.OTHER


@dataclass(frozen=True)
class Line:
    """One microarea in numbers; `agent` is who visits it."""

    label: str
    agent: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def synchronized(self) -> int:
        return self.counts.get(Group.SYNCHRONIZED, 0)

    @property
    def revenue(self) -> int:
        return self.counts.get(Group.REVENUE, 0)

    @property
    def down(self) -> int:
        return self.counts.get(Group.DOWN, 0)

    @property
    def other(self) -> int:
        return self.counts.get(Group.OTHER, 0)

    @property
    def at_risk(self) -> int:
        """Production of these may still be glosada: their data are not those of the CADSUS."""
        return self.total - self.synchronized

    @property
    def percent(self) -> float:
        return round(100 * self.synchronized / self.total, 1) if self.total else 0.0

    @property
    def meter(self) -> str:
        """The same for a <progress>, which reads a point."""
        return f"{self.percent:.1f}"


def rows_of(report: UnitReport, *, actor: Actor, microarea: int | None = None, group: str = "") -> QuerySet[Citizen]:
    """The people of a unit with their group; of an agent only those of the own microarea."""
    rows = Citizen.objects.visible_to(actor).filter(establishment=report.cnes)
    if not _reads_whole_unit(actor, report):
        rows = rows.filter(microarea__agent__link__person__user=actor.account_id)
    if microarea:
        rows = rows.filter(microarea=microarea)
    if group:
        rows = rows.filter(OF_GROUP[Group(group)])
    return rows.select_related("microarea__area", "found_by", "synchronized_by").order_by(
        F("microarea__area__code").asc(nulls_last=True), "microarea__code", "name", "pk"
    )


def listed(rows: QuerySet[Citizen], group: str) -> QuerySet[Citizen]:
    """Those of a group; without one, everybody who is not synchronized."""
    return rows.filter(OF_GROUP[Group(group)]) if group else rows.exclude(OF_GROUP[Group.SYNCHRONIZED])


def microareas_of(report: UnitReport, *, actor: Actor) -> list[MicroArea]:
    rows = MicroArea.objects.filter(area__establishment=report.cnes)
    if not _reads_whole_unit(actor, report):
        rows = rows.filter(agent__link__person__user=actor.account_id)
    return list(rows.select_related("area", "agent__link__person").order_by("area__code", "code"))


def microareas_of_unit(cnes: str) -> list[MicroArea]:
    """All of a unit, for choosing one."""
    return list(MicroArea.objects.filter(area__establishment=cnes).select_related("area"))


def lines_of(report: UnitReport, rows: QuerySet[Citizen], *, actor: Actor) -> tuple[list[Line], Line]:
    """A line for each microarea, and the total. Two queries, however many people there are."""
    counts: dict[int | None, dict[str, int]] = {}
    numbers = {group.value: Count("pk", filter=condition) for group, condition in OF_GROUP.items()}
    for row in rows.order_by().values("microarea").annotate(**numbers):
        found: dict[str, Any] = dict(row)
        counts[found.pop("microarea")] = found
    lines = [
        Line(f"{microarea.area.code}/{microarea.code}", _agent(microarea), counts.pop(microarea.pk))
        for microarea in microareas_of(report, actor=actor)
        if microarea.pk in counts
    ]
    lines += [Line(OUT_OF_AREA, "", found) for found in counts.values()]
    total: dict[str, int] = {}
    for line in lines:
        for group, people in line.counts.items():
            total[group] = total.get(group, 0) + people
    return lines, Line("Total", "", total)


def reason_of(citizen: Citizen) -> str:
    """Why somebody is not synchronized, in words."""
    if citizen.status == Status.STALE:
        return CHANGED
    if citizen.status == Status.SYNCHRONIZED:
        return ""
    return f"{citizen.finding} {citizen.finding_text}" if citizen.finding else NOT_CHECKED


def cells_of(citizen: Citizen) -> tuple[str, ...]:
    """One person of the report: what the table, the CSV and the PDF show."""
    at, who = (
        (citizen.synchronized_at, citizen.synchronized_by)
        if citizen.status == Status.SYNCHRONIZED
        else (citizen.found_at, citizen.found_by)
    )
    microarea = citizen.microarea
    return (
        f"{microarea.area.code}/{microarea.code}" if microarea else OUT_OF_AREA,
        citizen.chart,
        citizen.name,
        f"{citizen.birth_date:%d/%m/%Y}" if citizen.birth_date else "",
        citizen.masked_cns,
        citizen.masked_cpf,
        group_of(citizen).label,
        citizen.get_status_display(),
        reason_of(citizen),
        f"{at.astimezone(BRASILIA):%d/%m/%Y %H:%M}" if at else "",
        who.name if who else "",
    )


def csv_lines(rows: QuerySet[Citizen], *, until: datetime) -> Iterator[str]:
    """The CSV line by line."""
    about = f"até {until.astimezone(BRASILIA):%d/%m/%Y %H:%M}"
    cells = (cells_of(citizen) for citizen in rows.iterator(chunk_size=500))
    return sheets.csv_lines(about=about, header=HEADER, rows=cells)


def _agent(microarea: MicroArea) -> str:
    return microarea.agent.link.person.name if microarea.agent else "sem agente"


def _reads_whole_unit(actor: Actor, report: UnitReport) -> bool:
    unit, role = int(report.cnes), Posting.Function
    return actor.holds(MODULE, role.MANAGER, unit_id=unit) or actor.holds(
        MODULE, role.MUNICIPAL_IT, entity_id=report.entity_id
    )
