"""The web process of `make run`: portal and mutual TLS listeners side by side over one application."""

import errno
import hashlib
import logging
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.db import DatabaseError
from OpenSSL import SSL

from common import clock, health, switches
from common.switch_choices import ErrorMode
from config.servers.listener import Listener
from config.servers.tls import Cause, Identity, Judge, TlsListener, Trust, server_context
from pki import services as pki
from pki.models import Authority
from rooms import marks, worlds

log = logging.getLogger("ensaio.web")
CERTIFICATE_AGE = timedelta(days=1)


class PortTaken(OSError):
    """Another programme listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(errno.EADDRINUSE, f"a porta {port} já está em uso")
        self.port = port


@dataclass
class House:
    """Both listeners, serving."""

    portal: Listener
    tls: TlsListener
    trust: "TrustState"

    def renew_trust(self, *, at: datetime) -> None:
        """Put new revocation lists, or a younger server certificate, before the next handshake.

        Raises DatabaseError while the first context cannot be made; the TLS port lets clients wait until then.
        """
        self.tls.context = self.trust.context(at=at)
        if not self.tls.serving:
            self.tls.serve_in_thread()

    def stop(self) -> None:
        health.ports.pop("tls", None)
        self.portal.stop()
        self.tls.stop()


def open_house(application: WSGIApplication, *, port: int, tls_port: int) -> House:
    """Take both ports (0: a free one) and serve the portal. Raises PortTaken and leaves nothing running.

    The TLS port is served from the first `renew_trust` on; until then whoever connects waits, and /healthz says "down".
    """
    portal = Listener((settings.HOST, port), application, name="portal")
    tls = TlsListener((settings.HOST, tls_port), application, name="tls", context=SSL.Context(SSL.TLS_SERVER_METHOD))
    _bind(portal, port)
    try:
        _bind(tls, tls_port)
    except PortTaken:
        portal.stop()
        raise
    health.ports["tls"] = lambda: tls.serving
    portal.serve_in_thread()
    return House(portal, tls, TrustState())


def _bind(listener: Listener, port: int) -> None:
    try:
        listener.prepare()
    except OSError as error:
        raise PortTaken(port) from error


class TrustState:
    """The TLS context in force: made anew when authorities or revocation lists change, or after a day."""

    def __init__(self) -> None:
        self._made_at: datetime | None = None
        self._trust: Trust | None = None
        self._context: SSL.Context | None = None

    def context(self, *, at: datetime) -> SSL.Context:
        """The context for handshakes from now on; the last one when the database does not answer."""
        try:
            with worlds.entered(worlds.open_world()):
                self._context = self._present(at)
        except DatabaseError:
            if self._context is None:
                raise
            log.warning("a confiança do TLS não foi renovada: banco de dados fora do ar")
        return self._context

    def _present(self, at: datetime) -> SSL.Context:
        trust = present_trust(at=at)
        young = self._made_at is not None and at - self._made_at < CERTIFICATE_AGE
        if self._context is not None and young and trust == self._trust:
            return self._context
        self._made_at, self._trust = at, trust
        return tls_context(trust, at=at)


def present_trust(*, at: datetime) -> Trust:
    """What to ask of clients (AUTH_MODO_ERRO): the simulated authorities and, in tls mode, what judges by them.

    A revoked authority is among them: what it signed is to be refused as revoked, not as a stranger's. In tls mode is
    also who presents a certificate of a room that is in it.
    """
    pki.ensure_authorities(at=at)
    authorities = [pem.encode() for pem in Authority.objects.order_by("pk").values_list("certificate_pem", flat=True)]
    is_strict = switches.installed().auth_error_mode is ErrorMode.TLS
    if not (is_strict or _any_room_is_strict()):
        return Trust(authorities=authorities)
    return Trust(
        authorities=authorities,
        enforce=True,
        demands=is_strict,
        revocation_lists=_revocation_lists(at=at),
        judge=handshake_judge(),
        spares=_spares,
    )


def _any_room_is_strict() -> bool:
    return any(each.switches and each.switches.auth_error_mode is ErrorMode.TLS for each in worlds.every_world())


def _spares(der: bytes) -> bool:
    """Whether the room of that certificate leaves its defects to the application."""
    try:
        world = worlds.find(marks.room_of(ssl.DER_cert_to_PEM_cert(der)))
    except (worlds.RoomNotFound, worlds.NotPrepared, DatabaseError):
        own = None
    else:
        own = world.switches
    return (own or switches.installed()).auth_error_mode is ErrorMode.HTTP


def handshake_judge() -> Judge:
    """What OpenSSL does not know of: whether a certificate fits any use, and what its own room says of it."""
    fits = pki.fitness_judge()

    def judge(der: bytes) -> Cause:
        if not fits(der):
            return Cause.UNKNOWN
        try:
            return _cause_in_its_room(der)
        except DatabaseError:
            # The application asks again, and says that the database is away.
            return Cause.NONE

    return judge


def _cause_in_its_room(der: bytes) -> Cause:
    """The lists of the handshake are the open room's; the certificate of another room is asked for in that one."""
    code = marks.room_of(ssl.DER_cert_to_PEM_cert(der))
    if not code:
        return Cause.NONE
    try:
        with worlds.entered(worlds.find(code)):
            outcome = pki.judge_again(sha256=hashlib.sha256(der).hexdigest(), at=clock.now())
    except worlds.RoomNotFound:
        return Cause.UNKNOWN
    causes = {
        pki.Outcome.OK: Cause.NONE,
        pki.Outcome.REVOKED: Cause.REVOKED,
        pki.Outcome.OUTSIDE_VALIDITY: Cause.EXPIRED,
    }
    return causes.get(outcome, Cause.UNKNOWN)


def _revocation_lists(*, at: datetime) -> list[bytes]:
    """Current lists of every authority. All must be there and in force: OpenSSL refuses whoever it has no list for."""
    pki.publish_due_crls(at=at)
    rows = Authority.objects.filter(crl_der__isnull=False).order_by("pk")
    return [bytes(der) for der in rows.values_list("crl_der", flat=True) if der]


def tls_context(trust: Trust, *, at: datetime) -> SSL.Context:
    """A fresh server certificate of the simulated authority, and what to ask of clients."""
    identity = pki.server_certificate(hosts=list(settings.LOCAL_NAMES), at=at)
    return server_context(
        [
            Identity(chain=identity.ecdsa_chain, key=identity.ecdsa_key),
            Identity(chain=identity.rsa_chain, key=identity.rsa_key),
        ],
        trust,
    )
