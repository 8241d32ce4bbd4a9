"""The desk of a module: searching somebody, the chart, a new one, a newborn, the address."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadsus.decision import Answer, unavailable
from cadsus.forms.citizens import AddressForm, CitizenForm, ConsultForm, NewbornForm, SearchForm
from cadsus.messages import M09
from cadsus.models import Citizen, Posting
from cadsus.permissions import Permission
from cadsus.services import attending, citizens, places, reporting
from cadsus.services.consulting import is_enabled
from cadsus.session import sisrede_session
from cadsus.views.desk import citizen_at, desk_context, place_at, to_citizen
from cadsus.workplaces import Workplace
from common import permissions, vault
from common.actor import ActorRequest
from common.attempts import attempt
from common.legal_time import BRASILIA

# What was last searched at the desk: numbers of people go in no address.
SEARCHED = "sisrede.searched"
# Days after which a newborn that nobody completed is marked.
ALERTS = (30, 60, 90)


@never_cache
@require_safe
@sisrede_session
def sisrede_home(request: ActorRequest) -> HttpResponse:
    """The modules of each unit that somebody works in, and their functions."""
    permissions.require(request.actor, Permission.ENTER_SISREDE)
    found = places.places_of(request.actor)
    context = {
        "places": [(place, is_enabled(place, request.at)) for place in found],
        "postings": Posting.objects.visible_to(request.actor).select_related("link__establishment"),
        "has_reports": request.actor.has_perm(Permission.READ_REPORT),
    }
    return render(request, "cadsus/sisrede_home.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def citizen_search(request: ActorRequest, cnes: str, module: str) -> HttpResponse:
    """«Pesquisar usuário»: in the SISRede first; who is not there is looked for in the national base."""
    place = place_at(request, cnes, module)
    permissions.require(request.actor, Permission.SEARCH_CITIZENS)
    form = SearchForm(request.POST if request.method == "POST" else _remembered(request))
    if request.method == "POST" and form.is_valid():
        _remember(request)
        found = _local(request, form)
        if len(found) == 1 and not form.cleaned_data["birth_date"] and any(map(str.isdigit, form.data["text"])):
            return to_citizen(place, found[0])
        return redirect("cadsus:citizen_search", cnes, module)
    context = desk_context(place) | {"form": form, "is_enabled": is_enabled(place, request.at)}
    if request.method != "POST" and form.is_bound and form.is_valid():
        context |= _results(request, place, form)
        # Whoever was found says what was searched, and the box is free for the next one; else it is to be mended.
        if context["found"] or context.get("national"):
            context["form"] = SearchForm()
    return render(request, "cadsus/citizen_search.html", context)


def _results(request: ActorRequest, place: Workplace, form: SearchForm) -> dict[str, object]:
    found = _local(request, form)
    asks_national = not found or "nacional" in request.GET
    context: dict[str, object] = {"found": found, "asks_national": asks_national}
    if asks_national:
        answer = places.search_national(
            text=form.cleaned_data["text"],
            birth_date=form.cleaned_data["birth_date"],
            place=place,
            by=request.actor,
            at=request.at,
        )
        charts = places.charts_of(answer.records)
        context["national"] = [(record, charts.get(record.person_id)) for record in answer.records]
        context["national_note"] = _note(answer)
    return context


def _note(answer: Answer) -> str:
    if not answer.is_available:
        return unavailable(answer).text
    return "" if answer.records else M09


def _local(request: ActorRequest, form: SearchForm) -> list[Citizen]:
    return places.search_citizens(Citizen.objects.visible_to(request.actor), **form.cleaned_data)


def _remember(request: HttpRequest) -> None:
    typed = {name: request.POST.get(name, "") for name in SearchForm.base_fields}
    request.session[SEARCHED] = vault.seal(json.dumps(typed).encode()).decode()


def _remembered(request: HttpRequest) -> dict[str, str] | None:
    sealed = request.session.get(SEARCHED, "")
    found: dict[str, str] | None = json.loads(vault.unseal(sealed.encode())) if sealed else None
    return found


@never_cache
@require_safe
@sisrede_session
def citizen_detail(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """The chart: who it is, how far it is synchronized, and what was done."""
    place, citizen = citizen_at(request, cnes, module, pk)
    permissions.require(request.actor, Permission.SEARCH_CITIZENS)
    basis, justification = attending.basis_of(citizen, place=place, at=request.at)
    context = desk_context(place) | {
        "citizen": citizen,
        "basis": basis,
        "justification": justification,
        "reason": reporting.reason_of(citizen),
        "is_enabled": is_enabled(place, request.at),
        "may_synchronize": request.actor.has_perm(Permission.SYNCHRONIZE, place),
        "may_attend": request.actor.has_perm(Permission.OPEN_ATTENDANCE, place),
        "may_register": request.actor.has_perm(Permission.REGISTER_CITIZEN, place),
        "may_link": request.actor.has_perm(Permission.LINK_HOUSEHOLD),
        "link": citizen.household_links.current().select_related("family__household").first(),
        "synchronizations": citizen.synchronizations.select_related("account", "establishment")[:10],
        "justifications": citizen.justifications.with_corrections().select_related("establishment")[:10],
        "attendances": citizen.attendances.select_related("account", "establishment")[:5],
        "form": ConsultForm(),
    }
    return render(request, "cadsus/citizen_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def citizen_register(request: ActorRequest, cnes: str, module: str) -> HttpResponse:
    """«Novo prontuário», not linked to a household whoever opens it."""
    place = place_at(request, cnes, module)
    permissions.require(request.actor, Permission.REGISTER_CITIZEN, place)
    microareas = reporting.microareas_of_unit(place.cnes)
    form = CitizenForm(request.POST if request.method == "POST" else None, microareas=microareas)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        microarea = given.pop("microarea")
        with attempt(form):
            citizen = citizens.register_citizen(
                **given,
                microarea_id=microarea.pk if microarea else None,
                place=place,
                by=request.actor,
                at=request.at,
            )
            messages.success(request, f"Prontuário {citizen.chart} aberto.")
            return to_citizen(place, citizen)
    return render(request, "cadsus/citizen_register.html", desk_context(place) | {"form": form})


@never_cache
@require_POST
@sisrede_session
def citizen_adopt(request: ActorRequest, cnes: str, module: str, person: int) -> HttpResponse:
    """«Abrir prontuário» of somebody found in the national base."""
    place = place_at(request, cnes, module)
    with attempt(request):
        citizen = citizens.register_known(
            person_id=person,
            lives_outside="lives_outside" in request.POST,
            place=place,
            by=request.actor,
            at=request.at,
        )
        messages.success(request, f"Prontuário {citizen.chart} aberto. Confira com o CADSUS.")
        return to_citizen(place, citizen)
    return redirect("cadsus:citizen_search", cnes, module)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def newborn_register(request: ActorRequest, cnes: str, module: str) -> HttpResponse:
    """«RN DE …», while there is no registration; then why it is not synchronized."""
    place = place_at(request, cnes, module)
    permissions.require(request.actor, Permission.REGISTER_CITIZEN, place)
    today = request.at.astimezone(BRASILIA).date()
    form = NewbornForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        visible = Citizen.objects.visible_to(request.actor)
        mothers = places.search_citizens(visible, text=given.pop("mother"))
        with attempt(form):
            born = citizens.register_newborn(
                mother_id=mothers[0].pk if len(mothers) == 1 else None,
                **given,
                place=place,
                by=request.actor,
                at=request.at,
            )
            messages.success(request, "; ".join(f"{row.name}: prontuário {row.chart}" for row in born))
            return redirect("cadsus:citizen_justify", cnes, module, born[0].pk)
    context = desk_context(place) | {
        "form": form,
        "waiting": [
            (row, days, max((limit for limit in ALERTS if days >= limit), default=0))
            for row in Citizen.objects.visible_to(request.actor).newborns().of_unit(cnes)
            if row.birth_date and (days := (today - row.birth_date).days) >= 0
        ],
    }
    return render(request, "cadsus/newborn_register.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def citizen_address(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """The address of the SISRede, by hand."""
    place, citizen = citizen_at(request, cnes, module, pk)
    permissions.require(request.actor, Permission.REGISTER_CITIZEN, place)
    form = AddressForm(request.POST) if request.method == "POST" else AddressForm(initial=AddressForm.of(citizen))
    if form.is_bound and form.is_valid():
        with attempt(form):
            citizens.change_local_address(
                citizen_id=pk, **form.cleaned_data, place=place, by=request.actor, at=request.at
            )
            messages.success(request, "Endereço alterado no SISRede. No CADSUS, altere à parte.")
            return to_citizen(place, citizen)
    return render(request, "cadsus/citizen_address.html", desk_context(place) | {"form": form, "citizen": citizen})
