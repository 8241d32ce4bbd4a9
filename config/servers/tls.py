"""The mutual TLS listener: the client certificate is optional and reaches the application whatever its defects.

Python's ssl module refuses an unknown issuer by itself, so the handshake is pyOpenSSL's, with our own verdict. It runs
in steps, each when the client has sent something: a client that stalls occupies no thread.
"""

import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from cheroot.errors import FatalSSLAlert
from cheroot.makefile import MakeFile, StreamWriter
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from OpenSSL import SSL, crypto
from OpenSSL._util import ffi, lib

from config.servers.listener import RECEIVE_BYTES, Connection, Listener

HANDSHAKE_SECONDS = 10.0
# After a refused handshake: time for the client to read the alert before the socket goes.
LINGER_SECONDS = 2.0
CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20"
PLAIN_HTTP_ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s"
)
PLAIN_HTTP_TEXT = "Esta porta só atende HTTPS (TLS mútuo). Use https:// no endereço.\n".encode()


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One certificate of the server followed by those above it (without the root), and its key, in PEM."""

    chain: bytes
    key: bytes


class Cause(IntEnum):
    """Why a certificate that OpenSSL accepts is refused: its own numbers (X509_V_…), each with its alert."""

    NONE = 0
    EXPIRED = 10
    REVOKED = 23
    # The one without an alert of its own: certificate_unknown.
    UNKNOWN = 43


Judge = Callable[[bytes], Cause]


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What the listener asks of clients.

    `authorities` are the PEM certificates of the acceptable CAs. With `enforce`, a defective certificate ends the
    handshake with its alert; otherwise the application judges it. The others matter only with `enforce`: `demands`
    refuses who has no certificate, `spares` says of a client's certificate (DER) that the application judges it all
    the same, `judge` says of one what OpenSSL does not know, and `revocation_lists` are in DER.
    """

    authorities: Sequence[bytes]
    enforce: bool = False
    demands: bool = True
    revocation_lists: Sequence[bytes] = field(default=())
    judge: Judge = field(default=lambda _: Cause.NONE, compare=False)
    spares: Callable[[bytes], bool] = field(default=lambda _: False, compare=False)


def server_context(identities: Sequence[Identity], trust: Trust) -> SSL.Context:
    """TLS 1.2 or newer, several server certificates side by side (P-256 and RSA), client certificate per `trust`."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_cipher_list(CIPHERS)
    # Every connection proves its certificate anew: a resumed session would hide a revocation.
    context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_session_id(b"ensaio")
    _present(context, identities)
    _ask(context, trust)
    return context


def _present(context: SSL.Context, identities: Sequence[Identity]) -> None:
    above: dict[bytes, x509.Certificate] = {}
    for identity in identities:
        leaf, *rest = x509.load_pem_x509_certificates(identity.chain)
        context.use_certificate(leaf)
        context.use_privatekey(_private_key(identity.key))
        above |= {certificate.public_bytes(Encoding.DER): certificate for certificate in rest}
    for certificate in above.values():
        context.add_extra_chain_cert(certificate)


def _private_key(pem: bytes) -> Any:
    # Our own key, made a moment ago or kept by us.
    return load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)


def _ask(context: SSL.Context, trust: Trust) -> None:
    store = context.get_cert_store()
    if store is None:
        raise RuntimeError("the TLS context has no certificate store")
    for pem in trust.authorities:
        authority = x509.load_pem_x509_certificate(pem)
        context.add_client_ca(authority)
        store.add_cert(crypto.X509.from_cryptography(authority))
    mode = SSL.VERIFY_PEER
    if trust.enforce:
        if trust.demands:
            mode |= SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        for der in trust.revocation_lists:
            store.add_crl(x509.load_der_x509_crl(der))
        if trust.revocation_lists:
            store.set_flags(crypto.X509StoreFlags.CRL_CHECK | crypto.X509StoreFlags.CRL_CHECK_ALL)
        causes = threading.local()
        context.set_verify(mode, _verdict_with(trust.judge, causes))
        _name_the_cause(context, mode, causes, trust.spares)
    else:
        context.set_verify(mode, _leave_the_verdict_to_the_application)


def _verdict_with(judge: Judge, causes: threading.local) -> Callable[..., bool]:
    """OpenSSL's own verdict, and that of `judge` on a certificate that OpenSSL accepts, kept for its alert."""

    def verdict(connection: SSL.Connection, certificate: crypto.X509, error: int, depth: int, ok: int) -> bool:
        causes.found = Cause.NONE
        if ok and depth == 0:
            causes.found = judge(certificate.to_cryptography().public_bytes(Encoding.DER))
        return bool(ok) and causes.found is Cause.NONE

    return verdict


def _name_the_cause(context: SSL.Context, mode: int, causes: threading.local, spares: Callable[[bytes], bool]) -> None:
    """Let what OpenSSL had accepted end in the alert of the cause that was found.

    pyOpenSSL leaves the cause of such a refusal empty, which OpenSSL takes for an error of its own (`internal_error`).
    Its alerts follow the causes that it names; one without an alert of its own gives `certificate_unknown`. What is
    refused is asked of `spares` first, which knows the client's certificate and not only the one at fault above it.
    """
    helper = context._verify_helper
    if helper is None:
        raise RuntimeError("the TLS context has no verdict yet")
    judge = helper.callback

    def judge_and_name(accepted: int, store: Any) -> int:
        verdict = int(judge(accepted, store))
        if not verdict and spares(_presented(store)):
            lib.X509_STORE_CTX_set_error(store, int(Cause.NONE))
            return 1
        if accepted and not verdict:
            lib.X509_STORE_CTX_set_error(store, int(causes.found or Cause.UNKNOWN))
        return verdict

    # OpenSSL only has its address: the helper keeps it alive as long as the context.
    helper.callback = ffi.callback("int (*)(int, X509_STORE_CTX *)", judge_and_name)
    lib.SSL_CTX_set_verify(context._context, mode, helper.callback)


