"""GET /api/token: what each certificate gets, row by row of the error table (http mode)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from common.text import in_ascii
from pki import services as pki
from pki.authority import hierarchy
from rnds.api import token
from rnds.services import access
from rnds.services.access import LIFETIME
from tests.actors import acting
from tests.clock import now, standing_at
from tests.factories.certificates import grant_credential, make_pfx
from tests.switches import Switch

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 15, 0, 12, 345678, tzinfo=UTC)


@pytest.fixture(autouse=True)
def real_instant() -> Iterator[None]:
    """The token uses real time; here it stands still."""
    cache.clear()
    with standing_at(NOW):
        yield


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(self.content))

    def text(self, header: str) -> str:
        """A header, which is plain ASCII so that every client shows it alike."""
        assert self.headers[header].isascii()
        return self.headers[header]

    @property
    def explanation(self) -> str:
        """The same with its accents, in the body of a refusal."""
        return str(self.body["simulador"]["explicacao"])


def call(pem: str = "", method: str = "GET", **environ: str) -> Response:
    """Call the WSGI application as a listener would."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    request = {"REQUEST_METHOD": method, "PATH_INFO": "/api/token", "wsgi.url_scheme": "https"} | environ
    if pem:
        request["SSL_CLIENT_CERT"] = pem
    content = b"".join(token.application(request, lambda status, headers: started.append((status, headers))))
    status, headers = started[0]
    return Response(int(status[:3]), dict(headers), content)


def denied(response: Response) -> str:
    assert response.status == 401
    assert response.body["error"] == "invalid_client"
    assert list(response.body) == ["error", "error_description", "simulador"]
    assert response.body["simulador"]["fonte"] == "inferência"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Simulador-Fonte"] == "inferencia"
    return str(response.body["error_description"])


def verified(response: Response) -> dict[str, Any]:
    """Claims, checked with the keys that the portal publishes."""
    assert response.status == 200
    written = response.body["access_token"]
    header = jwt.get_unverified_header(written)
    published = Client().get("/api/jwks").json()["keys"]
    key = next(jwt.PyJWK(each) for each in published if each["kid"] == header["kid"])
    return dict(jwt.decode(written, key, algorithms=["RS256"]))


def psycopg_parameters() -> dict[str, Any]:
    names = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}
    values = {names[key]: value for key, value in connection.settings_dict.items() if key in names and value}
    return {**values, **connection.settings_dict["OPTIONS"]}


def self_signed_pem() -> str:
    """A certificate of an authority that nobody here knows."""
    spec = hierarchy.AuthoritySpec("outra", "AC Desconhecida", "", 0)
    made = hierarchy.make_authority(spec, parent=None, organisation="Outra", portal_url="http://outra.example", at=NOW)
    return made.certificate.public_bytes(Encoding.PEM).decode()


