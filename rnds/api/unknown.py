"""Whatever else the RNDS has below /api/: JSON that says so, never a page."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from interop.calls import call_of
from interop.doors import Door
from interop.refusals import Fault

DOOR = Door("rnds", "Outros endereços da RNDS", ("/api", "/api/", "/.well-known/", "/login/", "/token/"))
NOT_SIMULATED = Fault(
    HTTPStatus.NOT_IMPLEMENTED,
    "not_implemented",
    "Este endereço ainda não é simulado.",
    "Hoje o simulador responde, sem barra no fim, em /api/token e /api/osb/token, por TLS mútuo, em /login e "
    "/token/osb, e em /api/jwks.",
)


@login_not_required
@csrf_exempt
def not_simulated(request: HttpRequest, path: str = "") -> HttpResponse:
    """«Ainda não simulado», to any method."""
    return call_of(request).write(NOT_SIMULATED).as_response()
