"""What the SIOPS brings to the house."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from accounts.models import User
from accounts.session import BOND
from common.house import ANONYMOUS, Due, DueKind, Entry, Queue, System, SystemCard, WayIn
from common.ui import Tone
from siops import automatic, desk, doors, fidelity
from siops.models.scoped import COUNCIL, COURT, MANAGER, TECHNICIAN
from siops.permissions import Permission
from siops.rail import CHANGE_OF_MANAGERS
from siops.services import certificate_notices, ends_of_term
from siops.services.registry import RENEWAL, legal_date


def next_notice(after: datetime) -> datetime | None:
    first = certificate_notices.expiring_managers(at=after).filter(certificate_ends_at__gt=after + RENEWAL).first()
    ends_at: datetime | None = getattr(first, "certificate_ends_at", None)
    return ends_at - RENEWAL if ends_at else None


def notices(after: datetime, until: datetime) -> Iterator[Due]:
    managers = certificate_notices.expiring_managers(at=after)
    due = managers.filter(certificate_ends_at__gt=after + RENEWAL, certificate_ends_at__lte=until + RENEWAL)
    for row in due:
        ends_at: datetime = row.certificate_ends_at
        yield Due(ends_at - RENEWAL, f"Certificado de {row.person.name}: aviso de 30 dias", row.email, "1 e-mail")


def next_end_of_term(after: datetime) -> datetime | None:
    first = ends_of_term.ends_between(legal_date(after), date.max).first()
    return ends_of_term.end_of(first.ends_on) if first and first.ends_on else None


def terms(after: datetime, until: datetime) -> Iterator[Due]:
    for row in ends_of_term.ends_between(legal_date(after), legal_date(until) - timedelta(days=1)):
        what = f"Termina a vigência de {row.person.name} ({row.get_role_display()}) em {row.entity}"
        yield Due(ends_of_term.end_of(row.ends_on or date.max), what, row.email, "perde o acesso; 1 e-mail")


DUE_KINDS = (
    DueKind("manager_notice", notices, next_notice, certificate_notices.warn_of_expiry, only_tells=True),
    DueKind("end_of_term", terms, next_end_of_term, ends_of_term.tell_ends_of_term, only_tells=True),
    *automatic.DUE_KINDS,
)

SEEN_BY = (
    MANAGER,
    TECHNICIAN,
    COUNCIL,
    COURT,
    User.StaffRole.SIOPS_COORDINATION,
    User.StaffRole.FNS_CHECKER,
    User.StaffRole.AUDITOR,
    User.StaffRole.ADMINISTRATOR,
)
PERSON, STAFF = User.Kind.PERSON, User.Kind.STAFF
# A session bound to an entity and a role, whoever the person is elsewhere.
BOUND = BOND
KINDS = (BOUND,)
SYSTEMS = (System("/siops/", doors.SIOPS_DOOR, "SIOPS", "siops:home"),)
PASSWORD_DOORS = (doors.TECHNICIAN,)
MENU = (
    Entry("SIOPS", "siops:home", frozenset({ANONYMOUS, PERSON, STAFF, BOUND})),
    Entry("Módulo de Gestores", "siops:manager_list", frozenset({BOUND}), Permission.VIEW_MANAGERS, group="Gestores"),
    Entry("Mudança de gestores", "siops:checklist", frozenset({BOUND}), Permission.VIEW_MANAGERS, group="Gestores"),
    Entry(
        "Cadastro no FNS", "siops:fund_update_list", frozenset({BOUND}), Permission.VIEW_FUND_RECORD, group="Gestores"
    ),
    Entry("Chamados", "siops:ticket_list", frozenset({BOUND}), Permission.VIEW_TICKET),
    Entry(
        "Posto da certificadora",
        "siops:certifier_list",
        frozenset({STAFF}),
        Permission.READ_COUNTER,
        group="Filas do SIOPS",
    ),
    Entry(
        "FNS/SECON", "siops:fund_update_queue", frozenset({STAFF}), Permission.READ_FUND_RECORDS, group="Filas do SIOPS"
    ),
    Entry("Chamados", "siops:ticket_queue", frozenset({STAFF}), Permission.READ_TICKETS, group="Filas do SIOPS"),
)
HOMES = (Entry("Início", "siops:home", frozenset({STAFF, BOUND})),)
QUEUES = (
    Queue(
        "Posto da certificadora",
        "Atendimento e emissão",
        "id-card",
        "siops:certifier_list",
        Permission.READ_COUNTER,
        desk.COUNTER,
    ),
    Queue(
        "Ofícios",
        "Mudança do Chefe do Executivo",
        "envelope",
        "siops:letter_queue",
        Permission.READ_LETTERS,
        desk.LETTERS,
    ),
    Queue(
        "Tribunais de Contas",
        "Convites do controle externo",
        "scale-balanced",
        "siops:court_list",
        Permission.READ_COURTS,
    ),
    Queue("Carga da eleição", "Arquivo dos eleitos", "upload", "siops:election_list", Permission.READ_ELECTIONS),
    Queue(
        "Cadastros no FNS",
        "Conferência do Anexo I",
        "folder-open",
        "siops:fund_update_queue",
        Permission.READ_FUND_RECORDS,
        desk.FUND_UPDATES,
    ),
    Queue(
        "Chamados dos entes",
        "Respostas e liberações",
        "headset",
        "siops:ticket_queue",
        Permission.READ_TICKETS,
        desk.TICKETS,
    ),
)
VERBS = {
    "certifier.attendant_assigned": "Atendente posto na certificadora",
    "manager.term_over": "Vigência do gestor terminou",
    "attachment.added": "Documento anexado",
    "attachment.given": "Documento baixado",
    "certification.activated": "Certificado ativado na 4ª etapa",
    "certification.cancelled": "Pedido de certificado cancelado",
    "certification.file_delivered": "Arquivo do certificado entregue",
    "certification.issued": "Certificado emitido no posto",
    "certification.lapsed": "Pedido de certificado encerrado por prazo",
    "certification.refused": "Atendimento recusado no posto",
    "certification.requested": "Certificado solicitado",
    "certification.scheduled": "Atendimento agendado",
    "council.link_asked": "Link de acesso do Conselho pedido",
    "council.link_sent": "Link de acesso do Conselho enviado",
    "court.ended": "Convite do Tribunal de Contas encerrado",
    "court.invited": "Convite ao Tribunal de Contas feito",
    "election.loaded": "Resultado da eleição carregado",
    "fund_update.approved": "Atualização cadastral aprovada",
    "fund_update.opened": "Atualização cadastral aberta",
    "fund_update.returned": "Atualização cadastral devolvida",
    "fund_update.saved": "Anexo I salvo",
    "fund_update.sent": "Atualização cadastral enviada",
    "fund_update.taken": "Conferência iniciada",
    "letter.approved": "Ofício aprovado",
    "letter.returned": "Ofício devolvido",
    "letter.sent": "Ofício enviado",
    "manager.confirmed": "Gestor confirmado",
    "manager.ended": "Cadastro do gestor encerrado",
    "manager.head_changed": "Chefe do Executivo mudou",
    "manager.registered": "Gestor cadastrado",
    "manager.substituted": "Gestor substituído",
    "manager.term_changed": "Vigência do gestor alterada",
    "manager.to_confirm": "Gestor a confirmar",
    "rule.released": "Crítica liberada",
    "technician.contact_changed": "Contato do responsável pelo envio alterado",
    "technician.entered_first": "Primeiro acesso do responsável pelo envio",
    "technician.registered": "Responsável pelo envio cadastrado",
    "technician.substituted": "Responsável pelo envio substituído",
    "technician.to_register_again": "Responsável pelo envio a recadastrar",
}
RECORDED = (
    "certification.activated",
    "fund_update.approved",
    "letter.approved",
    "manager.confirmed",
    "manager.ended",
    "manager.registered",
    "manager.substituted",
    "technician.registered",
    "technician.substituted",
)
STEP_UP = (
    Permission.CHECK_FUND_RECORD,
    Permission.INVITE_COURT,
    Permission.ISSUE_CERTIFICATE,
    Permission.LOAD_ELECTION,
    Permission.RELEASE_RULE,
    Permission.REVIEW_LETTER,
)
TONES = {
    "active": Tone.SUCCESS,
    "approved": Tone.SUCCESS,
    "activated": Tone.SUCCESS,
    "under_check": Tone.WARNING,
    "draft": Tone.NEUTRAL,
    "sent": Tone.INFO,
    "issued": Tone.INFO,
    "requested": Tone.INFO,
    "scheduled": Tone.INFO,
    "returned": Tone.DANGER,
}
FIDELITY = fidelity.AREAS
WAYS_IN = (
    WayIn("Certificado do navegador", "siops:sign_in"),
    WayIn("Token virtual e PIN", "siops:sign_in_virtual"),
    WayIn("Responsável pelo envio: CPF e senha", "siops:technician_sign_in"),
    WayIn("Conselho de Saúde: link no e-mail", "siops:council_sign_in"),
)
SYSTEM_CARDS = (SystemCard("SIOPS", "Gestores, certificado, responsável pelo envio e cadastro no FNS.", "siops:home"),)
RAILS = (CHANGE_OF_MANAGERS,)
