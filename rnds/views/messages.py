"""«Mensagens»: what systems sent with a credential, what they were answered, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.actor import ActorRequest
from common.attempts import attempt
from common.ui import paginate
from interop import journal, showing
from interop.doors import label_of
from interop.models import Exchange
from rnds.models import Credential
from rnds.permissions import Permission
from rnds.services import messages
from rnds.views.base import visible_credential


@never_cache
@require_safe
def message_list(request: ActorRequest, pk: int) -> HttpResponse:
    """Every call of the credential, the last second included."""
    credential = visible_credential(request, pk)
    journal.write()
    page = paginate(request, messages.lines_of(credential))
    page.object_list = [(line, label_of(line.door), showing.verdict(line)) for line in page.object_list]
    return render(request, "rnds/message_list.html", _about(credential) | {"page": page})


@never_cache
@require_safe
def message_detail(request: ActorRequest, pk: int, request_id: UUID) -> HttpResponse:
    """One call: verdict, cause, token, certificate and, while they are kept, both bodies."""
    credential = visible_credential(request, pk)
    journal.write()
    line = _line(credential, str(request_id))
    message = messages.message_of(line, real_at=request.real_at)
    context = _about(credential) | showing.facts_of(line) | {"again": messages.sent_again(line)}
    if message:
        shown = showing.shown(message)
        first = _first(request, credential, shown.again_of)
        context |= {"shown": shown, "again_of": shown.again_of, "first": first}
        context["token_refused"] = first is not None and first["line"].path != line.path
        may = request.actor.has_perm(Permission.SEND_MESSAGE_AGAIN, credential)
        context["may_send_again"] = may and shown.is_readable
    return render(request, "rnds/message_detail.html", context)


@never_cache
@require_POST
def message_send_again(request: ActorRequest, pk: int, request_id: UUID) -> HttpResponse:
    """«Enviar de novo», and then both answers beside each other."""
    credential = visible_credential(request, pk)
    line = _line(credential, str(request_id))
    with attempt(request):
        again = messages.send_again(
            credential_id=credential.pk,
            request_id=line.request_id,
            by=request.actor,
            at=request.at,
            real_at=request.real_at,
        )
        notices.success(request, "Veja as duas respostas, lado a lado.")
        return redirect("rnds:message_detail", pk, again)
    return redirect("rnds:message_detail", pk, line.request_id)


def _line(credential: Credential, request_id: str) -> Exchange:
    line = messages.lines_of(credential).filter(request_id=request_id).first()
    if line is None:
        raise Http404
    return line


def _first(request: ActorRequest, credential: Credential, request_id: str) -> dict[str, Any] | None:
    """The first time of a message that was sent again, while that is kept too."""
    line = messages.lines_of(credential).filter(request_id=request_id).first() if request_id else None
    message = messages.message_of(line, real_at=request.real_at) if line else None
    return {"line": line, "shown": showing.shown(message)} if message else None


def _about(credential: Credential) -> dict[str, Any]:
    return {"credential": credential, "credential_name": f"Credencial {credential.requester_id}"}
