"""Caixa de saída simulada: the e-mails that the portal owes to who is signed in; and those that were given up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.permissions import Permission
from accounts.services import dead_letters
from common import permissions
from common.actor import ActorRequest
from common.models import OutboxMessage
from common.permissions import staff_page
from common.ui import paginate


@require_GET
def outbox(request: ActorRequest) -> HttpResponse:
    """List of the messages, newest first."""
    page = paginate(request, OutboxMessage.objects.visible_to(request.actor))
    return render(request, "accounts/outbox_list.html", {"page": page})


@require_GET
def outbox_message(request: ActorRequest, message_id: int) -> HttpResponse:
    """One message; of somebody else's, 404."""
    message = get_object_or_404(OutboxMessage.objects.visible_to(request.actor), pk=message_id)
    return render(request, "accounts/outbox_detail.html", {"message": message})


@staff_page
@never_cache
@require_safe
def dead_letter_list(request: ActorRequest) -> HttpResponse:
    """«E-mails não entregues», for who reads the whole portal; the administrator has them tried again."""
    permissions.require(request.actor, Permission.READ_ADMIN)
    context = {
        "page": paginate(request, dead_letters.given_up(request.actor)),
        "may_retry": request.actor.has_perm(Permission.RETRY_MAIL),
    }
    return render(request, "accounts/dead_letter_list.html", context)


@staff_page
@require_POST
def dead_letter_retry(request: ActorRequest, message_id: int) -> HttpResponse:
    """«Tentar de novo»."""
    permissions.require(request.actor, Permission.RETRY_MAIL)
    message = get_object_or_404(dead_letters.given_up(request.actor), pk=message_id)
    dead_letters.retry_message(message_id=message.pk, by=request.actor, at=request.at)
    messages.success(request, "A mensagem voltou à fila: o envio sai em até um minuto.")
    return redirect("accounts:dead_letters")
