"""Example documents to download where one is asked; only in a demonstration."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from siops.services.sample_papers import ARCHIVE, PAPERS, archive, paper


@login_not_required
@require_safe
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """One example file, by its name."""
    if not settings.DEMO or name not in {*PAPERS, ARCHIVE}:
        raise Http404
    content, kind = (archive(), "application/zip") if name == ARCHIVE else (paper(name), "application/pdf")
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
