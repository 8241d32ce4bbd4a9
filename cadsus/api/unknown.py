"""Whatever else the CADSUS has on the wire: a SOAP Fault that says so, never a page."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from interop.calls import call_of
from interop.doors import Door
from interop.refusals import Fault, Format

DOOR = Door(
    "cadsus-wire",
    "Outros serviços do CADSUS",
    (
        "/cadsus/v2/",
        "/cadsus/PDQSupplier/",
        "/cadsus/PIXManager/",
        "/cadsus/CadsusService/",
        "/cadsus/AuditoriaCadsusService/",
    ),
    speaks=Format.SOAP,
)
NOT_SIMULATED = Fault(
    HTTPStatus.NOT_IMPLEMENTED,
    "not_implemented",
    "Este serviço ainda não é simulado.",
    "Hoje o simulador responde, sem barra no fim, em PDQSupplier e PIXManager (…JWT, …JWTGovBR), CadsusService/v5r0 "
    "e AuditoriaCadsusService/v5r0.",
)


@login_not_required
@csrf_exempt
def not_simulated(request: HttpRequest, path: str = "") -> HttpResponse:
    """«Ainda não simulado», to any method."""
    return call_of(request).write(NOT_SIMULATED).as_response()
