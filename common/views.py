"""Pages of the house itself: the door, what is known and supposed, the words."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common import fidelity as known
from common import glossary as words
from common import house, stopped
from common.navigation import door_of, home_url
from common.rail import RailPath, Start
from common.requests import HttpRequest


@dataclass(frozen=True)
class PathCard:
    """A path of the home page, and how it begins; outside a demonstration by entering."""

    path: RailPath
    start: Start | None


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The public door; who is signed in goes on to what is done in that session."""
    if request.user.is_authenticated:
        return redirect(home_url(request))
    stop = stopped.where(request)
    context = {
        "tls_url": settings.TLS_URL,
        "stop": stop,
        "stopped_ago": stop.ago(request.real_at) if stop else "",
        "cards": [PathCard(path, path.start()) for path in sorted(house.rail_paths(), key=_minutes)],
        "systems": house.system_cards(),
    }
    return render(request, "common/home.html", context)


def _minutes(path: RailPath) -> int:
    """The shortest path comes first, and is where one begins."""
    return path.minutes


@login_not_required
@require_safe
def fidelity(request: HttpRequest) -> HttpResponse:
    """«Fidelidade do simulador»: the source of each behaviour."""
    context = {"areas": known.areas(), "not_yet": known.not_yet(), "gaps": known.gaps(), "sources": list(known.Source)}
    return render(request, "common/fidelity.html", context)


@login_not_required
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """«Glossário»: Portuguese terms beside their names in the code."""
    return render(request, "common/glossary.html", {"terms": words.terms(), "acronyms": words.acronyms()})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """No search engine may show a simulated page as if it were a service."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that this browser's session does not know: old, of another access, or from elsewhere."""
    return render(request, "stale_page.html", {"door_url": door_of(request.path_info)}, status=403)
