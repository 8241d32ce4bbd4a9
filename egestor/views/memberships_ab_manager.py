"""«Cadastro do Gestor da AB», in the session of the fund (CNPJ)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Membership, Organisation
from accounts.offices import fund_of
from accounts.permissions import Permission as AccountsPermission
from accounts.services.memberships import grant_membership
from accounts.services.people import find_person
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotPermitted, RuleBroken
from egestor.forms.memberships import ConfirmedCpfForm, CpfForm
from egestor.views.memberships import profile_row, replace_page, replaces_id
from egestor.views.people import suggest_newcomers
from registry.models import Person

ONLY_FUNDS = "O Gestor da AB é cadastrado pelo Fundo de Saúde, com o CNPJ."


@never_cache
@require_http_methods(["GET", "POST"])
def ab_manager(request: ActorRequest) -> HttpResponse:
    """CPF → «Buscar» → data → «Salvar», and the managers so far."""
    fund = _own_fund(request)
    saving = "salvar" in request.POST
    form = (ConfirmedCpfForm if saving else CpfForm)(request.POST if request.method == "POST" else None)
    suggest_newcomers(form.fields["cpf"], fund.entity, request.actor)
    person = _found(form)
    if person is not None and saving:
        answer = _save(request, form, fund, person)
        if answer is not None:
            return answer
    return render(
        request, "egestor/membership_ab_manager.html", _context(request, fund) | {"form": form, "person": person}
    )


def _own_fund(request: ActorRequest) -> Organisation:
    fund = fund_of(request.actor)
    if fund is None:
        raise NotPermitted(ONLY_FUNDS, permission=AccountsPermission.REGISTER_AB_MANAGER)
    return fund


def _found(form: CpfForm) -> Person | None:
    if form.is_bound and form.is_valid():
        with attempt(form):
            return find_person(cpf=form.cleaned_data["cpf"])
    return None


def _save(request: ActorRequest, form: CpfForm, fund: Organisation, person: Person) -> HttpResponse | None:
    """Give the profile; None when the form has something to correct."""
    try:
        grant_membership(
            person_id=person.pk,
            entity_id=fund.entity_id,
            role=Membership.Role.AB_MANAGER,
            by=request.actor,
            at=request.at,
            replaces_id=replaces_id(request),
        )
    except RuleBroken as refusal:
        if refusal.code == "replace_needed":
            action = reverse("egestor:ab_manager")
            sent = {"cpf": person.cpf_text, "confirmed_cpf": person.cpf_text, "salvar": "1"}
            return replace_page(request, person, fund.entity_id, action, **sent)
        form.add_error(None, refusal.message)
        return None
    messages.success(request, f"{person.name} agora é Gestor da AB. As instruções foram enviadas por e-mail.")
    return redirect("egestor:ab_manager")


def _context(request: ActorRequest, fund: Organisation) -> dict[str, Any]:
    at = request.at
    managers = Membership.objects.visible_to(request.actor).filter(
        entity=fund.entity_id, role=Membership.Role.AB_MANAGER
    )
    shown = (
        managers.exclude(status=Membership.Status.EXCLUDED)
        .select_related("person", "entity")
        .order_by("status", "person__name")
    )
    return {"fund": fund, "rows": [profile_row(request, membership, at) for membership in shown]}
