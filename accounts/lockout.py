"""Temporary lock-out (bloqueio) after repeated failures: what django-axes counts, logs and answers.

Few failures of one login from one address close the door to that address; many, from wherever they come, close it to
everybody. An address alone closes nothing: a whole class may share one.
"""

import math
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.doors import PORTAL
from accounts.models import User
from common import counters
from common.exceptions import Busy
from common.house import PasswordDoor, password_doors

# Tries of one login in the time of its door, from all addresses together. Each is counted before its password is looked
# at, so that parallel ones cannot be more; an address from which somebody then enters was not guessing.
EVERYWHERE, TRIES = 50, "sign_in.tries"
# Tries by what a door counts, until one is proven right: failures, and passwords that are being looked at now. Who
# would be one too many among those waits a little for them.
UNPROVEN, PATIENCE, PAUSE = "sign_in.unproven", 2.0, 0.05
CROWDED = "Há várias entradas com este acesso ao mesmo tempo. Tente de novo em instantes."
LOCKED_OUT, WRONG_PASSWORD = "locked_out", "wrong_password"
# What a request carries: refused before its password was looked at; counted in TRIES.
UNHEARD, COUNTED = "ensaio.unheard", "ensaio.counted"


class Handler(AxesDatabaseHandler):  # type: ignore[misc]  # django-axes is not typed
    """The failures of django-axes, which it counts once they are known, and beside them all tries, counted before."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Asked once for each password, before it is looked at. Raises Busy when too many are being looked at."""
        login, door, at = login_digest(request, credentials), _door(request), request.axes_attempt_time  # type: ignore[attr-defined]  # set by django-axes
        allowed = self._is_among_the_first(request, credentials, login)
        if allowed:
            counters.count(TRIES, _here(login, request), lasts=door.closed_for, at=at)
            tally = counters.count(TRIES, login, lasts=door.closed_for, at=at, limit=EVERYWHERE + 1)
            allowed, request.META[COUNTED] = tally.times <= EVERYWHERE, login
        request.META[UNHEARD] = not allowed
        return allowed

    def _is_among_the_first(self, request: HttpRequest, credentials: dict[str, Any] | None, login: str) -> bool:
        """Whether failures and passwords in hand leave room for one more; False once the failures alone do not."""
        door, most = _door(request), settings.AXES_FAILURE_LIMIT
        until = monotonic() + PATIENCE
        while super().is_allowed(request, credentials):
            who, at = _counted(login, request), request.axes_attempt_time  # type: ignore[attr-defined]  # set by django-axes
            if counters.count(UNPROVEN, who, lasts=door.closed_for, at=at, limit=most).times <= most:
                return True
            if monotonic() > until:
                raise Busy(CROWDED, retry_after=1)
            sleep(PAUSE)
        return False


def proven(request: HttpRequest | None) -> None:
    """The password of this request was right: the tries from its address were not guesses."""
    login = request.META.pop(COUNTED, "") if request is not None else ""
    if request is not None and login:
        here = _here(login, request)
        counters.give_back(TRIES, login, times=counters.tally(TRIES, here, at=request.axes_attempt_time).times)  # type: ignore[attr-defined]  # set by django-axes
        counters.forget(TRIES, here)
        counters.forget(UNPROVEN, _counted(login, request))


def reason_of_failure(request: HttpRequest) -> str:
    """For the audit trail: whether the password was wrong, or not looked at because the door was closed."""
    return LOCKED_OUT if request.META.get(UNHEARD) else WRONG_PASSWORD


def stand_at(door: PasswordDoor, request: HttpRequest) -> None:
    """Say which door this request knocks at; without a word it is that of the portal."""
    request.META["ensaio.door"] = door


def cool_off(request: HttpRequest | None) -> timedelta:
    return _door(request).closed_for


def counted_by(request: HttpRequest, credentials: dict[str, Any] | None = None) -> list[list[str]]:
    return [list(_door(request).counted_by)]


def login_digest(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """What is counted in place of the login, so that no CNPJ or CPF is kept in the list of attempts."""
    given = credentials or {}
    return _digest(
        _door(request),
        str(given.get(settings.AXES_USERNAME_FORM_FIELD) or given.get("cpf") or given.get("unit_cpf") or ""),
    )


def forget(user: User) -> None:
    """Open the doors again to who has just set a new password."""
    for login in (_digest(door, user.login) for door in password_doors() if user.kind in door.kinds):
        addresses = AccessAttempt.objects.filter(username=login).values_list("ip_address", flat=True)
        for counted in (login, *(_from(login, address) for address in addresses)):
            counters.forget(UNPROVEN, counted)
        counters.forget(TRIES, login)
        reset(username=login)


def client_ip(request: HttpRequest) -> str | None:
    """Address of the browser; without a peer address the caller is nginx on the unix socket, which tells it."""
    return request.META.get("REMOTE_ADDR") or request.META.get("HTTP_X_REAL_IP") or None


def describe_client(username: str, ip_address: str, user_agent: str, path_info: str, request: HttpRequest) -> str:
    """How a client appears in the log: never by its login."""
    return f"ip {ip_address}"


def respond(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page of a locked login (HTTP 429): for how long the door closes, and how much of that is left."""
    door = _door(request)
    seconds = math.ceil(_time_left(request, door, credentials).total_seconds())
    whole, left = int(door.closed_for.total_seconds() // 60), math.ceil(seconds / 60)
    context = {
        "text": f"Acesso bloqueado por {whole} minutos.",
        "left": "Falta menos de 1 minuto." if left <= 1 else f"Faltam {left} minutos.",
        "back_url": reverse("admin:login" if request.path == reverse("admin:login") else door.route),
    }
    answer = render(request, "accounts/locked_out.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _time_left(request: HttpRequest, door: PasswordDoor, credentials: dict[str, Any] | None) -> timedelta:
    """Until the last failure that closes the door is forgotten; the whole time when none is on record."""
    failures = AccessAttempt.objects.filter(username=login_digest(request, credentials))
    if "ip_address" in door.counted_by:
        failures = failures.filter(ip_address=client_ip(request))
    end = failures.aggregate(end=Max("expiration__expires_at"))["end"]
    left: timedelta = end - request.axes_attempt_time if end else door.closed_for  # type: ignore[attr-defined]  # set by django-axes
    return max(left, timedelta(seconds=1))


def _door(request: HttpRequest | None) -> PasswordDoor:
    standing = request.META.get("ensaio.door") if request is not None else None
    return standing if isinstance(standing, PasswordDoor) else PORTAL


def _here(login: str, request: HttpRequest) -> str:
    return _from(login, client_ip(request))


def _from(login: str, address: str | None) -> str:
    return f"{login} from {address}"


def _counted(login: str, request: HttpRequest) -> str:
    """What the door of the request counts failures by."""
    return _here(login, request) if "ip_address" in _door(request).counted_by else login


def _digest(door: PasswordDoor, login: str) -> str:
    return salted_hmac(f"accounts.lockout.{door.name}", login, algorithm="sha256").hexdigest()
