"""Módulo de Gestores: who answers for the entity of the session, and who was registered before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_fsm import can_proceed

from common import permissions
from common.actor import Actor, ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow, RuleBroken
from common.forms.shared import put_refusal
from common.ui import paginate
from siops.forms.managers import ManagerForm, TermForm
from siops.models import HealthManager, Technician
from siops.offices import office_of
from siops.permissions import Permission
from siops.services.managers import PERMISSIONS, change_term, confirm_manager, end_manager, register_manager
from siops.services.registry import has_valid_certificate
from siops.session import office_required
from siops.views.people import prepare
from siops.views.replacement import ask_to_replace, typed, wants_to_correct

Role = HealthManager.Role
# How each registration is called in the address and on the page.
SLUGS = {
    "secretario": Role.SECRETARY,
    "substituto-do-secretario": Role.SECRETARY_SUBSTITUTE,
    "substituto-do-chefe": Role.HEAD_SUBSTITUTE,
    "conselho": Role.COUNCIL,
}
TITLES = {
    Role.HEAD: "CHEFE DO PODER EXECUTIVO",
    Role.HEAD_SUBSTITUTE: "CADASTRO DO SUBSTITUTO DO CHEFE DO PODER EXECUTIVO",
    Role.SECRETARY: "CADASTRO DO SECRETÁRIO DE SAÚDE",
    Role.SECRETARY_SUBSTITUTE: "CADASTRO DO SUBSTITUTO DO SECRETÁRIO DE SAÚDE",
    Role.COUNCIL: "CADASTRO DO CONSELHO DE SAÚDE",
}
EXAMPLE_POSITIONS = {
    Role.HEAD_SUBSTITUTE: "Vice-Prefeito",
    Role.SECRETARY: "Secretário Municipal de Saúde",
    Role.SECRETARY_SUBSTITUTE: "Secretário Adjunto de Saúde",
    Role.COUNCIL: "Presidente do Conselho de Saúde",
}
EXAMPLE_TERM = timedelta(days=30)
FOLLOWS = (
    "{former} perde o acesso por este cadastro na mesma hora.",
    "O cadastro anterior fica no histórico.",
    "{new} recebe um e-mail e, se não tem certificado válido, segue as etapas 1ª a 4ª.",
)
FOLLOWS_SECRETARY = (
    *FOLLOWS,
    "O responsável pelo envio deixa de transmitir até ser cadastrado de novo, mesmo que permaneça.",
)
NEEDS_CERTIFICATE = (
    "{name} ainda não tem um certificado digital válido e deve seguir as etapas 1ª a 4ª de «Certificado Digital»."
)


@dataclass(frozen=True)
class ManagerRow:
    """A record as the page shows it, with the buttons of who looks."""

    manager: HealthManager
    in_office: bool
    may_confirm: bool
    may_date: bool
    may_end: bool


@dataclass
class Section:
    """One kind of record and who may register it."""

    title: str
    register_url: str
    rows: list[ManagerRow] = field(default_factory=list)


@never_cache
@require_safe
@office_required
def manager_list(request: ActorRequest) -> HttpResponse:
    """The present records, one section for each role, and the technician."""
    actor = request.actor
    permissions.require(actor, Permission.VIEW_MANAGERS, office_of(actor).entity)
    allowed = _allowed(actor)
    sections = _sections(allowed)
    present = HealthManager.objects.visible_to(actor).current().exclude(role=Role.COURT)
    for manager in present.select_related("person"):
        sections[Role(manager.role)].rows.append(_row(manager, actor, allowed))
    technicians = Technician.objects.visible_to(actor).current().select_related("person", "secretary__person")
    context = {
        "sections": list(sections.values()),
        "technician": technicians.first(),
        "may_register_technician": allowed[Permission.REGISTER_TECHNICIAN],
        "may_send_letter": allowed[Permission.SEND_LETTER],
    }
    return render(request, "siops/manager_list.html", context)


@never_cache
@require_safe
@office_required
def manager_history(request: ActorRequest) -> HttpResponse:
    """Every record of the entity, the closed ones included."""
    actor = request.actor
    permissions.require(actor, Permission.VIEW_MANAGERS, office_of(actor).entity)
    managers = HealthManager.objects.visible_to(actor).exclude(role=Role.COURT)
    managers = managers.select_related("person", "registered_by")
    technicians = Technician.objects.visible_to(actor).select_related("person", "registered_by", "secretary")
    context = {
        "page": paginate(request, managers.order_by("-registered_at", "-pk")),
        "technicians": technicians.order_by("-registered_at", "-pk")[:50],
    }
    return render(request, "siops/manager_history.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def manager_register(request: ActorRequest, slug: str) -> HttpResponse:
    """T6; when it would overwrite somebody, the question comes first."""
    if slug not in SLUGS:
        raise Http404
    role, actor = SLUGS[slug], request.actor
    permissions.require(actor, PERMISSIONS[role], office_of(actor).entity)
    form = ManagerForm(role, typed(request))
    shown = prepare(form, request, actor, position=EXAMPLE_POSITIONS[role], ends_on=actor.at + EXAMPLE_TERM)
    context: dict[str, Any] = {"form": form, "title": TITLES[role], "role": role}
    if form.is_bound and not shown and not wants_to_correct(request) and form.is_valid():
        try:
            made = register_manager(
                entity_id=office_of(actor).entity_id,
                role=role,
                replaces_id=form.cleaned_data["replaces"],
                by=actor,
                at=actor.at,
                **form.values,
            )
        except RuleBroken as refusal:
            if refusal.code == "replace_needed":
                present = get_object_or_404(HealthManager.objects.visible_to(actor).current(), role=role)
                follows = FOLLOWS_SECRETARY if role == Role.SECRETARY else FOLLOWS
                return ask_to_replace(request, form, present, refusal.message, follows)
            put_refusal(form, refusal)
        else:
            _tell(request, made, actor)
            return redirect("siops:manager_list")
    return render(request, "siops/manager_register.html", context)


@require_POST
@office_required
def manager_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """The new head keeps who was registered by the former."""
    manager = _manager(request, pk)
    confirm_manager(manager_id=manager.pk, by=request.actor, at=request.actor.at)
    messages.success(request, f"{manager.person.name} continua como {manager.get_role_display()}.")
    return redirect("siops:manager_list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def manager_term(request: ActorRequest, pk: int) -> HttpResponse:
    """Dates of validity of a substitute."""
    manager = _manager(request, pk)
    permissions.require(request.actor, PERMISSIONS[Role(manager.role)], manager)
    initial = {"starts_on": manager.starts_on, "ends_on": manager.ends_on}
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with attempt(form):
            change_term(manager_id=manager.pk, by=request.actor, at=request.actor.at, **form.cleaned_data)
            messages.success(request, "Vigência alterada.")
            return redirect("siops:manager_list")
    return render(request, "siops/manager_term.html", {"form": form, "manager": manager})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def manager_end(request: ActorRequest, pk: int) -> HttpResponse:
    """«Encerrar», after a page that says what follows."""
    manager = _manager(request, pk)
    permissions.require(request.actor, PERMISSIONS[Role(manager.role)], manager)
    if not can_proceed(manager.end):
        raise NotAllowedNow(manager.get_status_display())
    if request.method == "POST":
        end_manager(manager_id=manager.pk, by=request.actor, at=request.actor.at)
        messages.success(request, f"Cadastro de {manager.person.name} encerrado.")
        return redirect("siops:manager_list")
    return render(request, "siops/manager_end.html", {"manager": manager})


def _allowed(actor: Actor) -> dict[str, bool]:
    """What who looks may do with the records of the entity, each asked once."""
    asked = {*PERMISSIONS.values(), Permission.CONFIRM_MANAGER, Permission.REGISTER_TECHNICIAN, Permission.SEND_LETTER}
    return {permission: actor.has_perm(permission, office_of(actor).entity) for permission in asked}


def _sections(allowed: dict[str, bool]) -> dict[Role, Section]:
    addresses = {role: reverse("siops:manager_register", args=[slug]) for slug, role in SLUGS.items()}
    return {
        role: Section(TITLES[role], addresses.get(role, "") if allowed[PERMISSIONS[role]] else "") for role in TITLES
    }


def _row(manager: HealthManager, actor: Actor, allowed: dict[str, bool]) -> ManagerRow:
    may_change = allowed[PERMISSIONS[Role(manager.role)]]
    return ManagerRow(
        manager=manager,
        in_office=manager.is_in_office_at(actor.at),
        may_confirm=manager.status == HealthManager.Status.TO_CONFIRM and allowed[Permission.CONFIRM_MANAGER],
        may_date=may_change and manager.role in HealthManager.SUBSTITUTES,
        may_end=may_change,
    )


def _manager(request: ActorRequest, pk: int) -> HealthManager:
    """A record of the entity of the session, or 404."""
    rows = HealthManager.objects.visible_to(request.actor).exclude(role=Role.COURT).select_related("person")
    found: HealthManager = get_object_or_404(rows, pk=pk)
    return found


def _tell(request: HttpRequest, made: HealthManager, actor: Actor) -> None:
    messages.success(request, f"{made.person.name} cadastrado(a) como {made.get_role_display()}.")
    if made.role in HealthManager.BY_CERTIFICATE and not has_valid_certificate(made.person, actor.at):
        messages.warning(request, NEEDS_CERTIFICATE.format(name=made.person.name))
