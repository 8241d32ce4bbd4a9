"""What the CADSUS and the SISRede bring to the house."""

from collections.abc import Iterator
from datetime import datetime

from accounts.models import User
from cadsus import doors, fidelity, fidelity_sisrede, fidelity_web, fidelity_wire, offices
from cadsus.api import auditing, legacy, pdq, pix, unknown
from cadsus.models import LookupPause, OperatorAccess
from cadsus.models.accesses import DECIDE_WITHIN
from cadsus.permissions import Permission
from cadsus.rail import SYNCHRONIZING
from cadsus.services import deadlines
from cadsus.session import SGOP, SISREDE
from common.house import ANONYMOUS, NOBODY, Due, DueKind, Entry, System, SystemCard, WayIn
from common.ui import Tone
from registry import lookup


def next_lapse(after: datetime) -> datetime | None:
    waiting = OperatorAccess.objects.pending().filter(asked_at__gt=after - DECIDE_WITHIN)
    first = waiting.order_by("asked_at", "pk").first()
    return first.lapses_at() if first else None


def lapses(after: datetime, until: datetime) -> Iterator[Due]:
    waiting = OperatorAccess.objects.pending().with_names()
    rows = waiting.filter(asked_at__gt=after - DECIDE_WITHIN, asked_at__lte=until - DECIDE_WITHIN)
    for row in rows.order_by("asked_at", "pk"):
        person, end = row.operator.person, row.lapses_at()
        what = f"Solicitação de {person} ao CNES {row.establishment_id} completa {DECIDE_WITHIN.days} dias sem decisão"
        yield Due(end or until, what, person.email, "EXPIRADO; 1 e-mail")


def link_changes(after: datetime, until: datetime) -> Iterator[Due]:
    for link in deadlines.links_ending(after, until):
        what = f"Termina o vínculo de {link.person} com o CNES {link.establishment_id}"
        yield Due(deadlines.end_of(link), what, link.person.email, "acesso SUSPENSO; 1 e-mail")
    for link in deadlines.links_bringing_back(after, until):
        what = f"Começa um vínculo de {link.person} com o CNES {link.establishment_id}"
        yield Due(deadlines.start_of(link.started_on), what, "gerente da unidade", "acesso PENDENTE de novo; 1 e-mail")


def cadsus_back(after: datetime, until: datetime) -> Iterator[Due]:
    end = lookup.disabled_until()
    if end and after < end <= until:
        yield Due(end, "Termina o período em que o CADSUS foi desabilitado", NOBODY, "volta a responder")


def lookups_back(after: datetime, until: datetime) -> Iterator[Due]:
    ending = LookupPause.objects.filter(until__gt=after, until__lte=until).select_related("entity__municipality")
    for pause in ending.order_by("until", "pk"):
        what = f"Termina o período em que {pause.entity} desabilitou a consulta ao CADSUS"
        yield Due(pause.until, what, NOBODY, "o SISRede volta a consultar")


