"""Who signs a paper (signatário): by their own key, by the portal's seal beside a certificate, or by the seal alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from common.exceptions import RuleBroken
from pki.authority.identities import SigningIdentity
from pki.models import Certificate, Medium
from pki.services.held_keys import held_identity
from pki.services.seals import current_seal

HOUSE = "Ensaio (portal simulado)"
SEALED = "Selado pelo portal: quem assina não usou chave própria."
SEALED_BESIDE = (
    "Selado pelo portal: quem assina provou, na conexão TLS, ter a chave do certificado nº {serial}, que não está aqui."
)
NOT_IN_FORCE = "O certificado de quem assina não está em vigor."


@dataclass(frozen=True)
class Signatory:
    """Who signs, as what, and when by the room's clock; without an `identity` of their own, by the portal's seal.

    `serial` is that of the certificate that proved in the TLS handshake who it is, where one did.
    """

    name: str
    role: str
    at: datetime
    identity: SigningIdentity | None = None
    serial: str = ""

    @property
    def words(self) -> str:
        """What the stripe adds: why it bears the seal, and what proved who it is."""
        if self.identity is not None:
            return ""
        return SEALED_BESIDE.format(serial=self.serial.upper()) if self.serial else SEALED


def by_own_key(*, name: str, role: str, medium: Medium, at: datetime) -> Signatory:
    """By the key on a medium that the caller has just read and opened with its PIN, outside of any lock.

    Raises RuleBroken (certificate) when it is revoked or out of its validity, so that nothing is signed then.
    """
    certificate = medium.certificate
    if certificate.revoked_at or certificate.authority.revoked_at or not certificate.is_current_at(at):
        raise RuleBroken(NOT_IN_FORCE, code="certificate", field="pin")
    return Signatory(name, role, at, held_identity(medium=medium))


def by_certificate(*, name: str, role: str, sha256: str, at: datetime) -> Signatory:
    """By the seal, naming the certificate of the TLS session, whose key is on the person's own machine."""
    return Signatory(name, role, at, serial=Certificate.objects.only("serial").get(sha256=sha256).serial)


def by_the_house(*, role: str, at: datetime) -> Signatory:
    """The portal itself, in what it receives from somebody who signs nothing: the seal is its own key."""
    return Signatory(HOUSE, role, at, current_seal(at=at))
