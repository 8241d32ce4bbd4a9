"""After an action that wrote an e-mail: where it lies. Only in a demonstration, where anybody reads any mailbox."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from common import mail
from common.models import OutboxMessage

MOST = 5


class WrittenMailMiddleware:
    """Adds to the confirmation of who is signed in a link to each mailbox that received something.

    Who is signed out is told nothing: whether a CPF or CNPJ has a mailbox is nobody's business at the door.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not settings.DEMO:
            return self.get_response(request)
        with mail.listening() as written:
            response = self.get_response(request)
        if written and request.user.is_authenticated:
            _tell(request, written)
        return response


def _tell(request: HttpRequest, written: list[int]) -> None:
    rows = OutboxMessage.objects.filter(pk__in=written).order_by("pk").values_list("to_email", flat=True)
    mailboxes = list(dict.fromkeys(rows))
    if not mailboxes:
        return
    links = ((reverse("accounts:mailbox", query={"endereco": to}), to) for to in mailboxes[:MOST])
    more = f" e de mais {len(mailboxes) - MOST}" if len(mailboxes) > MOST else ""
    text = "O e-mail desta ação está na caixa de correio simulada de {}{}."
    listed = format_html_join(", ", '<a href="{}">{}</a>', links)
    messages.info(request, format_html(text, listed, more))