def test_a_credential_gets_a_token_in_milliseconds() -> None:
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    response = call(pfx.pem)
    assert response.status == 200
    assert {k: v for k, v in response.body.items() if k != "access_token"} == {
        "scope": "read write",
        "token_type": "jwt",
        "expires_in": 1_800_000,
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == str(len(response.content))
    assert response.text("X-Simulador-Fonte") == "fato"
    assert len(response.headers["X-Simulador-Request-Id"]) == 36


def test_the_claims_name_certificate_and_credential() -> None:
    pfx = make_pfx(at=NOW)
    credential = grant_credential(pfx, at=NOW)
    claims = verified(call(pfx.pem))
    assert claims["iss"] == "RNDS-HMG"
    assert claims["sub"] == pfx.certificate.holder_document
    assert claims["iat"] == int(NOW.timestamp())
    assert claims["exp"] - claims["iat"] == 30 * 60
    assert claims["cert_sha256"] == pfx.certificate.sha256
    assert "AC e-Gestor SIMULADA" in claims["cert_issuer"]
    assert "ICP-Brasil" in claims["cert_issuer"]
    assert claims["ambiente"] == "homologacao"
    assert claims["uf"] == "SP"
    assert claims["requester_id"] == credential.requester_id
    assert claims["credential"] == f"{credential.requester_id}/1"
    assert claims["cnes"] == credential.establishment_id
    assert claims["cert_chain"][0] == pfx.pem


def test_the_token_is_long_and_begins_with_its_kid() -> None:
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    written = call(pfx.pem).body["access_token"]
    assert len(written) > 2000
    assert written.startswith("eyJraWQiOiJybmRzIGF1dG")
    assert jwt.get_unverified_header(written)["alg"] == "RS256"
    # Fits in one header field of the servers in use.
    assert len(written) < 8000


def test_each_token_has_its_own_id() -> None:
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    assert verified(call(pfx.pem))["jti"] != verified(call(pfx.pem))["jti"]


def test_production_signs_under_another_name(switch: Switch) -> None:
    switch(environment="producao")
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    claims = verified(call(pfx.pem))
    assert (claims["iss"], claims["ambiente"]) == ("RNDS", "producao")


@pytest.mark.parametrize(
    ("instant", "accepted"),
    [
        ("2026-11-23T12:30:11.999999-03:00", True),
        ("2026-11-23T15:30:11.999999Z", True),
        ("2026-11-23T12:30:12-03:00", False),
        ("2026-11-23T15:30:12.000001Z", False),
    ],
)
def test_the_token_dies_at_its_thirtieth_minute(instant: str, accepted: bool) -> None:
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    response = call(pfx.pem)
    with standing_at(datetime.fromisoformat(instant)):
        if accepted:
            assert verified(response)["sub"] == pfx.certificate.holder_document
        else:
            with pytest.raises(jwt.ExpiredSignatureError):
                verified(response)


def test_no_certificate_is_told_to_use_the_other_port(settings: Any) -> None:
    response = call()
    assert denied(response) == "Certificado digital não apresentado."
    assert f"{settings.TLS_URL}/api/token" in response.text("X-Simulador-Explicacao")


def test_forged_headers_are_no_certificate() -> None:
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    forged = {"HTTP_X_SSL_CLIENT_CERT": pfx.pem, "HTTP_SSL_CLIENT_CERT": pfx.pem, "HTTP_X_CLIENT_VERIFY": "SUCCESS"}
    assert denied(call(**forged)) == "Certificado digital não apresentado."


def test_unknown_authority() -> None:
    pki.ensure_authorities(at=NOW)
    assert denied(call(self_signed_pem())) == "Certificado não emitido por autoridade confiável."


@pytest.mark.parametrize("pem", ["lixo", "-----BEGIN CERTIFICATE-----\nnada\n-----END CERTIFICATE-----", "\x00"])
def test_what_is_no_certificate_is_not_trusted(pem: str) -> None:
    assert denied(call(pem)) == "Certificado não emitido por autoridade confiável."


def test_validity_counts_to_the_second() -> None:
    start, end = NOW - timedelta(days=30), NOW.replace(microsecond=0) + timedelta(days=1)
    pfx = make_pfx(at=start, not_before=start, not_after=end)
    grant_credential(pfx, at=NOW)
    for instant, accepted in [
        (start.replace(microsecond=0) - timedelta(microseconds=1), False),
        (start.replace(microsecond=0), True),
        (end - timedelta(microseconds=1), True),
        (end, False),
        (end + timedelta(microseconds=1), False),
    ]:
        with standing_at(instant):
            response = call(pfx.pem)
            if accepted:
                assert response.status == 200
            else:
                assert denied(response) == "Certificado fora do período de vigência."


def test_a_revoked_certificate_is_refused_at_once() -> None:
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    assert call(pfx.pem).status == 200
    pki.revoke_certificate(certificate_id=pfx.certificate.pk, reason="ensaio de revogação", at=NOW)
    response = call(pfx.pem)
    assert denied(response) == "Certificado revogado."
    assert "23/11/2026 às 12:00" in response.explanation


def test_a_revoked_superior_takes_the_certificate_along() -> None:
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    pki.revoke_authority(authority_slug="egestor", at=NOW)
    assert denied(call(pfx.pem)) == "Certificado revogado."


def test_expired_comes_before_revoked() -> None:
    pfx = make_pfx(at=NOW - timedelta(days=30), not_after=NOW - timedelta(days=1))
    pki.revoke_certificate(certificate_id=pfx.certificate.pk, reason="ensaio de revogação", at=NOW)
    assert denied(call(pfx.pem)) == "Certificado fora do período de vigência."


def test_without_credential_the_token_is_issued_and_opens_nothing() -> None:
    pfx = make_pfx(at=NOW, authority_slug="icp")
    response = call(pfx.pem)
    claims = verified(response)
    assert "requester_id" not in claims
    assert claims["uf"] is None
    assert "EHR-ERR884" in response.text("X-Simulador-Explicacao")


def test_without_credential_the_switch_refuses(switch: Switch) -> None:
    switch(without_credential="401")
    pfx = make_pfx(at=NOW)
    assert denied(call(pfx.pem)) == "Certificado sem credencial ativa."
    grant_credential(pfx, at=NOW)
    assert call(pfx.pem).status == 200


@pytest.mark.parametrize("answer", ["token_emitido", "401"])
def test_a_revoked_credential_is_as_no_credential(switch: Switch, answer: str) -> None:
    switch(without_credential=answer)
    pfx = make_pfx(at=NOW, authority_slug="icp")
    credential = grant_credential(pfx, at=NOW)
    credential.revoke(by=acting(credential.request.requested_by), reason="ensaio de revogação", at=NOW)
    credential.save()
    response = call(pfx.pem)
    if answer == "401":
        assert denied(response) == "Certificado sem credencial ativa."
    else:
        assert "requester_id" not in verified(response)


def test_a_certificate_of_ours_that_is_not_on_record() -> None:
    pfx = make_pfx(at=NOW)
    pfx.file.delete()
    pfx.certificate.delete()
    response = call(pfx.pem)
    assert response.status == 401
    assert "não está no registro desta sala" in response.explanation


def test_a_shared_certificate_answers_for_the_newest_credential() -> None:
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW - timedelta(days=2))
    newest = grant_credential(pfx, at=NOW - timedelta(days=1))
    assert verified(call(pfx.pem))["requester_id"] == newest.requester_id


