"""«Estratégia e-SUS APS»: the credentials of the município, their files, their termo and their revocation."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.downloads import pdf_download
from common.exceptions import NotAllowedNow
from common.forms.shared import ReasonForm
from common.ui import paginate, search_text
from rnds.models import Credential, CredentialRequest
from rnds.permissions import Permission
from rnds.services import credentials, terms, terms_paper
from rnds.views.base import visible_credential


@dataclass(frozen=True)
class RequestRow:
    """A request in progress as the panel shows it at one instant."""

    request: CredentialRequest
    status: CredentialRequest.Status
    is_mine: bool


@never_cache
@require_safe
def credential_list(request: ActorRequest) -> HttpResponse:
    """«CREDENCIAIS GERADAS», "Solicitações em andamento" and the certificates about to expire."""
    permissions.require(request.actor, Permission.VIEW_CREDENTIALS)
    at, search = request.at, search_text(request)
    rows = Credential.objects.visible_to(request.actor).select_related("establishment", "certificate")
    page = paginate(request, rows.matching(search))
    expiring = Credential.objects.visible_to(request.actor).expiring_at(at).select_related("certificate")
    context = {
        "page": page,
        "search": search,
        "total": rows.count() if search else page.paginator.count,
        "requests": _in_progress(request, at),
        "warnings": [credentials.expiry_warning(credential, at) for credential in expiring],
        "may_request": request.actor.has_perm(Permission.REQUEST_CREDENTIAL),
        "may_download": request.actor.has_perm(Permission.DOWNLOAD_CREDENTIAL),
    }
    return render(request, "rnds/credential_list.html", context)


def _in_progress(request: ActorRequest, at: datetime) -> list[RequestRow]:
    rows = CredentialRequest.objects.visible_to(request.actor).for_panel(request.actor, at)
    related = rows.select_related("token", "establishment", "requester")
    return [
        RequestRow(row, row.effective_status(at), row.requested_by_id == request.actor.account_id) for row in related
    ]


@never_cache
@require_safe
def credential_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One credential: certificate, children, downloads and what the PEC asks for."""
    credential = visible_credential(request, pk)
    at = request.at
    context = {
        "credential": credential,
        "children": credential.children.order_by("name"),
        "superseded": credential.superseded.order_by("pk"),
        "is_active": credential.status == Credential.Status.ACTIVE,
        "has_expired": not credential.certificate.is_current_at(at),
        "may_download": request.actor.has_perm(Permission.DOWNLOAD_CREDENTIAL, credential),
        "may_keep_systems": request.actor.has_perm(Permission.MANAGE_SYSTEM_ACCESSES, credential),
        "may_revoke": request.actor.has_perm(Permission.REVOKE_CREDENTIAL, credential),
    }
    return render(request, "rnds/credential_detail.html", context)


@never_cache
@require_POST
def credential_file(request: ActorRequest, pk: int) -> HttpResponse:
    """«Credencial». By POST, because a download is audited and may erase the key."""
    credential = visible_credential(request, pk)
    with attempt(request):
        download = credentials.credential_file(credential_id=credential.pk, by=request.actor, at=request.at)
        return _attachment(download.content, download.filename, download.content_type)
    return redirect("rnds:credential_detail", pk)


@never_cache
@require_safe
def credential_terms(request: ActorRequest, pk: int) -> HttpResponse:
    """«Termo», as the signed PDF."""
    credential = _with_terms(request, pk)
    paper = terms_paper.terms_paper(credential_id=credential.pk, by=request.actor)
    return pdf_download(paper.content, f"termo-{credential.requester_id}-{credential.establishment_id}.pdf")


@never_cache
@require_safe
def credential_terms_print(request: ActorRequest, pk: int) -> HttpResponse:
    """«Termo», as a page that prints like a document."""
    credential = _with_terms(request, pk)
    acceptance = credential.request.acceptance
    url = terms.verification_url(acceptance)
    context = {
        "acceptance": acceptance,
        "credential": credential,
        "paragraphs": acceptance.rendered.split("\n\n"),
        "url": url,
        "qr": segno.make(url, error="m", micro=False).svg_data_uri(scale=4),
    }
    return render(request, "rnds/terms_print.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def credential_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask for the motivo, then revoke."""
    credential = visible_credential(request, pk)
    permissions.require(request.actor, Permission.REVOKE_CREDENTIAL, credential)
    if credential.status != Credential.Status.ACTIVE:
        raise NotAllowedNow(credential.get_status_display())
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            credentials.revoke_credential(
                credential_id=credential.pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at
            )
            messages.success(request, f"Credencial nº {credential.requester_id} revogada.")
            return redirect("rnds:credential_list")
    return render(request, "rnds/credential_revoke.html", {"credential": credential, "form": form})


def _with_terms(request: ActorRequest, pk: int) -> Credential:
    """The termo goes with an ACTIVE credential, as its button does."""
    credential = visible_credential(request, pk)
    permissions.require(request.actor, Permission.DOWNLOAD_TERMS, credential)
    if credential.status != Credential.Status.ACTIVE:
        raise NotAllowedNow(credential.get_status_display())
    return credential


def _attachment(content: bytes, filename: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
