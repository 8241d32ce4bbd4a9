"""«DOWNLOAD»: the programmes for the technician's own computer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from declarations.engine import catalogue
from declarations.services.downloads import TOOLS


@login_not_required
@require_safe
def downloads(request: HttpRequest) -> HttpResponse:
    """The present version of both, with their SHA-256."""
    return render(request, "declarations/downloads.html", {"tools": TOOLS.values(), "version": catalogue.VERSION})


@login_not_required
@require_safe
def tool(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in TOOLS:
        raise Http404
    found = TOOLS[slug]
    answer = HttpResponse(found.content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    return answer
