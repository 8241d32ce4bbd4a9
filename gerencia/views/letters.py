"""The ofício on the side of the state: signed in the portal or brought as a PDF, and sent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.personas import suggest
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.downloads import pdf_download
from common.exceptions import NotAllowedNow
from gerencia.forms.letters import SignForm, UploadForm
from gerencia.models import OfficialLetter
from gerencia.permissions import Permission
from gerencia.services import letter_signing, letters, reading
from gerencia.views.enrolments import DETAIL, own_enrolment, require_possible
from gerencia.views.offers import require_linked


@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter_sign(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """«Gerar e assinar o ofício», by the PIN of the signatory."""
    enrolment = own_enrolment(request, pk, ibge)
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            letter_signing.sign_letter(
                offer_id=pk, entity_id=enrolment.entity_id, by=request.actor, at=request.at, **form.cleaned_data
            )
            messages.success(request, "Ofício gerado e assinado. Confira-o e envie à SAPS.")
            return redirect(DETAIL, pk, ibge)
    require_possible(reading.may_send_letter(enrolment), enrolment)
    suggest(form.fields["cpf"], reading.demo_signatories(enrolment.entity, at=request.at))
    return render(request, "gerencia/letter_sign.html", {"form": form, "enrolment": enrolment})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter_upload(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """«Enviar PDF assinado»."""
    enrolment = own_enrolment(request, pk, ibge)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        with attempt(form):
            letters.upload_letter(
                offer_id=pk,
                entity_id=enrolment.entity_id,
                facts=form.facts,
                content=form.cleaned_data["file"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, "Ofício enviado à SAPS.")
            return redirect(DETAIL, pk, ibge)
    require_possible(reading.may_send_letter(enrolment), enrolment)
    return render(request, "gerencia/letter_upload.html", {"form": form, "enrolment": enrolment})


@require_POST
def letter_send(request: ActorRequest, pk: int) -> HttpResponse:
    """«Enviar à SAPS»."""
    letter = find_letter(request, pk)
    permissions.require(request.actor, Permission.ENROL, letter)
    with attempt(request):
        letters.send_letter(letter_id=letter.pk, by=request.actor, at=request.at)
        messages.success(request, f"{letter} enviado à SAPS.")
    return redirect(DETAIL, letter.enrolment.offer_id, letter.enrolment.entity.ibge)


@never_cache
@require_safe
def letter_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The signed PDF, for the state and for the desk."""
    letter = find_letter(request, pk)
    permissions.require(request.actor, Permission.READ_ENROLMENT, letter)
    content = letters.file_of(letter)
    if not content:
        raise NotAllowedNow(letter.get_status_display())
    return pdf_download(content, f"oficio-{letter.pk}.pdf")


def find_letter(request: ActorRequest, pk: int) -> OfficialLetter:
    """One of the entity of who acts, or any for the desk; 404 for anybody else inside the module."""
    require_linked(request.actor)
    related = ("enrolment__offer", "enrolment__entity__municipality__uf", "enrolment__entity__uf", "written_by")
    rows = OfficialLetter.objects.visible_to(request.actor).select_related(*related, "registered_by", "checked_by")
    letter: OfficialLetter = get_object_or_404(rows, pk=pk)
    return letter
