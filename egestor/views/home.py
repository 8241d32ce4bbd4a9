"""Home of the e-Gestor: the systems that who is signed in may open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import Membership
from accounts.offices import FUND, STAFF, inactive_profiles
from common import switches
from common.actor import ActorRequest
from common.navigation import home_url

NOT_SIMULATED = "Ainda não simulado"
Role = Membership.Role


@dataclass(frozen=True)
class Tile:
    """One system; without `url` it is shown and cannot be opened."""

    title: str
    description: str
    icon: str
    url: str = ""


@require_GET
def home(request: ActorRequest) -> HttpResponse:
    """«Selecione um Sistema»: fixed for a fund, the active profiles for a person."""
    actor = request.actor
    if actor.holds(STAFF):
        return redirect(home_url(request))
    if actor.holds(FUND):
        return render(request, "egestor/home.html", {"tiles": _tiles_of_fund()})
    own = Membership.objects.visible_to(actor).active().filter(person__user=actor.account_id)
    memberships = [*own.select_related("entity__municipality__uf", "entity__uf"), *inactive_profiles(actor)]
    return render(request, "egestor/home.html", {"tiles": _tiles_of(memberships, request.at)})


def _tiles_of_fund() -> list[Tile]:
    return [
        Tile(
            "GESTOR DA ATENÇÃO BÁSICA",
            "Cadastro, troca e reativação do Gestor da AB",
            "user-tie",
            reverse("egestor:ab_manager"),
        ),
        Tile(
            "TOKEN PARA IMPLANTAÇÃO e-SUS APS",
            "Geração do token do dia e tokens gerados",
            "key",
            reverse("egestor:token_create"),
        ),
        Tile(
            "INSTALAÇÃO/ATUALIZAÇÃO PEC E-SUS APS",
            "Código de 24 horas para o Gestor Técnico e códigos gerados",
            "download",
            reverse("egestor:code_create"),
        ),
        Tile("SAÚDE NA HORA", NOT_SIMULATED, "clock"),
    ]


def _tiles_of(memberships: Iterable[Membership], at: datetime) -> list[Tile]:
    """The profiles in use first; those that ninety idle days have overtaken open nothing, swept or not."""
    tiles: dict[bool, list[Tile]] = {True: [], False: []}
    for membership in memberships:
        status = membership.effective_status(at, days=switches.now().membership_idle_days)
        is_usable = status == Membership.Status.ACTIVE
        tiles[is_usable].append(_tile_of(membership) if is_usable else _inactive_tile(membership))
    return tiles[True] + tiles[False]


def _tile_of(membership: Membership) -> Tile:
    title, icon, route = _system_of(membership)
    url = reverse(route) if route else ""
    description = f"{membership.role_name} · {membership.entity}"
    return Tile(title, description if url else f"{description}. {NOT_SIMULATED}", icon, url)


def _inactive_tile(membership: Membership) -> Tile:
    title, _, _ = _system_of(membership)
    return Tile(title, f"{membership}. INATIVO por falta de acesso. Quem reativa: {membership.giver}", "user-lock")


def _system_of(membership: Membership) -> tuple[str, str, str]:
    """Title, icon and URL name of the system that the profile opens; no name when it is not simulated."""
    if membership.role == Role.AB_MANAGER:
        return "GERENCIAR USUÁRIOS", "users", "egestor:membership_list"
    if membership.role in (Role.PEC_MUNICIPAL_ADMIN, Role.PEC_INSTALLATION_ADMIN):
        return "PEC e-SUS APS (simulado)", "laptop-medical", "rnds:pec_list"
    if membership.role == Role.TECHNICAL_MANAGER:
        return "INSTALAÇÃO/ATUALIZAÇÃO PEC E-SUS APS", "download", "egestor:counter_key"
    if membership.programme == Membership.Programme.DEPLOYMENT:
        return "IMPLANTAÇÃO ESUS-APS", "certificate", "rnds:credential_list"
    if membership.programme == Membership.Programme.GERENCIA_APS:
        return "GERENCIA APS", "clipboard-list", "gerencia:home"
    return membership.get_programme_display(), "folder", ""
