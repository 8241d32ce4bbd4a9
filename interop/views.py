"""What an integrator reads of the log: the calls of its own certificate, by their request id."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.exceptions import RuleBroken
from interop import describe, journal
from interop.calls import call_of
from interop.models import Exchange

NOT_YOURS = "Nenhuma chamada feita com este certificado tem este identificador."


@login_not_required
@never_cache
@require_safe
def own_exchange(request: HttpRequest, request_id: str) -> HttpResponse:
    """One call, for whoever calls with the certificate that made it; everybody else finds nothing."""
    journal.write()
    fingerprint = call_of(request).fingerprint
    row = Exchange.objects.visible_to(fingerprint).filter(request_id=str(request_id)).first()
    if row is None:
        raise RuleBroken(NOT_YOURS, code="no_exchange")
    return JsonResponse(describe.facts(row), json_dumps_params={"ensure_ascii": False})
