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

BAD_CERTIFICATE, ENDLESS = "cert-invalido", "token-sem-exp"
AGES = {EXPIRED: "um token já vencido", ENDLESS: "um token sem exp, que nenhum serviço aceita"}
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
    scenarios={**AGES, BAD_CERTIFICATE: "403, como se o certificado não servisse"},
    limit=Limit(
        lambda: switches.now().auth_rate_limit,
        "Limite de tokens excedido para este certificado.",
        "O limite é de {most} tokens por minuto e certificado. Reutilize o token durante os seus 30 minutos; espere "
        "{wait} s.",
    ),
    methods=lambda: ("GET", "HEAD"),
    keeps_messages=True,
)


def bus_token(call: Call, grant: access.Grant) -> Answer:
    """The token of the bus, as the scenario of the call wants it. The token itself is in real time."""
    age = access.LIFETIME + timedelta(seconds=1) if call.scenario == EXPIRED else timedelta(0)
    signed = access.sign_access_token(
        grant=grant, at=call.real_at - age, audience=bearer.audience(), tells_end=call.scenario != ENDLESS
    )
    return answer_with(call, signed, EXPLANATION)


def _authorised(call: Call) -> access.Grant:
    """Whether the certificate is in force is asked in the room's time."""
    return access.authorise_certificate(pem=call.pem, at=call.at)


def _granted(call: Call, grant: access.Grant) -> Answer:
    if call.scenario == BAD_CERTIFICATE:
        return call.write(REFUSED)
    return bus_token(call, grant)


application = answering(DOOR, who=_authorised, answer=_granted)