DUE_KINDS = (
    DueKind("cadsus_back", cadsus_back),
    DueKind("lookups_back", lookups_back),
    DueKind("operator_access_lapse", lapses, next_lapse, deadlines.record_lapses),
    DueKind("operator_link_change", link_changes, deadlines.next_change_of_links, deadlines.record_links),
)
SEEN_BY = (offices.UNIT_MANAGER, offices.MUNICIPAL_IT, User.StaffRole.AUDITOR, User.StaffRole.ADMINISTRATOR)
KINDS = (SGOP, SISREDE)
MACHINE_PATHS = (
    "/cadsus/v2/",
    "/cadsus/PDQSupplier",
    "/cadsus/PIXManager",
    "/cadsus/CadsusService/",
    "/cadsus/AuditoriaCadsusService/",
)
MACHINE_DOORS = (pdq.DOOR, pix.DOOR, legacy.DOOR, auditing.DOOR, unknown.DOOR)
SYSTEMS = (
    System("/cadsus/", doors.CADSUS_DOOR, "CADSUS", "cadsus:home"),
    System("/sisrede/", doors.SISREDE_DOOR, "SISRede", "cadsus:sisrede_home"),
)
PASSWORD_DOORS = (doors.SISREDE,)
MENU = (
    Entry("CADSUS", "cadsus:home", frozenset({ANONYMOUS, SGOP})),
    Entry("Minhas solicitações", "cadsus:request_list", frozenset({SGOP}), Permission.ASK_ACCESS),
    Entry("CADSUSWEB", "cadsus:web_home", frozenset({SGOP}), Permission.CONSULT_REGISTRY),
    Entry(
        "Aprovações pendentes",
        "cadsus:approval_pending",
        frozenset({SGOP}),
        Permission.DECIDE_REQUEST,
        group="Aprovações",
    ),
    Entry(
        "Aprovações realizadas",
        "cadsus:approval_done",
        frozenset({SGOP}),
        Permission.DECIDE_REQUEST,
        group="Aprovações",
    ),
    Entry("Operadores", "cadsus:operator_manage", frozenset({SGOP}), Permission.DECIDE_REQUEST, group="Acessos"),
    Entry("Máquinas", "cadsus:machine_manage", frozenset({SGOP}), Permission.DECIDE_REQUEST, group="Acessos"),
    Entry("Vínculos", "cadsus:link_list", frozenset({SGOP}), Permission.KEEP_LINKS, group="Acessos"),
    Entry("SISRede", "cadsus:sisrede_home", frozenset({SISREDE}), Permission.ENTER_SISREDE),
    Entry("Relatórios", "cadsus:report_list", frozenset({SISREDE}), Permission.READ_REPORT),
    Entry("Consulta ao CADSUS", "cadsus:lookup_pause", frozenset({SISREDE}), Permission.PAUSE_LOOKUP),
)
HOMES = (
    Entry("Início", "cadsus:home", frozenset({SGOP})),
    Entry("Início", "cadsus:sisrede_home", frozenset({SISREDE})),
)
VERBS = {
    "citizen.address_changed": "Endereço do usuário alterado no SISRede",
    "citizen.attended": "Atendimento aberto",
    "citizen.candidate_chosen": "Cadastro do CADSUS escolhido entre vários",
    "citizen.consultation_cancelled": "Conferência com o CADSUS cancelada",
    "citizen.consulted": "CADSUS consultado",
    "citizen.justification_corrected": "Justificativa corrigida",
    "citizen.justified": "Não sincronização justificada",
    "citizen.linked": "Usuário vinculado ao domicílio",
    "citizen.newborn_registered": "Prontuário de RN aberto",
    "citizen.registered": "Prontuário aberto",
    "citizen.synchronized": "Cadastro sincronizado com o CADSUS",
    "citizen.unlinked": "Usuário desvinculado do domicílio",
    "detection.asked": "Procura de duplicidades pedida",
    "detection.finished": "Procura de duplicidades terminada",
    "link.ended": "Vínculo com o CNES encerrado",
    "link.started": "Vínculo com o CNES iniciado",
    "lookup.paused": "Consulta ao CADSUS desabilitada no município",
    "lookup.resumed": "Consulta ao CADSUS habilitada de novo no município",
    "machine.approved": "Máquina aprovada",
    "machine.asked": "Máquina solicitada",
    "machine.denied": "Máquina negada",
    "machine.revoked": "Máquina revogada",
    "operator.registered": "Operador do CADSUS cadastrado",
    "operator_access.approved": "Acesso de operador aprovado",
    "operator_access.asked": "Acesso de operador solicitado",
    "operator_access.cancelled": "Solicitação de acesso cancelada",
    "operator_access.denied": "Acesso de operador negado",
    "operator_access.expired": "Solicitação de acesso expirada",
    "operator_access.resumed": "Acesso de operador volta a esperar aprovação",
    "operator_access.revoked": "Acesso de operador revogado",
    "operator_access.started": "Solicitação de acesso iniciada",
    "operator_access.suspended": "Acesso de operador suspenso",
    "cns.aggregated": "CNS agregado por sistema",
    "cns.given": "CNS definitivo gerado",
    "person.consulted": "Cadastro nacional consultado",
    "person.corrected": "Cadastro nacional corrigido",
    "person.created": "Cadastro nacional incluído",
    "person.inactivated": "Cadastro nacional inativado",
    "person.reactivated": "Cadastro nacional reativado",
    "suspected_pair.dismissed": "Par dado como não duplicado",
    "suspected_pair.postponed": "Suspeita de duplicidade adiada",
    "unification.confirmed": "Cadastros unificados",
    "unification.undone": "Unificação desfeita",
    "registry.searched": "Base nacional pesquisada",
}
RECORDED = (
    "operator_access.approved",
    "operator_access.revoked",
    "person.inactivated",
    "unification.confirmed",
    "unification.undone",
)
TONES = {
    "synchronized": Tone.SUCCESS,
    "not_synchronized": Tone.NEUTRAL,
    "pending_revenue": Tone.WARNING,
    "pending_down": Tone.WARNING,
    "pending_no_cns": Tone.DANGER,
    "pending_unification": Tone.DANGER,
    "pending_cpf": Tone.WARNING,
    "justified": Tone.INFO,
    "stale": Tone.WARNING,
    "approved": Tone.SUCCESS,
    "pending": Tone.WARNING,
    "suspended": Tone.WARNING,
    "draft": Tone.NEUTRAL,
    "denied": Tone.DANGER,
    "revoked": Tone.DANGER,
    "suspected": Tone.WARNING,
    "not_duplicate": Tone.NEUTRAL,
    "unified": Tone.SUCCESS,
    "undone": Tone.NEUTRAL,
}
FIDELITY = (*fidelity.AREAS, fidelity_web.AREA, fidelity_wire.AREA, *fidelity_sisrede.AREAS)
NOT_YET = (*fidelity.NOT_YET, *fidelity_web.NOT_YET, *fidelity_wire.NOT_YET)
GAPS = (*fidelity.GAPS, *fidelity_web.GAPS, *fidelity_wire.GAPS, *fidelity_sisrede.GAPS)
RAILS = (SYNCHRONIZING,)
WAYS_IN = (
    WayIn("SGOP e CADSUSWEB: conta gov.br (simulada)", doors.CADSUS_DOOR, is_for_demo=True),
    WayIn("SISRede: CPF e senha", doors.SISREDE_DOOR),
)
SYSTEM_CARDS = (
    SystemCard("CADSUS", "Acesso do operador; consulta, cadastro e unificação de pessoas.", "cadsus:home"),
    SystemCard(
        "SISRede", "Recepção, coleta, farmácia e cadastro das unidades de Belo Horizonte.", "cadsus:sisrede_home"
    ),
)
