"""The mutual TLS listener with real sockets: what reaches the application, and what ends in the handshake."""

import http.client
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from config.servers.listener import Listener
from config.servers.tls import Identity, TlsListener, Trust, server_context
from tests.clock import now

HOST = "127.0.0.1"
ClientKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

pytestmark = pytest.mark.usefixtures("real_clock")


class Authority:
    """A throw-away certification authority."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._sign(self.name, self.key, is_authority=True)

    def issue(self, name: str, key: ClientKey, **dates: timedelta) -> x509.Certificate:
        return self._sign(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, is_authority=False, **dates)

    def _sign(
        self,
        subject: x509.Name,
        key: ClientKey,
        *,
        is_authority: bool,
        since: timedelta = timedelta(days=-1),
        until: timedelta = timedelta(days=1),
    ) -> x509.Certificate:
        at = now()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at + since)
            .not_valid_after(at + until)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if not is_authority:
            names = [x509.DNSName("localhost"), x509.IPAddress(ip_address(HOST))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def revoke(self, *certificates: x509.Certificate) -> bytes:
        at = now()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(at - timedelta(minutes=5))
            .next_update(at + timedelta(hours=1))
        )
        for certificate in certificates:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(at)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def key_pem(key: ClientKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def tell_certificate(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """An application that answers with what the listener handed it."""
    body = environ.get("SSL_CLIENT_CERT", "none").encode()
    start_response("200 OK", [("Content-Length", str(len(body))), ("X-Scheme", environ["wsgi.url_scheme"])])
    return [body]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("AC de teste")


@pytest.fixture(scope="module")
def identities(authority: Authority) -> list[Identity]:
    keys: list[ClientKey] = [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)]
    return [Identity(chain=pem(authority.issue("localhost", key)), key=key_pem(key)) for key in keys]


@pytest.fixture
def listener(authority: Authority, identities: list[Identity]) -> Iterator[TlsListener]:
    context = server_context(identities, Trust(authorities=[pem(authority.certificate)]))
    listener = TlsListener((HOST, 0), tell_certificate, name="tls", context=context)
    listener.run_in_thread()
    yield listener
    listener.stop()


@pytest.fixture
def client(authority: Authority, tmp_path: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=pem(authority.certificate).decode())


def present(client: ssl.SSLContext, certificate: x509.Certificate, key: ClientKey, folder: Path) -> None:
    file = folder / "client.pem"
    file.write_bytes(pem(certificate) + key_pem(key))
    client.load_cert_chain(file)


def get(listener: Listener, client: ssl.SSLContext) -> bytes:
    connection = http.client.HTTPSConnection(HOST, listener.port, context=client, timeout=10)
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.headers["X-Scheme"] == "https"
        return response.read()
    finally:
        connection.close()


CLIENTS = {
    "good": {},
    "expired": {"since": timedelta(days=-9), "until": timedelta(days=-1)},
    "not yet valid": {"since": timedelta(days=1), "until": timedelta(days=2)},
}


def test_without_a_certificate_the_application_is_asked(listener: TlsListener, client: ssl.SSLContext) -> None:
    assert get(listener, client) == b"none"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("kind", CLIENTS)
def test_any_certificate_reaches_the_application_whole(
    listener: TlsListener,
    client: ssl.SSLContext,
    authority: Authority,
    kind: str,
    version: ssl.TLSVersion,
    tmp_path: Path,
) -> None:
    client.maximum_version = version
    key = rsa.generate_private_key(65537, 2048)
    certificate = authority.issue("pessoa", key, **CLIENTS[kind])
    present(client, certificate, key, tmp_path)
    assert get(listener, client) == pem(certificate)


def test_self_signed_and_unknown_issuers_reach_the_application(
    listener: TlsListener, client: ssl.SSLContext, tmp_path: Path
) -> None:
    stranger = Authority("AC desconhecida")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = stranger.issue("pessoa", key)
    present(client, certificate, key, tmp_path)
    assert get(listener, client) == pem(certificate)

    present(client, stranger.certificate, stranger.key, tmp_path)
    assert get(listener, client) == pem(stranger.certificate)


def enforce(
    listener: TlsListener, identities: list[Identity], authority: Authority, *revoked: x509.Certificate
) -> None:
    lists = [authority.revoke(*revoked)]
    trust = Trust(authorities=[pem(authority.certificate)], enforce=True, revocation_lists=lists)
    listener.context = server_context(identities, trust)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    ("kind", "alert"),
    [
        ("missing", "CERTIFICATE_REQUIRED"),
        ("unknown", "UNKNOWN_CA"),
        ("expired", "CERTIFICATE_EXPIRED"),
        ("revoked", "CERTIFICATE_REVOKED"),
    ],
)
def test_enforced_trust_ends_the_handshake_with_the_right_alert(
    listener: TlsListener,
    client: ssl.SSLContext,
    authority: Authority,
    identities: list[Identity],
    kind: str,
    alert: str,
    version: ssl.TLSVersion,
    tmp_path: Path,
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    issuer = Authority("AC desconhecida") if kind == "unknown" else authority
    certificate = issuer.issue("pessoa", key, **CLIENTS.get(kind, {}))
    enforce(listener, identities, authority, *([certificate] if kind == "revoked" else []))
    client.maximum_version = version
    if kind == "missing" and version == ssl.TLSVersion.TLSv1_2:
        # TLS 1.2 has no alert of its own for this.
        alert = "HANDSHAKE_FAILURE"
    if kind != "missing":
        present(client, certificate, key, tmp_path)
    with pytest.raises(ssl.SSLError, match=alert):
        get(listener, client)


def test_enforced_trust_lets_a_good_certificate_in(
    listener: TlsListener, client: ssl.SSLContext, authority: Authority, identities: list[Identity], tmp_path: Path
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    certificate = authority.issue("pessoa", key)
    enforce(listener, identities, authority)
    present(client, certificate, key, tmp_path)
    assert get(listener, client) == pem(certificate)


def test_clients_learn_which_authorities_are_accepted_and_nothing_older_than_tls_1_2_works(
    listener: TlsListener,
) -> None:
    address = f"{HOST}:{listener.port}"
    told = subprocess.run(
        ["openssl", "s_client", "-connect", address], input="", capture_output=True, text=True, timeout=10, check=False
    )
    assert "Acceptable client certificate CA names\nCN = AC de teste\n" in told.stdout
    old = subprocess.run(
        ["openssl", "s_client", "-connect", address, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
        input="",
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    assert "no peer certificate available" in old.stdout


def test_old_clients_get_the_rsa_certificate(listener: TlsListener, client: ssl.SSLContext) -> None:
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
    assert get(listener, client) == b"none"


def test_plain_http_is_told_to_use_https(listener: TlsListener) -> None:
    connection = http.client.HTTPConnection(HOST, listener.port, timeout=10)
    connection.request("GET", "/api/token")
    response = connection.getresponse()
    assert response.status == 400
    assert "https://" in response.read().decode()
    connection.close()


def test_garbage_is_answered_by_closing(listener: TlsListener, client: ssl.SSLContext) -> None:
    with socket.create_connection((HOST, listener.port), timeout=10) as garbage:
        garbage.sendall(b"\x00" * 64)
        received = garbage.recv(64)
        assert received in (b"", b"\x15\x03\x03\x00\x02\x02\x46", b"\x15\x03\x01\x00\x02\x02\x46")
    assert get(listener, client) == b"none"


def test_silent_and_stalled_clients_hold_nobody_up(listener: TlsListener, client: ssl.SSLContext) -> None:
    idle = [socket.create_connection((HOST, listener.port), timeout=10) for _ in range(60)]
    for half in idle[::2]:
        # The first bytes of a handshake that never goes on.
        half.sendall(b"\x16\x03\x01\x02\x00\x01")
    begun = time.monotonic()
    for _ in range(5):
        assert get(listener, client) == b"none"
    assert time.monotonic() - begun < 5
    for connection in idle:
        connection.close()


def test_a_dropped_client_does_not_stop_the_listener(listener: TlsListener, client: ssl.SSLContext) -> None:
    for _ in range(5):
        with socket.create_connection((HOST, listener.port), timeout=10) as rude:
            rude.sendall(b"\x16\x03\x01\x02\x00\x01")
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    assert get(listener, client) == b"none"


def test_one_connection_serves_many_requests(listener: TlsListener, client: ssl.SSLContext) -> None:
    connection = http.client.HTTPSConnection(HOST, listener.port, context=client, timeout=10)
    for _ in range(3):
        connection.request("POST", "/", body=b"x" * 40_000)
        assert connection.getresponse().read() == b"none"
    connection.close()
