"""The page behind a one-time access link: who it lets in, and the button that does."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.services import access_links as service
from accounts.services.sign_in import record_failure
from common import documents
from common.exceptions import RuleBroken
from common.navigation import home_url
from common.requests import HttpRequest

_Entered = TypeVar("_Entered")
BACKEND = "accounts.backends.AccessLinkBackend"


@login_not_required
@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def access_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Into the person's own profiles."""

    def open_session(user: User) -> HttpResponse:
        login(request, user, backend=BACKEND)
        return redirect(home_url(request))

    return by_link(request, secret, page=service.PAGE, enter=service.enter_by_link, open_session=open_session)


@sensitive_variables("secret")
def by_link(
    request: HttpRequest,
    secret: str,
    *,
    page: str,
    enter: Callable[..., _Entered],
    open_session: Callable[[_Entered], HttpResponse],
) -> HttpResponse:
    """Only the POST uses the link up: a programme that follows addresses in messages does not.

    Whatever `enter` gives for who comes in is what `open_session` takes.
    """
    at = request.at
    try:
        person = service.read_link(secret=secret, page=page, at=at).person
        if request.method == "GET":
            context = {"person": person, "cpf": documents.mask_cpf(person.cpf_text)}
            return render(request, "accounts/access_link.html", context)
        entered = enter(secret=secret, at=at)
    except RuleBroken as refusal:
        if refusal.code != "dead_link":
            record_failure(kind=User.Kind.PERSON, login=person.cpf_text, reason=refusal.code, at=at)
        return render(request, "accounts/access_link_dead.html", {"text": refusal.message}, status=403)
    return open_session(entered)
