"""Caixa de correio simulada: stands for the real mailbox of who cannot sign in yet. Only in a demonstration."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.forms_mailbox import MailboxForm
from accounts.lockout import client_ip
from common import clock, throttle
from common.models import OutboxMessage

# A class behind one address may look again and again; listing mailboxes by trial becomes slow.
LOOKS, WINDOW, KEY = 120, 60, "mailbox"
MOST = 20


@login_not_required
@never_cache
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest messages written to the address that is typed; any address without mail has an empty mailbox."""
    if not settings.DEMO:
        raise Http404
    form = MailboxForm(request.GET if "endereco" in request.GET else None)
    if not form.is_valid():
        return render(request, "accounts/mailbox.html", {"form": form})
    at = clock.now()
    if throttle.count(KEY, client_ip(request) or "", seconds=WINDOW, at=at) > LOOKS:
        return _too_many(request, form, at)
    address = form.cleaned_data["endereco"]
    letters = OutboxMessage.objects.to_mailbox(address)[:MOST]
    return render(request, "accounts/mailbox.html", {"form": form, "address": address, "letters": letters})


def _too_many(request: HttpRequest, form: MailboxForm, at: datetime) -> HttpResponse:
    wait = throttle.seconds_left(seconds=WINDOW, at=at)
    answer = render(request, "accounts/mailbox.html", {"form": form, "wait": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
