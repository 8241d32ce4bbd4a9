"""What of the log is read without entering: the calls of one's own certificate, and a message by its link."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.exceptions import RuleBroken
from common.requests import HttpRequest
from interop import describe, journal, showing
from interop.calls import call_of
from interop.models import Exchange, Message

NOT_YOURS = "Nenhuma chamada feita com este certificado tem este identificador."


@login_not_required
@never_cache
@require_safe
def own_exchange(request: HttpRequest, request_id: str) -> HttpResponse:
    """One call, for whoever calls with the certificate that made it; everybody else finds nothing."""
    journal.write()
    fingerprint = call_of(request).fingerprint
    row = Exchange.objects.visible_to(fingerprint).select_related("message").filter(request_id=str(request_id)).first()
    if row is None:
        raise RuleBroken(NOT_YOURS, code="no_exchange")
    return JsonResponse(describe.facts(row), json_dumps_params={"ensure_ascii": False})


@login_not_required
@never_cache
@require_safe
def message(request: HttpRequest, link: str) -> HttpResponse:
    """A message as evidence (prova), for whoever was given its address, while it is kept."""
    rows = Message.objects.kept_at(request.real_at).select_related("exchange")
    found: Message = get_object_or_404(rows, link=link)
    return render(request, "interop/message.html", {**showing.facts_of(found.exchange), "shown": showing.shown(found)})
