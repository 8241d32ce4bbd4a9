"""Start page of the SIOPS: the four etapas of the certificate and the doors to everything else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import offices
from common import house
from common.actor import ActorRequest
from common.ui import Card, offered
from siops.permissions import Permission

STAGES = (
    Card(
        "1ª ETAPA",
        "Orientações: quem precisa do certificado, tipos A1 e A3 e documentos",
        "circle-info",
        "siops:certification_orientation",
    ),
    Card(
        "2ª ETAPA",
        "Solicitação do certificado financiado pelo Ministério",
        "file-signature",
        "siops:certification_request",
    ),
    Card(
        "3ª ETAPA",
        "Agendamento na certificadora de sua preferência",
        "calendar-check",
        "siops:certification_schedule",
    ),
    Card(
        "4ª ETAPA",
        "Primeiro acesso com o certificado e cadastro do técnico",
        "id-card",
        "siops:certification_activate",
    ),
)
MODULES = (
    Card(
        "Módulo de Gestores",
        "Cadastro do Secretário, dos substitutos e do responsável pelo envio de dados",
        "user-tie",
        "siops:manager_list",
        Permission.VIEW_MANAGERS,
    ),
    Card(
        "Novo cadastro de usuários no SIOPS",
        "No Módulo do Gestor: o Chefe do Executivo cadastra o Secretário; o Secretário, o responsável pelo envio",
        "user-plus",
        "siops:manager_list",
        Permission.VIEW_MANAGERS,
    ),
    Card(
        "Mudou o Secretário? Mudou o Prefeito?",
        "Passo a passo da mudança de gestores: quem faz cada passo e o que falta",
        "list-check",
        "siops:checklist",
    ),
    Card(
        "Atualização cadastral no FNS",
        "Anexo I e documentos do ente e do dirigente",
        "folder-open",
        "siops:fund_update_list",
        Permission.VIEW_FUND_RECORD,
    ),
    Card(
        "Chamados",
        "Técnico ainda bloqueado depois de corrigir: resposta em até 72 horas",
        "headset",
        "siops:ticket_list",
        Permission.VIEW_TICKET,
    ),
    Card(
        "Envio de dados",
        "Cadastro do responsável pelo envio; a declaração do bimestre está no Painel do ente",
        "paper-plane",
        "siops:technician_home",
        Permission.SEND_DATA,
    ),
)


@login_not_required
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """Cards for everybody, those of the role acted in, and the queues of the ministry's team and of the certifiers."""
    actor = request.actor
    is_staff = actor.holds(offices.STAFF)
    modules = [] if is_staff else offered(MODULES, actor, is_in=actor.office is not None)
    queues = [queue for queue in house.queues() if is_staff and actor.has_perm(queue.permission)]
    return render(request, "siops/home.html", {"stages": STAGES, "modules": modules, "queues": queues})
