"""The session of the SIOPS, bound to one entity and role by its doors. Edges only; services take an Actor."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts import session
from common.actor import ActorRequest
from common.navigation import page_asked_for, with_next
from common.requests import HttpRequest
from pki import services as pki
from siops.offices import SiopsOffice
from territory.models import Entity

LOST_ROLE = "Você não responde mais por este ente neste papel. Entre novamente."
LAPSED = {
    pki.Outcome.REVOKED: "O certificado com que você entrou foi revogado, e a sessão terminou.",
    pki.Outcome.OUTSIDE_VALIDITY: "O certificado com que você entrou venceu, e a sessão terminou.",
    pki.Outcome.UNTRUSTED: "O certificado com que você entrou não consta mais deste ambiente, e a sessão terminou.",
}

_P = ParamSpec("_P")


def bind(
    request: HttpRequest, *, entity: Entity, role: str, proof: str, certificate: str = "", mailbox: str = ""
) -> None:
    """Bind the session just opened to one entity and role; `proof` says how the person entered.

    Who entered by certificate gives its SHA-256: the session ends with it. Who entered by a link, its mailbox.
    """
    if certificate:
        request.session[session.CERTIFICATE] = certificate
    session.bind(request, entity_id=entity.pk, role=role, proof=proof, mailbox=mailbox)


class CertificateSessionMiddleware:
    """Ends a session whose certificate was revoked or has expired, asked anew at each request by one query.

    Whatever the page: the session is also that of the pages that are not of the SIOPS.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        opened_by = request.session.get(session.CERTIFICATE)
        if opened_by:
            outcome = pki.judge_again(sha256=opened_by, at=request.at)
            if outcome is not pki.Outcome.OK:
                logout(request)
                messages.warning(request, LAPSED[outcome])
        return self.get_response(request)


def office_required(
    view: Callable[Concatenate[ActorRequest, _P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, _P], HttpResponse]:
    """Let in who answers for an entity in this session now, or lead to the sign-in of the SIOPS."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        bound = cast("ActorRequest", request)
        if not isinstance(bound.actor.office, SiopsOffice):
            if request.session.pop(session.BOND, None):
                messages.warning(request, LOST_ROLE)
            return redirect(with_next("siops:sign_in", page_asked_for(request)))
        return view(bound, *args, **kwargs)

    # Where SignInMiddleware leads who has no session at all.
    wrapped.login_url = "siops:sign_in"  # type: ignore[attr-defined]  # the middleware reads it from the view
    return cast("Callable[Concatenate[HttpRequest, _P], HttpResponse]", wrapped)
