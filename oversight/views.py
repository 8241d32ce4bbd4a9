"""Conselho e Tribunal: the official bimestres, and one page where both stand beside the declaration (T20, T21)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.ui import paginate
from declarations.models import Declaration
from declarations.services.grid import judged
from declarations.services.summary import summary_of
from oversight.forms import AdjustmentForm, AssessmentForm, OpinionForm
from oversight.models import CourtAssessment, Opinion
from oversight.permissions import Permission
from oversight.services.assessments import assess_declaration
from oversight.services.opinions import give_opinion, return_opinion, take_opinion
from oversight.services.reading import opinion_of, published_for, takes_opinion
from siops.session import office_required


def _declaration(request: ActorRequest, pk: int, permission: str = Permission.READ) -> Declaration:
    """An official version that exists for who asks, or 404; then the permission."""
    declaration: Declaration = get_object_or_404(published_for(request.actor), pk=pk)
    permissions.require(request.actor, permission, declaration)
    return declaration


@never_cache
@require_safe
def declaration_list(request: ActorRequest) -> HttpResponse:
    """The official bimestres, the newest first, with the word of each."""
    permissions.require(request.actor, Permission.READ)
    rows = published_for(request.actor).order_by("-period__year", "-period__bimester", "entity", "pk")
    context = {
        "page": paginate(request, rows),
        "pending": {"opinion": Opinion.Status.PENDING, "assessment": CourtAssessment.Status.NOT_ANALYSED},
        "bimesters": Opinion.BIMESTERS,
        "reads_assessment": request.actor.has_perm(Permission.READ_ASSESSMENT),
    }
    return render(request, "oversight/declaration_list.html", context)


@never_cache
@require_safe
def declaration_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """The Anexo 12, and beside it what the Conselho and the Tribunal say."""
    declaration = _declaration(request, pk)
    opinion = opinion_of(declaration)
    at_work = opinion is not None and opinion.status == Opinion.Status.UNDER_REVIEW
    may_opine = takes_opinion(declaration) and request.actor.has_perm(Permission.GIVE_OPINION, declaration)
    assessment = getattr(declaration, "court_assessment", None)
    context = {
        "declaration": declaration,
        "quadros": summary_of(judged(declaration, request.at)),
        "opinion": opinion,
        "takes_opinion": takes_opinion(declaration),
        "assessment": assessment,
        "reads_assessment": request.actor.has_perm(Permission.READ_ASSESSMENT, declaration),
        "may_take": may_opine and (opinion is None or opinion.status == Opinion.Status.RETURNED),
        "may_give": may_opine and at_work,
        "may_assess": assessment is None and request.actor.has_perm(Permission.ASSESS, declaration),
    }
    return render(request, "oversight/declaration_detail.html", context)


@require_POST
@office_required
def opinion_take(request: ActorRequest, pk: int) -> HttpResponse:
    """«Iniciar análise»."""
    declaration = _declaration(request, pk, Permission.GIVE_OPINION)
    with attempt(request):
        take_opinion(declaration_id=declaration.pk, by=request.actor, at=request.at)
        messages.success(request, "Análise iniciada.")
    return redirect("oversight:declaration_detail", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def opinion_give(request: ActorRequest, pk: int) -> HttpResponse:
    """«Publicar parecer»."""
    declaration = _declaration(request, pk, Permission.GIVE_OPINION)
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            give_opinion(declaration_id=declaration.pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, "Parecer publicado.")
            return redirect("oversight:declaration_detail", pk)
    return render(request, "oversight/opinion_give.html", {"form": form, "declaration": declaration})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def opinion_return(request: ActorRequest, pk: int) -> HttpResponse:
    """«Retornar para ajustes»."""
    declaration = _declaration(request, pk, Permission.GIVE_OPINION)
    form = AdjustmentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            reason = form.cleaned_data["reason"]
            return_opinion(declaration_id=declaration.pk, reason=reason, by=request.actor, at=request.at)
            messages.success(request, "Retornado ao gestor para ajustes.")
            return redirect("oversight:declaration_detail", pk)
    return render(request, "oversight/opinion_return.html", {"form": form, "declaration": declaration})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def assessment_register(request: ActorRequest, pk: int) -> HttpResponse:
    """«Registrar apuração»."""
    declaration = _declaration(request, pk, Permission.ASSESS)
    form = AssessmentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            assess_declaration(
                declaration_id=declaration.pk,
                percent=form.hundredths,
                decision=form.cleaned_data["decision"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, "Apuração registrada.")
            return redirect("oversight:declaration_detail", pk)
    return render(request, "oversight/assessment_register.html", {"form": form, "declaration": declaration})
