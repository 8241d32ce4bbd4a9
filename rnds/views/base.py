"""What the screens of the credential share."""

from datetime import datetime

from django.contrib import messages
from django.shortcuts import get_object_or_404

from common import permissions
from common.actor import ActorRequest
from rnds.models import Credential, CredentialRequest
from rnds.permissions import Permission


def visible_request(request: ActorRequest, pk: int) -> CredentialRequest:
    """A request of the entities of the session that can still be read, or 404; then the permission to look."""
    related = (
        "token__organisation",
        "installation__establishment",
        "establishment__municipality__uf",
        "entity__municipality__uf",
        "entity__uf",
        "requester",
        "requested_by",
        "responsible",
        "imported_certificate",
    )
    rows = CredentialRequest.objects.visible_to(request.actor).readable_at(request.at).select_related(*related)
    found: CredentialRequest = get_object_or_404(rows, pk=pk)
    permissions.require(request.actor, Permission.VIEW_CREDENTIALS, found)
    return found


def tell_state(request: ActorRequest, row: CredentialRequest, at: datetime) -> None:
    """Why a page that no longer fits the request leads elsewhere, as when another tab moved it on."""
    status = row.effective_status(at)
    if status == CredentialRequest.Status.DRAFT:
        text = f"A solicitação nº {row.pk} voltou ao formulário em outra aba, e nada foi confirmado. Revise e continue."
    elif status == CredentialRequest.Status.AWAITING_TERMS:
        text = f"A solicitação nº {row.pk} aguarda o termo: para mudar o formulário, use «Cancelar» no termo."
    else:
        text = f"A solicitação nº {row.pk} está na situação {status.label}; esta página não se aplica mais."
    messages.warning(request, text)


def visible_credential(request: ActorRequest, pk: int) -> Credential:
    """A credential of the entities of the session, or 404; then the permission to look."""
    related = (
        "establishment",
        "certificate__authority",
        "uf",
        "request__requester",
        "request__acceptance",
        "file",
        "superseded_by",
    )
    found: Credential = get_object_or_404(Credential.objects.visible_to(request.actor).select_related(*related), pk=pk)
    permissions.require(request.actor, Permission.VIEW_CREDENTIALS, found)
    return found
