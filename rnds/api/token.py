"""GET /api/token: the access token of the RNDS, by mutual TLS, at a door of its own."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from common import switches
from interop.answers import FACT, Answer, as_json
from interop.calls import Call
from interop.doors import Door, Limit
from interop.gateway import answering
from rnds.services import access

EXPIRED = "token-expirado"
DENIED = (HTTPStatus.UNAUTHORIZED, "invalid_client")

DOOR = Door(
    "access-token",
    "Token de acesso da RNDS",
    ("/api/token",),
    refusals=dict.fromkeys(access.DENIALS, DENIED),
    scenarios={EXPIRED: "um token já vencido"},
    limit=Limit(
        lambda: switches.now().auth_rate_limit,
        "Limite de tokens excedido para este certificado.",
        "O limite é de {most} tokens por minuto e certificado. Reutilize o token durante os seus 30 minutos; espere "
        "{wait} s.",
    ),
    methods=lambda: ("GET", "HEAD", "POST") if switches.now().auth_accepts_post else ("GET", "HEAD"),
    method_note="O manual de integração v1.2 cita POST; o guia e todos os clientes conhecidos usam GET.",
    keeps_messages=True,
)


def _authorised(call: Call) -> access.Grant:
    """Whether the certificate is in force is asked in the room's time."""
    return access.authorise_certificate(pem=call.pem, at=call.at)


def _granted(call: Call, grant: access.Grant) -> Answer:
    """The token itself is in real time."""
    age = access.LIFETIME + timedelta(seconds=1) if call.scenario == EXPIRED else timedelta(0)
    return answer_with(call, access.sign_access_token(grant=grant, at=call.real_at - age), _explain_grant(grant))


def answer_with(call: Call, token: str, explanation: str) -> Answer:
    """The published answer: `expires_in` is in milliseconds."""
    call.token, call.explanation = token, explanation
    body = {
        "access_token": token,
        "scope": "read write",
        "token_type": "jwt",
        "expires_in": access.LIFETIME_SECONDS * 1000,
    }
    return Answer(HTTPStatus.OK, as_json(body), source=FACT, explanation=explanation)


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


application = answering(DOOR, who=_authorised, answer=_granted)
