"""Public verification of an accepted termo, by the code of its QR."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from rnds.models import TermsAcceptance
from rnds.services import terms_paper


@login_not_required
@require_safe
def terms_verify(request: HttpRequest, code: str) -> HttpResponse:
    """That the acceptance exists, its date, CNES and hash, and the masked CPF; never the text."""
    accepted = TermsAcceptance.objects.select_related("request", "text")
    acceptance = get_object_or_404(accepted, verification_code=code.upper())
    context = {"acceptance": acceptance, "paper": terms_paper.paper_of(acceptance)}
    return render(request, "rnds/terms_verify.html", context)