def test_an_alphanumeric_cnpj_authenticates() -> None:
    pfx = make_pfx(at=NOW, cnpj="12ABC34501DE35")
    grant_credential(pfx, at=NOW)
    assert verified(call(pfx.pem))["sub"] == "12ABC34501DE35"


def test_the_limit_is_per_certificate_and_minute(switch: Switch) -> None:
    switch(auth_rate_limit=2)
    pfx, other = make_pfx(at=NOW), make_pfx(at=NOW)
    assert [call(pfx.pem).status for _ in range(3)] == [200, 200, 429]
    response = call(pfx.pem)
    assert response.body["error"] == "too_many_requests"
    assert response.headers["Retry-After"] == "48"
    assert call(other.pem).status == 200
    with standing_at(NOW + timedelta(seconds=48)):
        assert call(pfx.pem).status == 200


def test_post_is_refused_unless_accepted(switch: Switch) -> None:
    pfx = make_pfx(at=NOW)
    response = call(pfx.pem, "POST")
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")
    switch(auth_accepts_post=True)
    assert verified(call(pfx.pem, "POST"))["sub"] == pfx.certificate.holder_document


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "BREW"])
def test_other_methods_are_refused(method: str) -> None:
    assert call(method=method).status == 405


def test_head_is_get_without_body() -> None:
    pfx = make_pfx(at=NOW)
    response = call(pfx.pem, "HEAD")
    assert (response.status, response.content) == (200, b"")
    assert int(response.headers["Content-Length"]) > 2000
    assert call("", "HEAD").status == 401


def test_explanations_are_for_training_only(switch: Switch) -> None:
    switch(training_mode=False)
    response = call()
    assert response.status == 401
    assert "X-Simulador-Request-Id" in response.headers
    assert not {"X-Simulador-Fonte", "X-Simulador-Explicacao"} & set(response.headers)
    assert set(response.body) == {"error", "error_description"}


