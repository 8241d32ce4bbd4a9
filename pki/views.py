"""What verifiers fetch: certificates of the authorities, revocation lists and the responder. All of it is public."""

import base64

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from common.actor import ActorRequest
from pki import services
from pki.authority.hierarchy import der_of
from pki.models import Authority

_MOST_REQUEST_BYTES = 8 * 1024


@login_not_required
@require_safe
def authority_list(request: ActorRequest) -> HttpResponse:
    """«Autoridades simuladas»: who signs here, and what to download to trust them."""
    authorities = Authority.objects.visible_to(request.actor).select_related("parent")
    return render(request, "pki/authority_list.html", {"authorities": authorities})


@login_not_required
@require_safe
def authority_der(request: ActorRequest, slug: str) -> HttpResponse:
    authority = get_object_or_404(Authority.objects.visible_to(request.actor), slug=slug)
    return _file(der_of(authority.certificate_pem), "application/pkix-cert", f"{slug}.cer")


@login_not_required
@require_safe
def authority_pem(request: ActorRequest, slug: str) -> HttpResponse:
    authority = get_object_or_404(Authority.objects.visible_to(request.actor), slug=slug)
    return _file(authority.certificate_pem.encode(), "application/x-pem-file", f"{slug}.pem")


@login_not_required
@require_safe
def bundle(request: ActorRequest) -> HttpResponse:
    """Every authority in one PEM file."""
    return _file(services.trusted_bundle_pem(), "application/x-pem-file", "cadeia.pem")


@login_not_required
@require_safe
@never_cache
def revocation_list(request: ActorRequest, slug: str) -> HttpResponse:
    """The authority's LCR, made anew when it is due."""
    authority = get_object_or_404(Authority.objects.visible_to(request.actor), slug=slug)
    crl = services.current_crl(authority_slug=authority.slug, at=request.real_at)
    return _file(crl, "application/pkix-crl", f"{slug}.crl")


@login_not_required
@csrf_exempt
@require_POST
@never_cache
def responder(request: ActorRequest, slug: str) -> HttpResponse:
    """OCSP over POST (RFC 6960, appendix A)."""
    return _answer(request, slug, request.read(_MOST_REQUEST_BYTES))


@login_not_required
@require_safe
@never_cache
def responder_get(request: ActorRequest, slug: str, encoded: str) -> HttpResponse:
    """OCSP over GET: the request in base64 in the path (RFC 6960, appendix A)."""
    try:
        der = base64.b64decode(encoded, validate=True)
    except ValueError:
        der = b""
    return _answer(request, slug, der)


def _answer(request: ActorRequest, slug: str, der: bytes) -> HttpResponse:
    if not Authority.objects.visible_to(request.actor).filter(slug=slug).exists():
        raise Http404
    answer = services.answer_ocsp(authority_slug=slug, der=der, at=request.real_at)
    return HttpResponse(answer, content_type="application/ocsp-response")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
