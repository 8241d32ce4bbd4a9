"""Who may call a service of the CADSUS on the wire: three addresses of each service, one way of proving it at each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cadsus.api import soap, wsse
from common.actor import Actor
from interop import bearers
from interop.bearers import NotAuthenticated
from interop.calls import Call
from interop.journal import claims_of

GOVBR = "HTTP_X_AUTHORIZATION_GOVBR"
NO_GOVBR = "Neste endereço, além do token do barramento, envie «X-Authorization-GovBr: <token gov.br>»."
GOVBR_OVER = "O token gov.br venceu: o exp dele já passou."

Way = Callable[[Call], Actor]


def with_govbr(call: Call) -> Actor:
    """A system by its token, and beside it the one of whoever uses the system (gov.br).

    Nobody here signs tokens of gov.br: that there is one is asked, and that it has not run out where it says so. What
    it says of a person is neither used nor kept. Raises NotAuthenticated.
    """
    actor = bearers.actor_of(call)
    shown = str(call.environ.get(GOVBR, "")).strip()
    if not shown:
        raise NotAuthenticated(NO_GOVBR)
    until = claims_of(shown).get("exp")
    if isinstance(until, int | float) and until <= call.real_at.timestamp():
        raise NotAuthenticated(GOVBR_OVER)
    return actor


_FORMS: Mapping[str, Way] = {
    "/cadsus/v2/{}JWT": bearers.actor_of,
    "/cadsus/v2/{}JWTGovBR": with_govbr,
    "/cadsus/{}": wsse.by_password,
}


def of_service(name: str) -> dict[str, Way]:
    """Each address of the service of that name, and the way of proving at it."""
    return {form.format(name): way for form, way in _FORMS.items()}


def caller(ways: Mapping[str, Way]) -> Way:
    """Who calls, by the way of the address; a refusal speaks the version of SOAP that the call announces."""

    def who(call: Call) -> Actor:
        soap.expect(call)
        return ways[call.path](call)

    return who
