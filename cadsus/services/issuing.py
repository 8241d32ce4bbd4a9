"""The papers of the SISRede, issued at «Emitir»: numbered, sealed, kept, checkable. Screen and CSV are not papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cadsus.decision import for_the_citizen
from cadsus.models import Consultation, Posting
from cadsus.offices import house_number
from cadsus.permissions import Permission
from cadsus.services import consulting, papers, reporting
from cadsus.services.showing import shown
from cadsus.workplaces import UnitReport, Workplace
from common import permissions
from common.actor import Actor
from documents.models import Paper
from documents.services.issuing import Draft, find_paper, issue_edition, issue_paper
from documents.services.signatories import Signatory
from territory.models import Establishment

UPDATE, REPORT = "atualizacao-cadastral", "relatorio-microarea"


@dataclass(frozen=True)
class Narrowed:
    """What a report is narrowed by: one microarea, one group."""

    microarea: int | None = None
    group: str = ""


def issue_update_form(*, consultation_id: int, place: Workplace, by: Actor, at: datetime) -> Paper:
    """«Atualização de dados cadastrais» to hand over: one for each consultation of one's own, however often printed.

    Neither its title nor its process name the citizen: both are public. Raises NotPermitted.
    """
    permissions.require(by, Permission.SYNCHRONIZE, place)
    rows = Consultation.objects.visible_to(by).select_related("citizen__establishment")
    consultation = rows.get(pk=consultation_id)
    if found := find_paper(kind=UPDATE, target=consultation):
        return found
    citizen = consultation.citizen
    review = consulting.review(consultation, at=at)
    fields = shown(review)
    body = papers.update_form(
        name=citizen.name,
        chart=citizen.chart,
        unit=place.name,
        fields=[(row.label, row.local, row.national_text) for row in fields],
        reason=for_the_citizen(review.verdict),
        at=at,
    )
    subject = f"Cadastro de usuário, {place.name}"[:200]
    draft = Draft(UPDATE, papers.UPDATE_TITLE, consultation, citizen, subject, body)
    return issue_paper(draft=draft, signatories=[_signatory(place.cnes, by, at=at)], by=by, at=at)


def issue_report(*, unit: Establishment, report: UnitReport, narrowed: Narrowed, by: Actor, at: datetime) -> Paper:
    """The report by microarea as it is now: a new paper each time. Raises NotPermitted."""
    permissions.require(by, Permission.READ_REPORT, report)
    rows = reporting.rows_of(report, actor=by, microarea=narrowed.microarea, group=narrowed.group)
    lines, total = reporting.lines_of(report, rows, actor=by)
    people = (reporting.cells_of(row) for row in rows[: papers.MOST_LINES])
    draft = Draft(
        kind=REPORT,
        title=f"{papers.REPORT_TITLE}, {unit.name}"[:200],
        target=unit,
        matter=unit,
        subject=f"Sincronização com o CADSUS, {unit.name}"[:200],
        body=papers.report(unit=unit.name, lines=lines, total=total, people=people, at=at),
    )
    return issue_edition(draft=draft, signatories=[_signatory(unit.cnes, by, at=at)], by=by, at=at)


def _signatory(cnes: str, by: Actor, *, at: datetime) -> Signatory:
    """Who issues, in the functions held in the unit (the TI, in all), by the seal: nobody has a key here."""
    held = [office for office in by.offices if office.unit_id == house_number(cnes)] or by.offices
    functions = sorted({Posting.Function(office.role).label for office in held})
    return Signatory(by.name, " e ".join(functions), at)
