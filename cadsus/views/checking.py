"""«Integração CADSUS»: the two sides, the document, the confirmation; and what is done when nothing can be copied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cadsus import scenarios
from cadsus.comparison import LABELS
from cadsus.decision import Step, age_on
from cadsus.forms.citizens import ChooseForm, ConfirmForm, ConsultForm, JustifyForm
from cadsus.messages import M10, M11
from cadsus.models import Citizen, Consultation, Justification
from cadsus.permissions import Permission
from cadsus.services import attending, confirming, consulting, issuing, justifying, places
from cadsus.services.consulting import Review
from cadsus.services.showing import how_many, other_numbers, shown
from cadsus.session import sisrede_session
from cadsus.views.desk import citizen_at, desk_context, to_citizen
from cadsus.workplaces import Workplace
from common import permissions, switches
from common.actor import ActorRequest
from common.attempts import attempt
from common.downloads import pdf_download
from common.legal_time import BRASILIA
from common.rail import Turn, rail_of
from interop.scenarios import HEADER

# The answers that leave the page of the comparison for one with the way out.
TITLES = {
    Step.NO_CNS: "Não há CNS definitivo para sincronizar",
    Step.UNIFICATION: "Há {n} CNS definitivos: não dá para sincronizar",
    Step.CPF: "Falta o CPF de quem já tem 18 anos",
    Step.REVENUE: "A Receita Federal tem outros dados",
    Step.DOWN: "O CADSUS não respondeu",
}
NOT_REGULAR = "Situação do CPF na Receita Federal: {situation}"


@never_cache
@require_POST
@sisrede_session
def citizen_consult(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """«Conferir com o CADSUS»; the header or the switch of the room may ask for a bad day."""
    place, citizen = citizen_at(request, cnes, module, pk)
    scenario = str(request.META.get(HEADER, "")).strip() or switches.now().cadsus_scenario.value
    if said := scenarios.unknown(scenario):
        return HttpResponseBadRequest(said, content_type="text/plain; charset=utf-8")
    form = ConsultForm(request.POST)
    if form.is_valid():
        with attempt(form):
            consulting.consult(
                citizen_id=pk,
                place=place,
                **form.cleaned_data,
                scenario=scenario,
                by=request.actor,
                at=request.at,
            )
            return redirect("cadsus:citizen_check", cnes, module, pk)
    return render(request, "cadsus/citizen_consult.html", desk_context(place) | {"citizen": citizen, "form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def citizen_check(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """The last consultation of who asks: compare and confirm, choose, or see why not."""
    place, citizen = citizen_at(request, cnes, module, pk)
    permissions.require(request.actor, Permission.SYNCHRONIZE, place)
    consultation = _last_own(request, citizen)
    if consultation is None:
        return to_citizen(place, citizen)
    found = consulting.review(consultation, at=request.at)
    if found.verdict.step is Step.CHOOSE:
        return _choose(request, place, found)
    if found.verdict.step is not Step.READY:
        return render(request, "cadsus/citizen_verdict.html", _verdict_context(request, place, found))
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        doubts=found.verdict.doubts,
        initial={"shown": found.digest},
    )
    if form.is_bound and form.is_valid():
        with attempt(form):
            done = confirming.confirm(
                consultation_id=consultation.pk,
                document=form.cleaned_data["document"],
                shown_digest=form.cleaned_data["shown"],
                confirmed=form.confirmed(),
                place=place,
                by=request.actor,
                at=request.at,
            )
            messages.success(request, M10.format(n=len(done.changes)) if done.changes else M11)
            return to_citizen(place, citizen)
    return render(request, "cadsus/citizen_check.html", _check_context(request, place, found) | {"form": form})


def _choose(request: ActorRequest, place: Workplace, found: Review) -> HttpResponse:
    records = [group[0] for group in found.verdict.people]
    people = [(record.person_id, record.identity.name) for record in records]
    form = ChooseForm(request.POST if request.method == "POST" else None, people=people)
    citizen = found.consultation.citizen
    if form.is_bound and form.is_valid():
        with attempt(form):
            consulting.choose_candidate(
                consultation_id=found.consultation.pk,
                person_id=form.cleaned_data["person"],
                place=place,
                by=request.actor,
                at=request.at,
            )
            return redirect("cadsus:citizen_check", place.cnes, place.slug, citizen.pk)
    context = desk_context(place) | {
        "citizen": citizen,
        "found": found,
        "form": form,
        "options": list(zip(form["person"], records, strict=True)),
    }
    return render(request, "cadsus/citizen_choose.html", context)


@never_cache
@require_POST
@sisrede_session
def citizen_cancel(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """«Cancelar» the check: the citizen is as before."""
    place, citizen = citizen_at(request, cnes, module, pk)
    consultation = _last_own(request, citizen)
    if consultation is not None and consultation.holds_at(request.at):
        with attempt(request):
            consulting.cancel_consultation(
                consultation_id=consultation.pk, place=place, by=request.actor, at=request.at
            )
    return to_citizen(place, citizen)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def citizen_justify(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """«Justificativa»: the reason; citizen, date and professional are not typed."""
    place, citizen = citizen_at(request, cnes, module, pk)
    permissions.require(request.actor, Permission.JUSTIFY, place)
    codes = justifying.offered(citizen, at=request.at)
    initial = {"code": codes[-1]} if codes else {}
    form = JustifyForm(request.POST if request.method == "POST" else None, codes=codes, initial=initial)
    if form.is_bound and form.is_valid():
        with attempt(form):
            justifying.justify(citizen_id=pk, **form.cleaned_data, place=place, by=request.actor, at=request.at)
            messages.success(request, "Justificativa salva. Ela vale para esta visita.")
            return to_citizen(place, citizen)
    context = desk_context(place) | {"citizen": citizen, "form": form, "codes": codes}
    return render(request, "cadsus/citizen_justify.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def justification_correct(request: ActorRequest, cnes: str, module: str, pk: int, row: int) -> HttpResponse:
    """«Corrigir»: another justification in the place of a wrong one, which stays."""
    place, citizen = citizen_at(request, cnes, module, pk)
    permissions.require(request.actor, Permission.JUSTIFY, place)
    former = get_object_or_404(Justification.objects.visible_to(request.actor), pk=row, citizen=citizen)
    codes = [code for code in Justification.Code if code != former.code]
    form = JustifyForm(request.POST if request.method == "POST" else None, codes=codes)
    if form.is_bound and form.is_valid():
        with attempt(form):
            justifying.correct_justification(
                justification_id=row, **form.cleaned_data, place=place, by=request.actor, at=request.at
            )
            messages.success(request, "Correção registrada. A justificativa anterior fica no histórico.")
            return to_citizen(place, citizen)
    context = desk_context(place) | {"citizen": citizen, "form": form, "codes": codes, "former": former}
    return render(request, "cadsus/citizen_justify.html", context)


@never_cache
@require_POST
@sisrede_session
def citizen_attend(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """«Abrir atendimento»."""
    place, citizen = citizen_at(request, cnes, module, pk)
    with attempt(request):
        done = attending.open_attendance(citizen_id=pk, place=place, by=request.actor, at=request.at)
        messages.success(request, f"Atendimento aberto: {done.get_basis_display().lower()}.")
        return redirect("cadsus:citizen_search", cnes, module)
    return to_citizen(place, citizen)


@never_cache
@require_POST
@sisrede_session
def citizen_paper(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """«Emitir atualização», to hand over."""
    place, citizen = citizen_at(request, cnes, module, pk)
    permissions.require(request.actor, Permission.SYNCHRONIZE, place)
    consultation = _last_own(request, citizen)
    if consultation is None:
        return to_citizen(place, citizen)
    paper = issuing.issue_update_form(consultation_id=consultation.pk, place=place, by=request.actor, at=request.at)
    return pdf_download(paper.content, f"atualizacao-{citizen.chart}.pdf")


def _today(request: ActorRequest) -> date:
    return request.at.astimezone(BRASILIA).date()


def _last_own(request: ActorRequest, citizen: Citizen) -> Consultation | None:
    """The last question of who asks, while it is of this visit: older answers are asked for anew, and audited."""
    rows = Consultation.objects.visible_to(request.actor).of_this_visit(request.at).filter(citizen=citizen)
    return rows.select_related("citizen__establishment").order_by("-at", "-pk").first()


def _check_context(request: ActorRequest, place: Workplace, found: Review) -> dict[str, object]:
    citizen, record = found.consultation.citizen, found.verdict.record
    born = record.identity.birth_date if record else citizen.birth_date
    return desk_context(place) | {
        "citizen": citizen,
        "found": found,
        "rows": shown(found),
        "caption": _caption(found.changed),
        "record": record,
        "other_numbers": other_numbers(record) if record else "",
        "age": age_on(born, _today(request)) if born else None,
        "holds": found.consultation.holds_at(request.at),
    }


def _verdict_context(request: ActorRequest, place: Workplace, found: Review) -> dict[str, object]:
    citizen = found.consultation.citizen
    return _check_context(request, place, found) | {
        "caption": f"{citizen.name}, prontuário {citizen.chart}",
        "title": _title(found),
        "codes": justifying.offered(citizen, at=request.at),
        "managers": places.managers_of(place.cnes, at=request.at) if _alerts(found) else [],
        "corrector": _corrector(request, found),
        "registrars": places.registrars_of(place.cnes, at=request.at),
        "is_registrar": places.is_registrar(request.actor, place.cnes),
        "prints": found.verdict.step is Step.REVENUE or any(row.is_changed for row in found.rows),
    }


def _title(found: Review) -> str:
    check = found.verdict.check
    if found.verdict.step is Step.REVENUE and check and not check.divergent:
        return NOT_REGULAR.format(situation=check.situation.label)
    return TITLES[found.verdict.step].format(n=how_many(len(found.verdict.definitives)))


def _corrector(request: ActorRequest, found: Review) -> Turn | None:
    """Whom the demonstration lets go on with, in the CADSUSWEB: the registrar with the very records to unify open."""
    rail = rail_of(request, request.at)
    turn = rail.other if rail and rail.turn and not rail.turn.is_mine else None
    if turn is None or found.verdict.step is not Step.UNIFICATION:
        return turn
    records = [record.person_id for group in found.verdict.people for record in group if record.person_id > 0]
    return replace(turn, url=reverse("cadsus:unification_preview", query={"cadastros": records}))


def _alerts(found: Review) -> bool:
    """Whether the manager of the unit is to know."""
    return bool(found.verdict.check and found.verdict.check.effect.alerts_manager)


def _caption(changed: int) -> str:
    """How much will change, in words."""
    if not changed:
        return "O cadastro já está igual ao do CADSUS"
    one = changed == 1
    return f"{changed} de {len(LABELS)} campos {'vai' if one else 'vão'} mudar com os dados do CADSUS"
