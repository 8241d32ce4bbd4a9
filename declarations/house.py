"""What the declaration brings to the house."""

from accounts.models import User
from accounts.session import BOND
from common.house import DueKind, Entry, Queue
from common.ui import Tone
from declarations import fidelity
from declarations.permissions import Permission
from declarations.services import calendar
from siops.models.scoped import MANAGER, TECHNICIAN

DUE_KINDS = (
    DueKind("period_opening", calendar.openings, calendar.next_opening, calendar.keep_calendar),
    DueKind("period_deadline", calendar.deadlines),
)
SEEN_BY = (
    MANAGER,
    TECHNICIAN,
    User.StaffRole.SIOPS_COORDINATION,
    User.StaffRole.AUDITOR,
    User.StaffRole.ADMINISTRATOR,
)
MENU = (Entry("Painel do ente", "declarations:panel", frozenset({BOND}), Permission.VIEW_DECLARATION),)
QUEUES = (
    Queue(
        "Calendário dos bimestres",
        "Abertura e prazo do envio",
        "calendar-days",
        "declarations:period_list",
        Permission.READ_CALENDAR,
    ),
)
VERBS = {
    "period.moved": "Prazo do bimestre mudado",
    "declaration.opened": "Declaração do bimestre aberta",
    "declaration.columns_kept": "Colunas da planilha do município guardadas",
    "declaration.imported": "Dados trazidos para a declaração",
    "declaration.justified": "Estorno justificado na declaração",
    "declaration.packed": "Arquivo para transmissão gravado",
    "declaration.saved": "Declaração do bimestre salva",
    "declaration.verified": "Críticas da declaração verificadas",
}
TONES = {
    "with_findings": Tone.DANGER,
    "validated": Tone.SUCCESS,
    "packed": Tone.SUCCESS,
    "transmitted": Tone.INFO,
    "homologated": Tone.SUCCESS,
    "substituted": Tone.NEUTRAL,
    "rectified": Tone.NEUTRAL,
}
FIDELITY, NOT_YET = fidelity.AREAS, fidelity.NOT_YET
