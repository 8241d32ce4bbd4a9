"""The public verification of a receipt, by the number on it and in its QR."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.limits import Limit
from common.actor import ActorRequest
from common.exceptions import Busy
from declarations.services.receipts import find_receipt, is_public, paper_of

# Numbers that were not those of a valid receipt.
MISSES = Limit("siops_receipt", each=60, address=600, lasts=timedelta(minutes=10))
TOO_MANY = "Houve muitas consultas de recibo sem resultado a partir deste endereço. Tente mais tarde."


@login_not_required
@never_cache
@require_safe
def receipt_verify(request: ActorRequest, number: str) -> HttpResponse:
    """«Recibo válido», or «Recibo inexistente ou adulterado»: never the amounts, and percentages once official."""
    if wait := MISSES.take(request, at=request.real_at):
        raise Busy(TOO_MANY, retry_after=wait)
    receipt = find_receipt(number=number)
    if receipt is None:
        return render(request, "declarations/receipt_verify.html", {"number": number}, status=404)
    MISSES.give_back(request)
    context = {
        "number": number,
        "receipt": receipt,
        "declaration": receipt.declaration,
        "is_public": is_public(receipt),
        "paper": paper_of(receipt),
    }
    return render(request, "declarations/receipt_verify.html", context)
