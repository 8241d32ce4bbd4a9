"""Whatever else the RNDS has below /api/: JSON that says so, never a page."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from rnds.api.responses import INFERENCE, Answer

NOT_SIMULATED = Answer(
    HTTPStatus.NOT_IMPLEMENTED,
    {"error": "not_implemented", "error_description": "Este endereço ainda não é simulado."},
    INFERENCE,
    "Hoje o simulador responde em /api/token, por TLS mútuo e sem barra no fim, e em /api/jwks.",
)


@login_not_required
@csrf_exempt
def not_simulated(request: HttpRequest, path: str = "") -> HttpResponse:
    """«Ainda não simulado», to any method."""
    return NOT_SIMULATED.as_response()
