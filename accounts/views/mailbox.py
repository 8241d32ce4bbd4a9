"""Caixa de correio simulada: stands for the real mailbox of who cannot sign in yet. Only in a demonstration."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.forms.mailbox import MailboxForm
from accounts.limits import Limit
from common.models import OutboxMessage
from common.requests import HttpRequest

# A class may look again and again, also all into one mailbox; listing mailboxes by trial becomes slow.
LOOKS = Limit("mailbox", each=300, address=1200, lasts=timedelta(minutes=1))
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
    address = form.cleaned_data["endereco"]
    if wait := LOOKS.take(request, address.casefold(), at=request.real_at):
        return _too_many(request, form, wait)
    letters = OutboxMessage.objects.to_mailbox(address)[:MOST]
    return render(request, "accounts/mailbox.html", {"form": form, "address": address, "letters": letters})


def _too_many(request: HttpRequest, form: MailboxForm, wait: int) -> HttpResponse:
    answer = render(request, "accounts/mailbox.html", {"form": form, "wait": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
