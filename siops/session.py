"""The session of the SIOPS: which entity and role it is bound to. Edges only; services take an Acting."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from common.navigation import with_next
from common.requests import HttpRequest
from pki import services as pki
from siops.acting import Acting
from territory.models import Entity

KEY = "siops"
# Fingerprint of the certificate that opened the session.
CERTIFICATE = "siops_certificate"
LOST_ROLE = "Você não responde mais por este ente neste papel. Entre novamente."
LAPSED = {
    pki.Outcome.REVOKED: "O certificado com que você entrou foi revogado, e a sessão terminou.",
    pki.Outcome.OUTSIDE_VALIDITY: "O certificado com que você entrou venceu, e a sessão terminou.",
    pki.Outcome.UNTRUSTED: "O certificado com que você entrou não consta mais deste ambiente, e a sessão terminou.",
}

_P = ParamSpec("_P")


class ActingRequest(HttpRequest):
    """A request of somebody whose session is bound to an entity and a role."""

    user: User
    acting: Acting


def bind(request: HttpRequest, *, entity: Entity, role: str, proof: str, certificate: str = "") -> None:
    """Bind the session just opened to one entity and role; `proof` says how the person entered.

    Who entered by certificate gives its SHA-256: the session ends with it.
    """
    request.session[KEY] = {"entity": entity.pk, "role": role, "proof": proof}
    if certificate:
        request.session[CERTIFICATE] = certificate


class CertificateSessionMiddleware:
    """Ends a session whose certificate was revoked or has expired, asked anew at each request by one query.

    Whatever the page: the session is also that of the pages that are not of the SIOPS.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        opened_by = request.session.get(CERTIFICATE)
        if opened_by:
            outcome = pki.judge_again(sha256=opened_by, at=request.at)
            if outcome is not pki.Outcome.OK:
                logout(request)
                messages.warning(request, LAPSED[outcome])
        return self.get_response(request)


def acting_of(request: HttpRequest, at: datetime) -> Acting | None:
    """Who acts in this session at `at`; None when it is not bound or the role was lost."""
    bound = request.session.get(KEY)
    user: Any = request.user
    if not bound or not user.is_authenticated:
        return None
    entity = Entity.objects.select_related("municipality__uf", "uf").get(pk=bound["entity"])
    acting = Acting(user=user, entity=entity, role=bound["role"], at=at)
    return acting if acting.holds_role else None


def acting_required(
    view: Callable[Concatenate[ActingRequest, _P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, _P], HttpResponse]:
    """Put `request.acting` in place, or lead to the sign-in of the SIOPS."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        acting = acting_of(request, request.at)
        if acting is None:
            if request.session.pop(KEY, None):
                messages.warning(request, LOST_ROLE)
            # Only a page that was asked for is worth coming back to.
            after = request.get_full_path() if request.method in ("GET", "HEAD") else ""
            return redirect(with_next("siops:sign_in", after))
        bound = cast("ActingRequest", request)
        bound.acting = acting
        return view(bound, *args, **kwargs)

    # Where LoginRequiredMiddleware leads who has no session at all.
    wrapped.login_url = "siops:sign_in"  # type: ignore[attr-defined]  # the middleware reads it from the view
    return cast("Callable[Concatenate[HttpRequest, _P], HttpResponse]", wrapped)


def header(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `acting`, who acts in this session, or something false. Costs nothing until it is used."""
    shared = cast("Any", request)
    if not hasattr(request, "acting"):
        # On the request too, where the menu finds it.
        shared.acting = SimpleLazyObject(lambda: _acting_now(request))
    return {"acting": shared.acting}


def _acting_now(request: HttpRequest) -> Acting | None:
    # A request refused before the accounts were looked at, as one for another host, has nobody.
    return acting_of(request, request.at) if hasattr(request, "user") else None
