"""Who may call a service of the CADSUS at each of its addresses."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest

from tests.cadsus import wire
from tests.cadsus.wire import by_id, post, query
from tests.clock import now

pytestmark = pytest.mark.django_db
GOVBR = "/cadsus/v2/PDQSupplierJWTGovBR"


def govbr_token(**claims: object) -> str:
    """As gov.br writes one, signed by nobody."""
    told = base64.urlsafe_b64encode(json.dumps({"sub": "99900000191", **claims}).encode()).decode().rstrip("=")
    return f"e30.{told}.assinatura"


def test_beside_the_token_of_the_bus_stands_one_of_govbr() -> None:
    person = wire.make_known()
    message = query(by_id(str(person.cpf)))
    missing = post(message, PATH_INFO=GOVBR)
    assert missing.status == 401
    assert "X-Authorization-GovBr" in missing.headers["X-Simulador-Explicacao"]
    for shown in ("opaco", govbr_token(), govbr_token(exp=(now() + timedelta(seconds=1)).timestamp())):
        assert post(message, PATH_INFO=GOVBR, HTTP_X_AUTHORIZATION_GOVBR=shown).names == [person.name]
    over = post(message, PATH_INFO=GOVBR, HTTP_X_AUTHORIZATION_GOVBR=govbr_token(exp=now().timestamp()))
    assert over.status == 401
    assert "venceu" in over.headers["X-Simulador-Explicacao"]
    # It does not take the place of the token of the bus.
    assert post(message, shown="", PATH_INFO=GOVBR, HTTP_X_AUTHORIZATION_GOVBR=govbr_token()).status == 401
