"""The rules that judge every declaration, for everybody to read."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from declarations.engine import catalogue
from declarations.services.catalogue import changes, entries


@login_not_required
@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """The fifty críticas, in their order."""
    context = {"entries": entries(), "changes": changes(), "version": catalogue.VERSION}
    return render(request, "declarations/rule_list.html", context)
