"""The receipts of a version (T15), their signed PDF, and the public verification by the number on them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from segno import make as make_qr

from common import permissions
from common.actor import ActorRequest
from common.downloads import pdf_download
from declarations.limits import look_up
from declarations.models import Receipt
from declarations.permissions import Permission
from declarations.services.receipts import is_public, paper_of, receipt_paper, receipt_url
from declarations.views.folders import declaration_of
from siops.session import office_required


@login_not_required
@never_cache
@require_safe
def receipt_verify(request: ActorRequest, number: str) -> HttpResponse:
    """«Recibo válido», or «Recibo inexistente ou adulterado»: never the amounts, and percentages once official."""
    receipt = look_up(request, number)
    if receipt is None:
        return render(request, "declarations/receipt_verify.html", {"number": number}, status=404)
    context = {
        "number": number,
        "receipt": receipt,
        "declaration": receipt.declaration,
        "is_public": is_public(receipt),
        "may_see": is_public(receipt) or request.actor.has_perm(Permission.VIEW_DECLARATION, receipt),
        "paper": paper_of(receipt),
    }
    return render(request, "declarations/receipt_verify.html", context)


@login_not_required
@never_cache
@require_safe
def receipt_file(request: ActorRequest, number: str) -> HttpResponse:
    """The signed PDF: of who answers for the entity, who makes it when nobody did, and of everybody once official."""
    receipt = get_object_or_404(Receipt.objects.visible_to(request.actor), number=number)
    paper = paper_of(receipt)
    if paper is None or not is_public(receipt):
        permissions.require(request.actor, Permission.VIEW_DECLARATION, receipt)
    paper = paper or receipt_paper(receipt_id=receipt.pk, by=request.actor, at=request.at)
    return pdf_download(paper.content, f"recibo-{receipt.number}.pdf")


@never_cache
@require_safe
@office_required
def receipt_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """T15: the receipts of a version, each with its QR, its PDF and its public page."""
    declaration = declaration_of(request, pk)
    receipts = list(declaration.receipts.order_by("pk"))
    if not receipts:
        raise Http404
    addresses = [(receipt, receipt_url(receipt)) for receipt in receipts]
    rows = [(row, url, make_qr(url, error="m", micro=False).svg_data_uri(scale=4, border=2)) for row, url in addresses]
    return render(request, "declarations/receipt_detail.html", {"declaration": declaration, "rows": rows})
