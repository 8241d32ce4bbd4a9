"""«Gerenciar Usuários»: the people with profiles in the entities that who is signed in answers for."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership, people_visible_to
from accounts.offices import FUND, PROFILE, STAFF
from accounts.permissions import Permission as AccountsPermission
from accounts.services.memberships import REPLACE, exclude_membership, grant_membership, reactivate_membership
from accounts.services.people import change_contact, find_person
from common import switches
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotPermitted, Refusal, RuleBroken
from common.ui import SEARCH_PARAMETER, paginate, search_text
from egestor.forms.memberships import ConfirmedCpfForm, ContactForm, CpfForm, ProfileForm
from egestor.views.people import suggest_newcomers
from registry.models import Person
from territory.models import Entity

Role = Membership.Role
Status = Membership.Status
DEPLOYMENT_MANAGER = (Role.PROGRAMME_MANAGER, Membership.Programme.DEPLOYMENT)
MANAGES_NOBODY = "Somente o Gestor da AB e o gestor do programa IMPLANTAÇÃO E-SUS APS gerenciam usuários."


@dataclass(frozen=True)
class ProfileRow:
    """A profile as the table shows it at one instant, with the buttons of who looks."""

    membership: Membership
    status: Membership.Status
    may_reactivate: bool
    may_exclude: bool


@require_GET
def membership_list(request: ActorRequest) -> HttpResponse:
    """«Lista de Responsáveis»; the fund goes to its own screen."""
    if request.actor.holds(FUND):
        return redirect("egestor:ab_manager")
    at, search = request.at, search_text(request)
    shown = _shown_memberships(request)
    people = people_visible_to(request.actor).filter(pk__in=shown.values("person"))
    total = people.count() if search else None
    if search:
        people = people.named(search)
    page = paginate(request, people.prefetch_related(Prefetch("memberships", shown, to_attr="shown_memberships")))
    rows = [(person, [profile_row(request, m, at) for m in person.shown_memberships]) for person in page]
    context = {"page": page, "rows": rows, "search": search, "total": total}
    return render(request, "egestor/membership_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def membership_create(request: ActorRequest) -> HttpResponse:
    """«Cadastrar NOVO»: CPF, «Buscar», then the profile. The CPF travels only in the body of the request."""
    at = request.at
    entities = _managed_entities(request)
    adding = "adicionar" in request.POST
    form = (ConfirmedCpfForm if adding else CpfForm)(request.POST if request.method == "POST" else None)
    suggest_newcomers(form.fields["cpf"], entities[0], request.actor)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        with attempt(form):
            person = find_person(cpf=form.cleaned_data["cpf"])
            profile = ProfileForm(entities, _roles(request, entities), request.POST if adding else None)
            if adding and _grant(request, profile, person, at):
                return redirect("egestor:membership_person", person.pk)
            context |= {"person": person, "profile": profile}
    return render(request, "egestor/membership_create.html", context)


@require_GET
def membership_person(request: ActorRequest, person_id: int) -> HttpResponse:
    """One person: «Ver Contato» and the table of profiles."""
    at = request.at
    person = _managed_person(request, person_id)
    memberships = _shown_memberships(request).filter(person=person)
    rows = [profile_row(request, membership, at) for membership in memberships]
    return render(request, "egestor/membership_person.html", {"person": person, "rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def membership_add(request: ActorRequest, person_id: int) -> HttpResponse:
    """«Adicionar perfil»."""
    at = request.at
    entities = _managed_entities(request)
    person = _managed_person(request, person_id)
    form = ProfileForm(entities, _roles(request, entities), request.POST if request.method == "POST" else None)
    if form.is_bound and _grant(request, form, person, at):
        return redirect("egestor:membership_person", person.pk)
    return render(request, "egestor/membership_add.html", {"person": person, "form": form})


@never_cache
@require_http_methods(["GET", "POST"])
def membership_contact(request: ActorRequest, person_id: int) -> HttpResponse:
    """«Alterar Cadastro»."""
    at = request.at
    person = _managed_person(request, person_id)
    initial = {"email": person.email, "phone": person.phone}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        change_contact(person_id=person.pk, by=request.actor, at=at, **form.cleaned_data)
        messages.success(request, "Cadastro alterado.")
        return redirect("egestor:membership_person", person.pk)
    return render(request, "egestor/membership_contact.html", {"person": person, "form": form})


@require_POST
def membership_reactivate(request: ActorRequest, membership_id: int) -> HttpResponse:
    """«Reativar»; when it would replace the Gestor da AB, the question comes first."""
    membership = get_object_or_404(Membership.objects.visible_to(request.actor), pk=membership_id)
    try:
        reactivate_membership(
            membership_id=membership.pk, by=request.actor, at=request.at, replaces_id=replaces_id(request)
        )
    except RuleBroken as refusal:
        if refusal.code == "replace_needed":
            action = reverse("egestor:membership_reactivate", args=[membership.pk])
            return replace_page(request, membership.person, membership.entity_id, action)
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Perfil reativado.")
    return _back(request, membership)


@require_POST
def membership_exclude(request: ActorRequest, membership_id: int) -> HttpResponse:
    """«Excluir»."""
    membership = get_object_or_404(Membership.objects.visible_to(request.actor), pk=membership_id)
    exclude_membership(membership_id=membership.pk, by=request.actor, at=request.at)
    messages.success(request, "Perfil excluído.")
    return _back(request, membership)


def profile_row(request: ActorRequest, membership: Membership, at: datetime) -> ProfileRow:
    """The row and its buttons: «Reativar» only when INATIVO, «Excluir» only when ATIVO, and only for who may."""
    actor, status = request.actor, membership.effective_status(at, days=switches.now().membership_idle_days)
    return ProfileRow(
        membership,
        status,
        may_reactivate=status == Status.INACTIVE
        and actor.has_perm(AccountsPermission.REACTIVATE_MEMBERSHIP, membership),
        may_exclude=status == Status.ACTIVE and actor.has_perm(AccountsPermission.EXCLUDE_MEMBERSHIP, membership),
    )


def replaces_id(request: ActorRequest) -> int | None:
    """The profile of the Gestor da AB that the confirmation page showed, if it was asked."""
    text = request.POST.get("replaces", "")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def replace_page(request: ActorRequest, person: Person, entity_id: int, action: str, **fields: str) -> HttpResponse:
    """Ask whether `person` takes the place of the Gestor da AB that the entity has now."""
    managers = Membership.objects.visible_to(request.actor).active().filter(role=Role.AB_MANAGER, entity=entity_id)
    present = get_object_or_404(managers.select_related("person"))
    question = REPLACE.format(name=present.person.name)
    origin = "egestor:profile_list" if request.actor.holds(STAFF) else "egestor:ab_manager"
    context = {"question": question, "present": present, "person": person, "action": action, "fields": fields}
    return render(request, "egestor/membership_replace.html", context | {"origin": origin})


def _back(request: ActorRequest, membership: Membership) -> HttpResponse:
    if request.actor.holds(FUND):
        return redirect("egestor:ab_manager")
    if request.actor.holds(STAFF):
        return redirect(reverse("egestor:profile_list", query={SEARCH_PARAMETER: membership.person.name}))
    return redirect("egestor:membership_person", membership.person_id)


def _managed_ids(request: ActorRequest) -> frozenset[int]:
    """Entities in which who is signed in may give some profile; raises NotPermitted when there is none."""
    managing = frozenset(
        office.entity_id
        for office in request.actor.offices
        if office.entity_id is not None
        and office.kind == PROFILE
        and (office.role == Role.AB_MANAGER or (office.role, office.programme) == DEPLOYMENT_MANAGER)
    )
    if not managing:
        raise NotPermitted(MANAGES_NOBODY, permission=AccountsPermission.MANAGE_MEMBERSHIPS)
    return managing


def _managed_entities(request: ActorRequest) -> list[Entity]:
    """Those entities, with their names."""
    own = Membership.objects.visible_to(request.actor).filter(person__user=request.actor.account_id)
    rows = own.filter(entity__in=_managed_ids(request)).select_related("entity__municipality__uf", "entity__uf")
    return list({membership.entity_id: membership.entity for membership in rows}.values())


def _shown_memberships(request: ActorRequest) -> QuerySet[Membership]:
    """Profiles of those entities; the excluded ones are history and stay out."""
    own = (
        Membership.objects.visible_to(request.actor)
        .filter(entity__in=_managed_ids(request))
        .exclude(status=Status.EXCLUDED)
    )
    rows: QuerySet[Membership] = own.select_related("entity__municipality__uf", "entity__uf")
    return rows.order_by("role", "programme", "pk")


def _managed_person(request: ActorRequest, person_id: int) -> Person:
    """A person with a profile, even an excluded one, in those entities; anybody else is 404."""
    people = people_visible_to(request.actor).filter(memberships__entity__in=_managed_ids(request)).distinct()
    return get_object_or_404(people, pk=person_id)


def _roles(request: ActorRequest, entities: list[Entity]) -> list[Membership.Role]:
    """The profiles who is signed in may give in at least one of the entities."""
    drafts = [Membership(role=role, entity=entity) for role in Role for entity in entities]
    given = {draft.role for draft in drafts if request.actor.has_perm(AccountsPermission.GRANT_MEMBERSHIP, draft)}
    return [role for role in Role if role in given]


def _grant(request: ActorRequest, form: ProfileForm, person: Person, at: datetime) -> bool:
    """Give the profile of the form; a refusal becomes an error of the form."""
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        grant_membership(
            person_id=person.pk,
            entity_id=int(data["entity"]),
            role=data["role"],
            programme=data["programme"],
            by=request.actor,
            at=at,
        )
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
        return False
    messages.success(request, "Perfil adicionado.")
    return True
