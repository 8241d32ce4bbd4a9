"""«Infográfico»: the whole path on a sheet to print, for who has not entered yet."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rnds.infographic import stages


@login_not_required
@require_safe
def infographic(request: HttpRequest) -> HttpResponse:
    """The same for everybody: it reads nothing of the world."""
    return render(request, "rnds/infographic.html", {"stages": list(stages())})
