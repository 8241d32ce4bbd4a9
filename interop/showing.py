"""A call as a page shows it to people: verdict, cause, token, certificate, and the message when it is still kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.urls import reverse

from common.legal_time import BRASILIA
from common.ui import Tone
from interop import masking, messages
from interop.doors import label_of
from interop.models import Exchange, Message
from pki.models import Certificate

TOO_LONG = "Longo demais para ser guardado."
LOCKED = "Conteúdo cifrado com uma chave que este portal já não tem."
EMPTY = "(vazio)"
# Of a token, those that are instants.
_INSTANTS = ("iat", "exp", "nbf")
_CLAIMS = {
    "iss": "Emissor (iss)",
    "sub": "Titular (sub)",
    "aud": "Serve para (aud)",
    "iat": "Emitido em (iat)",
    "exp": "Vence em (exp)",
    "jti": "Identificador (jti)",
    "requester_id": "Identificador do solicitante",
    "credential": "Credencial e versão",
    "cnes": "CNES",
    "uf": "UF",
    "ambiente": "Ambiente",
    "cert_sha256": "SHA-256 do certificado",
    "cert_issuer": "Emissor do certificado",
}
_HEADERS = {
    "CONTENT_TYPE": "Content-Type",
    "HTTP_SOAPACTION": "SOAPAction",
    "HTTP_X_SIMULADOR_CENARIO": "X-Simulador-Cenario",
    "HTTP_USER_AGENT": "User-Agent",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a call, in a word."""

    word: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Shown:
    """The message of a call, masked. `link` is the whole address, and `until` when it ends."""

    sent: str
    answered: str
    headers: list[tuple[str, str]]
    link: str
    until: datetime
    again_of: str
    is_readable: bool


def verdict(line: Exchange) -> Verdict:
    """SOAP refuses a question with 200: then only the code tells."""
    if line.status >= HTTPStatus.INTERNAL_SERVER_ERROR and line.status != HTTPStatus.NOT_IMPLEMENTED:
        return Verdict("FALHA", Tone.DANGER)
    if line.status >= HTTPStatus.BAD_REQUEST or line.code:
        return Verdict("RECUSADA", Tone.WARNING)
    return Verdict("ATENDIDA", Tone.SUCCESS)


def facts_of(line: Exchange) -> dict[str, Any]:
    """What the templates of a call need, but for the message."""
    return {
        "line": line,
        "door": label_of(line.door),
        "verdict": verdict(line),
        "claims": _claims(line.claims),
        "certificate": Certificate.objects.filter(sha256=line.fingerprint).select_related("authority").first()
        if line.fingerprint
        else None,
    }


def shown(message: Message) -> Shown:
    """The message unsealed, and masked for whoever looks."""
    content = message.content()
    headers = content.headers if content else {}
    return Shown(
        sent=_body(content.sent) if content else LOCKED,
        answered=_body(content.answered) if content else LOCKED,
        headers=[(label, masking.masked(headers[name])) for name, label in _HEADERS.items() if name in headers],
        link=address_of(message),
        until=message.exchange.real_at + messages.kept_for(),
        again_of=message.again_of,
        is_readable=content is not None,
    )


def address_of(message: Message) -> str:
    """Where anybody may read it."""
    return f"{settings.PORTAL_URL}{reverse('interop:message', args=[message.link])}"


def _body(body: bytes | None) -> str:
    if body is None:
        return TOO_LONG
    return masking.shown(body) if body else EMPTY


def _claims(claims: dict[str, Any]) -> list[tuple[str, str]]:
    return [(_CLAIMS.get(name, name), _claim(name, value)) for name, value in claims.items()]


def _claim(name: str, value: Any) -> str:
    if name in _INSTANTS and isinstance(value, int):
        return f"{datetime.fromtimestamp(value, UTC).astimezone(BRASILIA):%d/%m/%Y às %H:%M:%S}"
    return "–" if value is None else str(value)
