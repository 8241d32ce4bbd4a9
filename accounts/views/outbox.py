"""Caixa de saída simulada: the e-mails that the portal owes to who is signed in."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from common.actor import ActorRequest
from common.models import OutboxMessage
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
