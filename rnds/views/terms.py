"""The address that an accepted termo prints: it leads to the conference of its paper."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rnds.models import TermsAcceptance
from rnds.services import terms_paper


@login_not_required
@never_cache
@require_safe
def terms_verify(request: HttpRequest, code: str) -> HttpResponse:
    """To the conference of authenticity; the termo is issued when its task was lost."""
    acceptance = get_object_or_404(TermsAcceptance, verification_code=code.upper())
    paper = terms_paper.issue_terms(acceptance_id=acceptance.pk)
    return redirect("documents:paper", paper.code, paper.crc)
