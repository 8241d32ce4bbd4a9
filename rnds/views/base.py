"""What the screens of the credential share."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from common import clock, permissions
from rnds.models import Credential, CredentialRequest


class SignedInRequest(HttpRequest):
    """What LoginRequiredMiddleware lets through."""

    user: User


def visible_request(request: SignedInRequest, pk: int) -> CredentialRequest:
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
    rows = CredentialRequest.objects.visible_to(request.user).readable_at(clock.now()).select_related(*related)
    found: CredentialRequest = get_object_or_404(rows, pk=pk)
    permissions.require(request.user, "rnds.view_credentials", found)
    return found


def visible_credential(request: SignedInRequest, pk: int) -> Credential:
    """A credential of the entities of the session, or 404; then the permission to look."""
    related = ("establishment", "certificate__authority", "uf", "request__requester", "request__acceptance", "file")
    found: Credential = get_object_or_404(Credential.objects.visible_to(request.user).select_related(*related), pk=pk)
    permissions.require(request.user, "rnds.view_credentials", found)
    return found
