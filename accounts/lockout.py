"""Temporary lock-out (bloqueio) after repeated failures: what django-axes counts, logs and answers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac


def login_digest(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """What is counted in place of the login, so that no CNPJ or CPF is kept in the list of attempts."""
    login = str((credentials or {}).get(settings.AXES_USERNAME_FORM_FIELD) or "")
    return salted_hmac("accounts.lockout", login, algorithm="sha256").hexdigest()


def client_ip(request: HttpRequest) -> str | None:
    """Address of the browser; without a peer address the caller is nginx on the unix socket, which tells it."""
    return request.META.get("REMOTE_ADDR") or request.META.get("HTTP_X_REAL_IP") or None


def describe_client(username: str, ip_address: str, user_agent: str, path_info: str, request: HttpRequest) -> str:
    """How a client appears in the log: never by its login."""
    return f"ip {ip_address}"


def respond(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page of a locked login (HTTP 429)."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    answer = render(
        request, "accounts/locked_out.html", {"text": f"Acesso bloqueado por {minutes} minutos."}, status=429
    )
    answer["Retry-After"] = str(minutes * 60)
    return answer
