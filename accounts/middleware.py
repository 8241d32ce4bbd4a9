"""Who acts, in every request."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.actors import Proof
from accounts.session import put_actor
from common.actor import ActorRequest
from common.navigation import page_asked_for, with_next

_View = TypeVar("_View", bound=Callable[..., Any])


class ActorMiddleware:
    """Puts `request.actor` in place; it costs nothing until it is asked something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        put_actor(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads who has shown only the password of the team on to the second factor, and from there to the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: ActorRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or getattr(view, "is_of_the_door", False):
            return None
        if request.actor.proof != Proof.HALF:
            return None
        return redirect(with_next(settings.SECOND_FACTOR_URL, page_asked_for(request)))


def door_page(view: _View) -> _View:
    """A page that completes the sign-in of the team."""
    view.is_of_the_door = True  # type: ignore[attr-defined]  # SecondFactorMiddleware reads it from the view
    return view


@receiver([user_logged_in, user_logged_out])
def renew(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    """The session became another one in the middle of the request."""
    if request is not None:
        put_actor(request)