def _presented(store: Any) -> bytes:
    """The certificate that the client presented (DER), which its store context owns."""
    borrowed = lib.X509_STORE_CTX_get0_cert(store)
    lib.X509_up_ref(borrowed)
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, crypto.X509._from_raw_x509_ptr(borrowed))


def _leave_the_verdict_to_the_application(*_: Any) -> bool:
    return True


class TlsSocket:
    """What cheroot needs of a socket, after the handshake. Waits for the network with poll, never by sleeping."""

    def __init__(self, tls: SSL.Connection, raw: socket.socket, timeout: float) -> None:
        self._tls, self._raw, self._timeout = tls, raw, timeout
        self.family = raw.family

    def fileno(self) -> int:
        return self._raw.fileno()

    def gettimeout(self) -> float:
        return self._timeout

    def getsockname(self) -> Any:
        return self._raw.getsockname()

    def send(self, data: bytes) -> int:
        try:
            return int(self._patiently(self._tls.send, data))
        except SSL.SysCallError as error:
            raise FatalSSLAlert(*error.args) from error

    def _patiently(self, call: Callable[..., Any], *arguments: Any) -> Any:
        while True:
            try:
                return call(*arguments)
            except SSL.WantReadError:
                self._wait(select.POLLIN)
            except SSL.WantWriteError:
                self._wait(select.POLLOUT)
            except (SSL.ZeroReturnError, SSL.SysCallError):
                raise
            except SSL.Error as error:
                raise FatalSSLAlert(*error.args) from error

    def _wait(self, event: int) -> None:
        poll = select.poll()
        poll.register(self._raw, event)
        if not poll.poll(self._timeout * 1000):
            raise TimeoutError("timed out")

    def shutdown(self, how: int) -> None:
        """Say goodbye in TLS (best effort), then close the transport."""
        with suppress(SSL.Error):
            self._tls.shutdown()
        self._raw.shutdown(how)

    def close(self) -> None:
        self._raw.close()

    def _decref_socketios(self) -> None:
        """Asked by socket.SocketIO when a file over this socket closes; the connection closes the socket itself."""


class TlsConnection(Connection):
    """One connection of the mutual TLS listener: handshake in steps, then requests."""

    server: "TlsListener"

    def __init__(self, server: "TlsListener", sock: socket.socket, makefile: Any = MakeFile) -> None:
        super().__init__(server, sock, makefile)
        sock.setblocking(False)
        self._transport = sock
        self._tls = SSL.Connection(server.context, sock)
        self._tls.set_accept_state()
        self._step = self._shake_hands
        self._deadline = time.monotonic() + HANDSHAKE_SECONDS

    def transport(self) -> socket.socket:
        """The socket below TLS: its state may be touched by one thread only."""
        return self._transport

    def communicate(self) -> bool:
        """One step; true when the connection goes on."""
        return self._step()

    def _shake_hands(self) -> bool:
        try:
            self._tls.do_handshake()
        except (SSL.WantReadError, SSL.WantWriteError):
            return time.monotonic() < self._deadline
        except SSL.SysCallError:
            return False
        except SSL.Error as error:
            return self._refuse(error)
        self._open()
        return self._converse()

    def _open(self) -> None:
        raw = self.socket
        self.socket = TlsSocket(self._tls, raw, self.server.timeout)
        self.wfile = StreamWriter(self.socket, "wb")
        self.ssl_env = {
            "wsgi.url_scheme": "https",
            "HTTPS": "on",
            "SSL_PROTOCOL": self._tls.get_protocol_version_name(),
            "SSL_CIPHER": self._tls.get_cipher_name() or "",
        }
        certificate = self._tls.get_peer_certificate(as_cryptography=True)
        if certificate is not None:
            self.ssl_env["SSL_CLIENT_CERT"] = certificate.public_bytes(Encoding.PEM).decode("ascii")
        self._step = self._converse

    def receive(self) -> bytes | None:
        try:
            return self._tls.recv(RECEIVE_BYTES)
        except (SSL.WantReadError, SSL.WantWriteError):
            return None
        except SSL.Error:
            return b""

    def has_more(self) -> bool:
        """Bytes already decrypted count too."""
        return super().has_more() or bool(self._tls.pending())

    def _converse(self) -> bool:
        return super().communicate()

    def _refuse(self, error: SSL.Error) -> bool:
        """OpenSSL has sent its alert. Tell a client that spoke plain HTTP what happened, in HTTP."""
        reason = next((entry[2] for entry in error.args[0]), "") if error.args else ""
        self.server.error_log(f"handshake recusado ({reason or 'sem motivo'})")
        try:
            if reason == "http request":
                self.socket.send(PLAIN_HTTP_ANSWER % (len(PLAIN_HTTP_TEXT), PLAIN_HTTP_TEXT))
            # Closing with unread bytes would reset the connection and lose the alert on its way.
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        self._step, self._deadline = self._drain, time.monotonic() + LINGER_SECONDS
        return True

    def _drain(self) -> bool:
        try:
            return bool(self.socket.recv(65536)) and time.monotonic() < self._deadline
        except BlockingIOError:
            return time.monotonic() < self._deadline
        except OSError:
            return False


class TlsListener(Listener):
    """The listener of `/api/token`. `context` may be replaced while it serves; new connections use the new one."""

    ConnectionClass = TlsConnection

    def __init__(
        self, address: tuple[str, int], application: Callable[..., Any], *, name: str, context: SSL.Context
    ) -> None:
        super().__init__(address, application, name=name)
        self.context = context
