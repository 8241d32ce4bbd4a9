"""«Homologação» (T16) and «Retificação» (T17): the pages of the gestor."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from common import attempts, permissions
from common.actor import ActorRequest
from common.attempts import attempt
from declarations.forms.homologation import HomologateForm, PeriodForm, ReasonForm
from declarations.models import Declaration, Homologation
from declarations.permissions import Permission
from declarations.services.comparing import case_of, review_of, rows_of
from declarations.services.grid import judged
from declarations.services.homologating import CHANGED, homologate_declaration, receipt_of
from declarations.services.rectifying import open_rectification
from declarations.services.returning import return_declaration
from declarations.services.summary import summary_of
from declarations.services.waiting import badge_of, find_waiting
from declarations.views.folders import declaration_of, require_declaration
from siops.offices import office_of
from siops.session import office_required

Status = Declaration.Status
HOMOLOGATED = "{declaration} homologada."
RETURNED = "{declaration} devolvida ao responsável pelo envio."
RECTIFYING = "{declaration} aberta para a retificação. A homologada continua oficial."
DOOR = "homologate"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def homologation_choose(request: ActorRequest) -> HttpResponse:
    """«Homologar dados»: ano, bimestre, «Enviar»."""
    permissions.require(request.actor, Permission.HOMOLOGATE)
    entity = office_of(request.actor).entity
    form = PeriodForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            found = find_waiting(entity_id=entity.pk, **form.cleaned_data, by=request.actor)
            return redirect("declarations:homologate", found.pk)
    rows = Declaration.objects.visible_to(request.actor).waiting().filter(entity=entity)
    waiting = [(row, badge_of(row, request.at)) for row in rows.select_related("period")]
    return render(request, "declarations/homologation_choose.html", {"form": form, "waiting": waiting})


@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def homologate(request: ActorRequest, pk: int) -> HttpResponse:
    """The whole RREO, what changed in it, and the signature; reloading the answer to a wrong PIN tries none."""
    form = HomologateForm(request.POST or None)
    if form.is_bound:
        require_declaration(request, pk, Permission.HOMOLOGATE)
        if form.is_valid():
            with attempt(form):
                shown, pin = form.cleaned_data["shown_hash"], form.cleaned_data["pin"]
                done = homologate_declaration(
                    declaration_id=pk, shown_hash=shown, pin=pin, by=request.actor, at=request.at
                )
                messages.success(request, HOMOLOGATED.format(declaration=done))
                return redirect("declarations:homologation", pk)
        attempts.keep(request, DOOR, form, fields=["has_declared"])
        return redirect("declarations:homologate", pk)
    declaration = declaration_of(request, pk, Permission.HOMOLOGATE)
    if declaration.status == Status.SUBSTITUTED:
        messages.warning(request, CHANGED)
    if declaration.status != Status.TRANSMITTED:
        return redirect("declarations:homologation", pk)
    review = review_of(declaration, request.at)
    form.initial = {"shown_hash": review.content_hash}
    attempts.put_back(request, DOOR, form)
    context = {
        "declaration": declaration,
        "review": review,
        "form": form,
        "quadros": summary_of(review.report),
        "badge": badge_of(declaration, request.at),
        "office": office_of(request.actor),
    }
    return render(request, "declarations/homologate.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def send_back(request: ActorRequest, pk: int) -> HttpResponse:
    """«Devolver ao técnico», with the reason."""
    declaration = declaration_of(request, pk, Permission.HOMOLOGATE)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            returned = return_declaration(declaration_id=pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, RETURNED.format(declaration=returned))
            return redirect(_panel_of(declaration))
    return render(request, "declarations/send_back.html", {"declaration": declaration, "form": form})


@never_cache
@require_safe
@office_required
def homologation(request: ActorRequest, pk: int) -> HttpResponse:
    """Who homologated a version, what it changed, and its receipt; of another version, the summary."""
    declaration = declaration_of(request, pk)
    if declaration.homologated_at is None or not hasattr(declaration, "homologation"):
        return redirect("declarations:summary", pk)
    is_official = declaration.status == Status.HOMOLOGATED
    may_rectify = is_official and request.actor.has_perm(Permission.RECTIFY, declaration)
    act = declaration.homologation
    context = {
        "declaration": declaration,
        "act": act,
        "receipt": receipt_of(declaration),
        "badge": badge_of(declaration, request.at),
        "changes": rows_of(case_of(judged(declaration, request.at)), act.changes) if act.replaced_id else [],
        "rectification": getattr(declaration, "rectification", None),
        "may_rectify": may_rectify and not hasattr(declaration, "rectification"),
    }
    return render(request, "declarations/homologation.html", context)


@never_cache
@require_safe
@office_required
def statement_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The text that the gestor signed, to the byte."""
    act = _act(request, pk)
    return _file(act.statement.encode(), "text/plain; charset=utf-8", f"declaracao-{pk}.txt")


@never_cache
@require_safe
@office_required
def signature_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The detached signature of that text (CMS), with the certificate: of who answers for the entity alone."""
    act = _act(request, pk)
    return _file(bytes(act.signature), "application/pkcs7-signature", f"declaracao-{pk}.txt.p7s")


def _act(request: ActorRequest, pk: int) -> Homologation:
    """The homologation of a version, or 404."""
    act = getattr(declaration_of(request, pk), "homologation", None)
    if not isinstance(act, Homologation):
        raise Http404
    return act


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def rectify(request: ActorRequest, pk: int) -> HttpResponse:
    """«Abrir retificação», with the reason."""
    declaration = declaration_of(request, pk, Permission.RECTIFY)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            opened = open_rectification(declaration_id=pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, RECTIFYING.format(declaration=opened))
            return redirect(_panel_of(declaration))
    return render(request, "declarations/rectify.html", {"declaration": declaration, "form": form})


def _panel_of(declaration: Declaration) -> str:
    """The panel, at the year of the version."""
    return f"{reverse('declarations:panel')}?ano={declaration.period.year}"
