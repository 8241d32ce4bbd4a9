"""Start page of the SIOPS: the four etapas of the certificate and the doors to everything else."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.navigation import find_route


@dataclass(frozen=True)
class Card:
    """One card. Of `routes` the first that exists is opened; without one the card is only text."""

    title: str
    description: str
    icon: str
    routes: tuple[str, ...]

    @property
    def url(self) -> str:
        return find_route(*self.routes)


STAGES = (
    Card(
        "1ª ETAPA",
        "Orientações: quem precisa do certificado, tipos A1 e A3 e documentos",
        "circle-info",
        ("siops:certification_orientation",),
    ),
    Card(
        "2ª ETAPA",
        "Solicitação do certificado financiado pelo Ministério",
        "file-signature",
        ("siops:certification_request",),
    ),
    Card(
        "3ª ETAPA",
        "Agendamento na certificadora de sua preferência",
        "calendar-check",
        ("siops:certification_schedule",),
    ),
    Card(
        "4ª ETAPA",
        "Primeiro acesso com o certificado e cadastro do técnico",
        "id-card",
        ("siops:certification_activate", "siops:sign_in"),
    ),
)
MODULES = (
    Card(
        "Módulo de Gestores",
        "Cadastro do Secretário, dos substitutos e do responsável pelo envio de dados",
        "user-tie",
        ("siops:manager_list", "siops:sign_in"),
    ),
    Card(
        "Mudou o Secretário? Mudou o Prefeito?",
        "Passo a passo da mudança de gestores: quem faz cada passo e o que falta",
        "list-check",
        ("siops:checklist",),
    ),
    Card(
        "Atualização cadastral no FNS",
        "Anexo I e documentos do ente e do dirigente",
        "folder-open",
        ("siops:fund_update_list",),
    ),
    Card(
        "Chamados",
        "Técnico ainda bloqueado depois de corrigir: resposta em até 72 horas",
        "headset",
        ("siops:ticket_list",),
    ),
)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Cards for everybody; who acts in this session is said in the header of every page."""
    return render(request, "siops/home.html", {"stages": STAGES, "modules": MODULES})
