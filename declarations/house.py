"""What the declaration brings to the house."""

from accounts.models import User
from accounts.session import BOND
from common.house import DueKind, Entry, Queue
from common.ui import Tone
from declarations import fidelity
from declarations.api import door
from declarations.permissions import Permission
from declarations.services import calendar, waiting
from siops.models.scoped import MANAGER, TECHNICIAN
from siops.permissions import Permission as OfSiops

DUE_KINDS = (
    DueKind("period_opening", calendar.openings, calendar.next_opening, calendar.keep_calendar),
    DueKind("period_deadline", calendar.deadlines),
    DueKind("homologation_reminder", waiting.reminders, waiting.next_reminder, waiting.remind, only_tells=True),
)
SEEN_BY = (
    MANAGER,
    TECHNICIAN,
    User.StaffRole.SIOPS_COORDINATION,
    User.StaffRole.AUDITOR,
    User.StaffRole.ADMINISTRATOR,
)
MENU = (
    Entry("Painel do ente", "declarations:panel", frozenset({BOND}), Permission.VIEW_DECLARATION, group="Declaração"),
    Entry(
        "Token do transmissor", "declarations:token_page", frozenset({BOND}), Permission.ISSUE_TOKEN, group="Declaração"
    ),
    Entry("DOWNLOAD", "declarations:downloads", frozenset({BOND}), OfSiops.SEND_DATA, group="Declaração"),
    Entry("Transmissor", "declarations:transmitter", frozenset({BOND}), OfSiops.SEND_DATA, group="Declaração"),
    Entry(
        "Homologação", "declarations:homologation_choose", frozenset({BOND}), Permission.HOMOLOGATE, group="Declaração"
    ),
)
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
    "declaration.homologated": "Declaração do bimestre homologada",
    "declaration.opened": "Declaração do bimestre aberta",
    "declaration.columns_kept": "Colunas da planilha do município guardadas",
    "declaration.imported": "Dados trazidos para a declaração",
    "declaration.justified": "Estorno justificado na declaração",
    "declaration.packed": "Arquivo para transmissão gravado",
    "declaration.rectification_opened": "Retificação da declaração aberta",
    "declaration.rejected": "Transmissão rejeitada",
    "declaration.returned": "Declaração devolvida ao responsável pelo envio",
    "declaration.saved": "Declaração do bimestre salva",
    "declaration.substituted": "Versão transmitida substituída por outra",
    "declaration.transmitted": "Declaração transmitida",
    "declaration.verified": "Críticas da declaração verificadas",
    "transmission_token.issued": "Token do transmissor emitido",
    "transmission_token.revoked": "Token do transmissor revogado",
}
RECORDED = ("declaration.homologated", "declaration.rectification_opened", "declaration.returned")
TONES = {
    "with_findings": Tone.DANGER,
    "validated": Tone.SUCCESS,
    "packed": Tone.SUCCESS,
    "transmitted": Tone.INFO,
    "rejected": Tone.DANGER,
    "homologated": Tone.SUCCESS,
    "substituted": Tone.NEUTRAL,
    "rectified": Tone.NEUTRAL,
}
MACHINE_DOORS = (door.DOOR,)
FIDELITY, NOT_YET = fidelity.AREAS, fidelity.NOT_YET
