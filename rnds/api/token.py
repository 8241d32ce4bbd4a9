"""GET /api/token: the access token of the RNDS, by mutual TLS.

A WSGI application of its own, called before Django's middleware: no session, cookie or form has a part in it.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from redis.exceptions import RedisError

from common import clock, switches, throttle
from rnds.api.responses import FACT, INFERENCE, Answer, StartResponse
from rnds.services import access

logger = logging.getLogger(__name__)

MINUTE = 60  # seconds

UNAVAILABLE = Answer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"error": "temporarily_unavailable", "error_description": "Serviço indisponível no momento."},
    INFERENCE,
    "O simulador não alcança o seu banco de dados. Tente novamente em alguns minutos.",
    (("Retry-After", "30"),),
)
FAILED = Answer(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    {"error": "server_error", "error_description": "Erro interno do simulador."},
    INFERENCE,
    "Falha do simulador, e não do certificado. Informe o X-Simulador-Request-Id a quem o mantém.",
)


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request for a token. Never raises: what goes wrong is an answer with a request id."""
    request_id = str(uuid.uuid4())
    try:
        answer = _answer(environ)
    except (DatabaseError, InterfaceError, RedisError):
        logger.exception("access token %s: storage unavailable", request_id)
        answer = UNAVAILABLE
    except Exception:
        logger.exception("access token %s: failed", request_id)
        answer = FAILED
    finally:
        # As at the end of a Django request: closed when broken or too old, unless a caller's transaction still owns it.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
    return answer.send(start_response, request_id=request_id, head_only=environ["REQUEST_METHOD"] == "HEAD")


def _answer(environ: dict[str, Any]) -> Answer:
    allowed = ("GET", "HEAD", "POST") if switches.now().auth_accepts_post else ("GET", "HEAD")
    if environ["REQUEST_METHOD"] not in allowed:
        return _wrong_method(allowed)
    # Limits and the token itself are in real time; whether the certificate is in force is asked in the room's.
    pem, real = environ.get("SSL_CLIENT_CERT", ""), clock.real_now()
    if pem and _is_over_limit(pem, real):
        return _too_many(real)
    try:
        grant = _authorise(pem, clock.now())
    except access.AccessDenied as denial:
        body = {"error": "invalid_client", "error_description": denial.message}
        return Answer(HTTPStatus.UNAUTHORIZED, body, INFERENCE, denial.explanation)
    return _granted(grant, real)


def _authorise(pem: str, at: datetime) -> access.Grant:
    """Try once more when the connection kept from an earlier request died, as after a restart of the database."""
    try:
        return access.authorise_certificate(pem=pem, at=at)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return access.authorise_certificate(pem=pem, at=at)


def _granted(grant: access.Grant, at: datetime) -> Answer:
    body = {
        "access_token": access.sign_access_token(grant=grant, at=at),
        "scope": "read write",
        "token_type": "jwt",
        "expires_in": access.LIFETIME_SECONDS * 1000,
    }
    return Answer(HTTPStatus.OK, body, FACT, _explain_grant(grant))


def _explain_grant(grant: access.Grant) -> str:
    if grant.credential:
        return (
            f"Token da credencial nº {grant.credential.requester_id} ({grant.credential.uf}), válido por 30 minutos; "
            "expires_in está em milissegundos."
        )
    return (
        "O certificado é válido, mas nenhuma credencial ativa o usa: o token é emitido e os serviços da RNDS o "
        "recusarão com EHR-ERR884."
    )


def _is_over_limit(pem: str, at: datetime) -> bool:
    """Count this call in the certificate's present minute."""
    try:
        fingerprint = access.fingerprint_of(pem)
    except ValueError:
        return False
    return bool(throttle.count("access-token", fingerprint, seconds=MINUTE, at=at) > switches.now().auth_rate_limit)


def _too_many(at: datetime) -> Answer:
    wait = throttle.seconds_left(seconds=MINUTE, at=at)
    return Answer(
        HTTPStatus.TOO_MANY_REQUESTS,
        {"error": "too_many_requests", "error_description": "Limite de tokens excedido para este certificado."},
        INFERENCE,
        f"O limite é de {switches.now().auth_rate_limit} tokens por minuto e certificado. Reutilize o token durante os "
        f"seus 30 minutos; espere {wait} s.",
        (("Retry-After", str(wait)),),
    )


def _wrong_method(allowed: tuple[str, ...]) -> Answer:
    return Answer(
        HTTPStatus.METHOD_NOT_ALLOWED,
        {"error": "invalid_request", "error_description": "Método não permitido. Utilize GET."},
        INFERENCE,
        "O manual de integração v1.2 cita POST; o guia e todos os clientes conhecidos usam GET.",
        (("Allow", ", ".join(allowed)),),
    )
