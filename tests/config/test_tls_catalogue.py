"""AUTH_MODO_ERRO × catalogue of defects × TLS version, over real sockets: which alert or which answer a client gets."""

import http.client
import ssl
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from pki import services as pki
from pki.authority import defects
from pki.services.defects import DefectFile, issue_defect
from tests.clock import now
from tests.live import LivePortal
from tests.switches import Switch

HOLDER = pki.PersonHolder("PESSOA DE TESTE", "52998224725", date(1980, 1, 1))
PASSWORD = "senha-do-pfx"
TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
UNAUTHORISED, TOKEN = "401", "200"
EXPIRED, REVOKED = "SSLV3_ALERT_CERTIFICATE_EXPIRED", "SSLV3_ALERT_CERTIFICATE_REVOKED"
UNKNOWN_CA, UNSUPPORTED = "TLSV1_ALERT_UNKNOWN_CA", "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"
BAD, UNKNOWN = "SSLV3_ALERT_BAD_CERTIFICATE", "SSLV3_ALERT_CERTIFICATE_UNKNOWN"
# TLS 1.2 has no alert of its own for a missing certificate.
NONE_1_2, NONE_1_3 = "SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV13_ALERT_CERTIFICATE_REQUIRED"

# Mode http, then mode tls by TLS 1.2 and 1.3. The alerts are those that OpenSSL has for the cause;
# `certificate_unknown` tells what only this house judges.
TABLE: dict[str, tuple[str, str, str]] = {
    "expirado": (UNAUTHORISED, EXPIRED, EXPIRED),
    "ainda-nao-valido": (UNAUTHORISED, BAD, BAD),
    "vence-logo": (TOKEN, TOKEN, TOKEN),
    "revogado": (UNAUTHORISED, REVOKED, REVOKED),
    "ac-revogada": (UNAUTHORISED, REVOKED, REVOKED),
    "ac-desconhecida": (UNAUTHORISED, UNKNOWN_CA, UNKNOWN_CA),
    "emissor-real": (UNAUTHORISED, UNKNOWN_CA, UNKNOWN_CA),
    # Without its key nobody can present it.
    "sem-chave": (UNAUTHORISED, NONE_1_2, NONE_1_3),
    "uso-errado": (UNAUTHORISED, UNSUPPORTED, UNSUPPORTED),
    "sem-assinatura-digital": (UNAUTHORISED, UNSUPPORTED, UNSUPPORTED),
    # It opens the SIOPS, so the handshake must let it through; /api/token refuses it.
    "politica-a3": (UNAUTHORISED, UNAUTHORISED, UNAUTHORISED),
    "cpf-invalido": (UNAUTHORISED, UNKNOWN, UNKNOWN),
    "cpf-diferente": (UNAUTHORISED, UNKNOWN, UNKNOWN),
    "acentos": (TOKEN, TOKEN, TOKEN),
    "rg-antigo": (TOKEN, TOKEN, TOKEN),
    "uma-lcr": (TOKEN, TOKEN, TOKEN),
    "sha1": (UNAUTHORISED, BAD, BAD),
    "rsa-1024": (UNAUTHORISED, BAD, BAD),
}


def test_every_defect_is_decided() -> None:
    assert set(TABLE) == set(defects.BY_NAME)


def context_of(made: DefectFile, portal: LivePortal, version: ssl.TLSVersion, folder: Path, above: bytes) -> Any:
    context = ssl.create_default_context(cafile=str(portal.ca_bundle))
    context.minimum_version = context.maximum_version = version
    # The client itself would not send what is too weak.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if made.key is None:
        return context
    file = folder / f"{made.defect.name}.pem"
    key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.certificate_pem + above + key)
    context.load_cert_chain(file)
    return context


def above_it(made: DefectFile) -> bytes:
    """The chain that its container brings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = pkcs12.load_pkcs12(made.container, PASSWORD.encode())
    return b"".join(entry.certificate.public_bytes(Encoding.PEM) for entry in opened.additional_certs)


def outcome(portal: LivePortal, context: ssl.SSLContext) -> str:
    host, port = portal.tls_url.removeprefix("https://").split(":")
    connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=10)
    try:
        connection.request("GET", "/api/token")
        return str(connection.getresponse().status)
    except ssl.SSLError as error:
        return str(error.reason)
    finally:
        connection.close()


@pytest.mark.parametrize("chain", [False, True], ids=["leaf alone", "with its chain"])
@pytest.mark.parametrize("mode", ["http", "tls"])
def test_each_defect_in_each_mode_and_version(
    live_portal: LivePortal, switch: Switch, tmp_path: Path, mode: str, chain: bool
) -> None:
    switch(auth_error_mode=mode, auth_rate_limit=1000)
    at = now()
    made = [issue_defect(name=name, holder=HOLDER, password=PASSWORD, form="moderno", at=at) for name in TABLE]
    live_portal.renew_trust()

    def ask(each: DefectFile) -> tuple[str, ...]:
        above = above_it(each) if chain else b""
        contexts = [context_of(each, live_portal, version, tmp_path, above) for version in (TLS_1_2, TLS_1_3)]
        return tuple(outcome(live_portal, context) for context in contexts)

    seen = {each.defect.name: ask(each) for each in made}

    assert seen == {name: row[1:] if mode == "tls" else (row[0], row[0]) for name, row in TABLE.items()}
