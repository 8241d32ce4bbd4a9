"""GET /api/osb/token: the token that opens the services of the CADSUS, by mutual TLS."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from common import switches
from interop.answers import Answer
from interop.calls import Call
from interop.doors import Door, Limit
from interop.gateway import answering
from interop.refusals import Fault
from rnds.api.token import DENIED, EXPIRED, answer_with
from rnds.services import access, bearer

BAD_CERTIFICATE = "cert-invalido"
EXPLANATION = (
    "Token do barramento, válido por 30 minutos nos serviços do CADSUS desta sala; expires_in em milissegundos."
)
REFUSED = Fault(
    HTTPStatus.FORBIDDEN, "invalid_client", "Certificado não aceito.", "Pedido pelo cabeçalho X-Simulador-Cenario."
)

DOOR = Door(
    "osb-token",
    "Token do barramento (CADSUS)",
    ("/api/osb/token",),
    refusals=dict.fromkeys(access.DENIALS, DENIED),
    scenarios={EXPIRED: "um token já vencido", BAD_CERTIFICATE: "403, como se o certificado não servisse"},
    limit=Limit(
        lambda: switches.now().auth_rate_limit,
        "Limite de tokens excedido para este certificado.",
        "O limite é de {most} tokens por minuto e certificado. Reutilize o token durante os seus 30 minutos; espere "
        "{wait} s.",
    ),
    methods=lambda: ("GET", "HEAD"),
    keeps_messages=True,
)


def _authorised(call: Call) -> access.Grant:
    """Whether the certificate is in force is asked in the room's time."""
    return access.authorise_certificate(pem=call.pem, at=call.at)


def _granted(call: Call, grant: access.Grant) -> Answer:
    """The token itself is in real time."""
    if call.scenario == BAD_CERTIFICATE:
        return call.write(REFUSED)
    age = access.LIFETIME + timedelta(seconds=1) if call.scenario == EXPIRED else timedelta(0)
    signed = access.sign_access_token(grant=grant, at=call.real_at - age, audience=bearer.audience())
    return answer_with(call, signed, EXPLANATION)


application = answering(DOOR, who=_authorised, answer=_granted)
