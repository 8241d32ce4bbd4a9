"""Who may call a service of the CADSUS at each of its addresses."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from cadsus.api import wsse
from pki import services as pki
from rnds.models import Credential, SystemAccess
from rnds.services import systems
from rnds.services.credentials import revoke_credential
from tests.actors import acting
from tests.cadsus import wire
from tests.cadsus.wire import SOAP_11, SOAP_12, Reply, by_id, continuation, envelope, post, query, security
from tests.clock import now
from tests.factories import make_person
from tests.factories.credentials import make_credential

pytestmark = pytest.mark.django_db
GOVBR, PASSWORD = "/cadsus/v2/PDQSupplierJWTGovBR", "/cadsus/PDQSupplier"


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


@dataclass(frozen=True)
class Caller:
    """A system with a user name and a password, and the owner of its credential."""

    access: SystemAccess
    password: str
    owner: Any

    def ask(self, message: str, space: str = SOAP_12, **given: Any) -> Reply:
        header = security(self.access.username, given.pop("password", self.password), **given)
        return post(envelope(message, space, header), shown="", PATH_INFO=PASSWORD)


@pytest.fixture
def caller() -> Caller:
    pki.ensure_authorities(at=now())
    credential = make_credential()
    owner = credential.request.requested_by
    access, password = systems.create_access(
        credential_id=credential.pk, username="hospital.ensaio", by=acting(owner), at=now()
    )
    return Caller(access, password, owner)


def test_a_password_in_the_header_is_as_good_as_a_token(caller: Caller) -> None:
    person = wire.make_known()
    message = query(by_id(str(person.cpf)))
    assert caller.ask(message).names == caller.ask(message, kind=None).names == [person.name]
    old = caller.ask(message, SOAP_11)
    assert (old.names, old.root.tag) == ([person.name], f"{{{SOAP_11}}}Envelope")
    # A token opens nothing at this address, and a password nothing at the others.
    assert post(message, PATH_INFO=PASSWORD).status == 401
    signed = envelope(message, header=security(caller.access.username, caller.password))
    assert post(signed, shown="").status == 401


def test_a_password_that_is_not_plain_or_not_right_is_refused(caller: Caller) -> None:
    message = query(by_id("11144477735"))
    digest = caller.ask(message, kind=wsse.PASSWORD_TEXT.replace("PasswordText", "PasswordDigest"))
    assert digest.status == 401
    assert "PasswordDigest" in digest.headers["X-Simulador-Explicacao"]
    for answer in (
        caller.ask(message, password="errada"),
        caller.ask(message, password=""),
        post(envelope(message), shown="", PATH_INFO=PASSWORD),
        post(envelope(message, header="<soap:Header/>"), shown="", PATH_INFO=PASSWORD),
    ):
        assert answer.status == 401
        assert b"OSB_SEM_AUTENTICACAO" in answer.content
        assert caller.password not in answer.headers["X-Simulador-Explicacao"]
    assert post(b"<!DOCTYPE a>" + envelope(message), shown="", PATH_INFO=PASSWORD).status == 500


def test_the_end_of_the_credential_ends_the_access_at_the_next_message(caller: Caller) -> None:
    message = query(by_id("898001160366001"))
    assert caller.ask(message).code == "NF"
    revoke_credential(
        credential_id=Credential.objects.get().pk, reason="Notebook furtado", by=acting(caller.owner), at=now()
    )
    ended = caller.ask(message)
    assert ended.status == 401
    assert "foi revogada" in ended.headers["X-Simulador-Explicacao"]


def test_the_same_system_goes_on_by_another_way(caller: Caller) -> None:
    """What a question left is of the credential, whichever address it was asked at."""
    for n in range(12):
        make_person(name="JOANA CONTINUADA DE SOUZA", birth_date=date(1990, 5, 5), mother=f"MÃE {n}")
    asked = query(wire.by_name("JOANA CONTINUADA DE SOUZA"), wire.by_birth("19900505"))
    assert caller.ask(asked).counts == (12, 10, 2)
    assert post(continuation(), shown=f"jwt {wire.token()}").code == "QE"
    own = wire.token(sha256=Credential.objects.get().certificate.sha256)
    assert post(continuation(), shown=f"jwt {own}").counts == (12, 2, 0)
