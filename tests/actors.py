"""Who acts in a test: an account in its own offices, or the session of an entity in the SIOPS.

`Client.force_login` opens the session by the door that this kind of account has, unless a back end is named. However
the team enters, by a form or in a browser too, its second factor is shown as if by itself, for good; with the fixture
`asks_factor` it is not.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import wraps
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.test import Client

from accounts.actors import on_behalf_of
from accounts.models import User
from accounts.session import FACTOR
from common.actor import Actor
from common.sessions import SessionStore
from tests.clock import now

# A person enters the e-Gestor by gov.br or by a link; the link's session lives outside the demonstration too.
BACKENDS = {
    User.Kind.PERSON: "accounts.backends.AccessLinkBackend",
    User.Kind.ORGANISATION: "accounts.backends.AccountBackend",
    User.Kind.STAFF: "accounts.backends.AccountBackend",
}


def acting(who: User | Actor, at: datetime | None = None) -> Actor:
    """The account acting at `at` (now, unless told) in its own offices; who is an actor already stays as it is."""
    return who if isinstance(who, Actor) else on_behalf_of(who, at=at or now())


def routine() -> Actor:
    return Actor.routine("test", now())


_force_login = Client.force_login


@wraps(_force_login)
def force_login(self: Client, user: User, backend: str | None = None) -> None:
    _force_login(self, user, backend=backend or BACKENDS[User.Kind(user.kind)])


def _open_session(self: Any, user: User, backend: str | None = None) -> None:
    """As Django's own, which first writes an empty session for a browser without one, and then throws it away."""
    request, cookie = HttpRequest(), self.cookies.get(settings.SESSION_COOKIE_NAME)
    request.session = SessionStore(cookie.value if cookie else None)
    login(request, user, backend)
    request.session.save()
    self._set_login_cookies(request)


setattr(Client, "force_login", force_login)  # noqa: B010 -- the door of each kind of account
setattr(Client, "_login", _open_session)  # noqa: B010 -- the same


FOR_GOOD = "9999-12-31T00:00:00+00:00"


@receiver(user_logged_in)
def show_factor(user: User, request: HttpRequest, **kwargs: Any) -> None:
    if user.kind == User.Kind.STAFF:
        request.session[FACTOR] = FOR_GOOD


@pytest.fixture
def asks_factor() -> Iterator[None]:
    """The sign-in of the team as it is, with its second factor."""
    user_logged_in.disconnect(show_factor)
    yield
    user_logged_in.connect(show_factor)


def signed_in(user: User, **options: Any) -> Client:
    """A browser with the session of the account."""
    client = Client(**options)
    client.force_login(user)
    return client
