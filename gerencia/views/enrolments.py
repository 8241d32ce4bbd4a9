"""The adesão of one entity in one offer: begun, accepted, withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django_fsm import can_proceed

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.downloads import pdf_download
from common.exceptions import NotAllowedNow
from common.forms.shared import ReasonForm
from gerencia.forms.enrolments import ResponsibilitiesForm, TermsForm
from gerencia.models import Enrolment, OfficialLetter
from gerencia.permissions import Permission
from gerencia.services import enrolments, reading
from gerencia.services.terms_paper import terms_paper
from gerencia.views.offers import require_linked
from territory.models import Entity

DETAIL = "gerencia:enrolment_detail"


@never_cache
@require_safe
def enrolment_detail(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """Where the entity stands, and what may be done now."""
    enrolment = find_enrolment(request, pk, ibge)
    context = {
        "enrolment": enrolment,
        "row": reading.OfferRow(enrolment.offer, request.at),
        "may_enrol": request.actor.has_perm(Permission.ENROL, enrolment),
        "letters": OfficialLetter.objects.visible_to(request.actor).filter(enrolment=enrolment.pk),
        "may_send_letter": reading.may_send_letter(enrolment),
        "is_state": enrolment.entity.kind == Entity.Kind.STATE,
    }
    return render(request, "gerencia/enrolment_detail.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment_start(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """«Iniciar adesão»: the three responsibilities."""
    enrolment = own_enrolment(request, pk, ibge)
    form = ResponsibilitiesForm(enrolment.offer.responsibilities, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            enrolments.start_enrolment(
                offer_id=pk,
                entity_id=enrolment.entity_id,
                ticked=form.cleaned_data["responsibilities"],
                by=request.actor,
                at=request.at,
            )
            return redirect("gerencia:enrolment_terms", pk, ibge)
    require_possible(can_proceed(enrolment.start), enrolment)
    return render(request, "gerencia/enrolment_start.html", {"form": form, "enrolment": enrolment})


@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment_terms(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """«Termo de compromisso»: read, accepted, and so signed."""
    enrolment = own_enrolment(request, pk, ibge)
    form = TermsForm(request.POST if request.method == "POST" else None, actor=request.actor, at=request.at)
    if form.is_bound and form.is_valid() and enrolment.pk:
        with attempt(form):
            enrolments.accept_terms(
                enrolment_id=enrolment.pk,
                shown_hash=form.cleaned_data["shown_hash"],
                pin=form.given_pin,
                by=request.actor,
                at=request.at,
            )
            messages.success(request, "Adesão realizada. O termo assinado está nesta página.")
            return redirect(DETAIL, pk, ibge)
    require_possible(can_proceed(enrolment.accept), enrolment)
    terms = enrolments.render_terms(enrolment=enrolment, by=request.actor, at=request.at)
    context = {"form": form, "enrolment": enrolment, "terms": terms, "paragraphs": terms.text.split("\n\n")}
    return render(request, "gerencia/enrolment_terms.html", context)


@never_cache
@require_safe
def enrolment_paper(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """The signed termo, as a PDF."""
    enrolment = find_enrolment(request, pk, ibge)
    require_possible(bool(enrolment.terms_text), enrolment)
    paper = terms_paper(enrolment_id=enrolment.pk, by=request.actor)
    return pdf_download(paper.content, f"termo-{ibge}.pdf")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment_withdraw(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """«Desistir», with the reason; final."""
    enrolment = own_enrolment(request, pk, ibge)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and enrolment.pk:
        with attempt(form):
            enrolments.withdraw_enrolment(
                enrolment_id=enrolment.pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
            )
            messages.success(request, "Desistência registrada.")
            return redirect(DETAIL, pk, ibge)
    require_possible(can_proceed(enrolment.withdraw), enrolment)
    return render(request, "gerencia/enrolment_withdraw.html", {"form": form, "enrolment": enrolment})


def find_enrolment(request: ActorRequest, pk: int, ibge: str) -> Enrolment:
    """The entity in the offer, for who acts for it or reads at the desk; 404 for anybody else inside the module."""
    require_linked(request.actor)
    enrolment = reading.find_enrolment(request.actor, offer_id=pk, ibge=ibge)
    if enrolment is None:
        raise Http404
    return enrolment


def own_enrolment(request: ActorRequest, pk: int, ibge: str) -> Enrolment:
    """The same, for who acts for the entity."""
    enrolment = find_enrolment(request, pk, ibge)
    permissions.require(request.actor, Permission.ENROL, enrolment)
    return enrolment


def require_possible(possible: bool, enrolment: Enrolment) -> None:
    if not possible:
        raise NotAllowedNow(enrolment.get_status_display())
