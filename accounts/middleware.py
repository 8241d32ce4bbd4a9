"""Who acts, in every request."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from accounts.session import put_actor


class ActorMiddleware:
    """Puts `request.actor` in place; it costs nothing until it is asked something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        put_actor(request)
        return self.get_response(request)


@receiver([user_logged_in, user_logged_out])
def renew(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    """The session became another one in the middle of the request."""
    if request is not None:
        put_actor(request)