def test_an_explanation_reaches_every_client_whole() -> None:
    """Headers in ASCII and the accents in the body, for each of the sentences that this door says."""
    accented = call()
    assert accented.explanation != accented.text("X-Simulador-Explicacao")
    assert in_ascii(accented.explanation) == accented.text("X-Simulador-Explicacao")
    for method in ("POST", "DELETE"):
        assert call("", method).text("X-Simulador-Explicacao")
    pfx = make_pfx(at=NOW)
    grant_credential(pfx, at=NOW)
    granted = call(pfx.pem)
    assert granted.text("X-Simulador-Explicacao").startswith("Token da credencial no ")
    assert "simulador" not in granted.body


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_since_the_last_request_is_not_noticed() -> None:
    pfx = make_pfx(at=NOW)
    assert call(pfx.pem).status == 200
    with psycopg.connect(**psycopg_parameters(), autocommit=True) as other, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        other.execute("SELECT pg_terminate_backend(%s)", cursor.fetchone())
    assert call(pfx.pem).status == 200


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_down_is_an_outage() -> None:
    pfx = make_pfx(at=NOW)
    connection.close()
    with patch.object(connection, "connect", side_effect=OperationalError("connection refused")):
        response = call(pfx.pem)
    assert response.status == 503
    assert response.body["error"] == "temporarily_unavailable"
    assert "Retry-After" in response.headers


def test_a_bug_is_an_answer_with_an_id_and_no_traceback() -> None:
    pfx = make_pfx(at=NOW)
    with patch.object(access, "sign_access_token", side_effect=RuntimeError("segredo")):
        response = call(pfx.pem)
    assert response.status == 500
    assert b"segredo" not in response.content
    assert response.headers["X-Simulador-Request-Id"]


def test_one_prepared_query_decides(django_assert_num_queries: Any) -> None:
    pfx = make_pfx(at=NOW)
    credential = grant_credential(pfx, at=NOW)
    call(pfx.pem)
    before = _runs_of_the_look_up()
    with django_assert_num_queries(0):
        answer = call(pfx.pem)
    assert verified(answer)["requester_id"] == credential.requester_id
    after = _runs_of_the_look_up()
    assert [after[name] - runs for name, runs in before.items() if after[name] != runs] == [1]
    assert after.keys() == before.keys()


def _runs_of_the_look_up() -> dict[str, int]:
    """How often each prepared statement over certificates ran, as the server counts; the connection may have more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, generic_plans + custom_plans FROM pg_prepared_statements "
            "WHERE statement LIKE '%%FROM \"pki_certificate\"%%'"
        )
        return dict(cursor.fetchall())


def test_a_new_signing_key_is_used_at_once_and_the_old_tokens_still_verify() -> None:
    pfx = make_pfx(at=NOW)
    before = call(pfx.pem)
    pki.rotate_signing_key(at=NOW + timedelta(seconds=1))
    after = call(pfx.pem)
    kids = [jwt.get_unverified_header(each.body["access_token"])["kid"] for each in (before, after)]
    assert kids[0] != kids[1]
    assert all(kid.startswith("rnds auth") for kid in kids)
    assert verified(before)["sub"] == verified(after)["sub"]


def test_jwks_is_public_and_cacheable() -> None:
    pki.current_signing_key(at=now())
    for address in ("/api/jwks", "/.well-known/jwks.json"):
        response = Client().get(address)
        assert response.status_code == 200
        assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=300"}
        (key,) = response.json()["keys"]
        assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
        assert not {"d", "p", "q"} & set(key)


def test_lifetime() -> None:
    assert timedelta(minutes=30) == LIFETIME


def test_the_pages_never_read_a_certificate_header(client: Client) -> None:
    """On the plain port a forged header signs nobody in."""
    pem = make_pfx(at=NOW).pem.replace("\n", "%0A")
    answers = [client.get("/pec/", headers={"x-ssl-client-cert": pem, "ssl-client-cert": pem}), client.get("/pec/")]
    assert [answer.status_code for answer in answers] == [302, 302]
