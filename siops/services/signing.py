"""Signing a paper (assinar) with the virtual token, or as the session of the SIOPS allows.

Outside a transaction, before the one of the act: a wrong PIN counts, and to open a key takes time.
"""

from datetime import datetime

from common.actor import Actor
from common.exceptions import RuleBroken
from documents.services.signatories import Signatory, by_certificate, by_own_key
from pki.models import Medium
from siops.services.sign_in import medium_of, try_pin


def asks_pin(actor: Actor) -> bool:
    """Whether the key of the certificate that opened the session is here, for the PIN to open it."""
    if not actor.certificate:
        return False
    return Medium.objects.filter(certificate__sha256=actor.certificate, sealed_key__isnull=False).exists()


def has_token(actor: Actor, at: datetime) -> bool:
    """Whether a virtual token of who acts is kept here, with which they may sign in whatever session."""
    return actor.account is not None and medium_of(actor.account.login, at) is not None


def signatory_of(*, role: str, pin: str, actor: Actor, at: datetime) -> Signatory:
    """Who acts in the session, as a signatory: by the own key and its PIN, or by the seal.

    The PIN is asked of who entered with it (asks_pin), and used when another gives it (has_token). The act that it is
    for asks whether they may. Raises RuleBroken (pin, certificate).
    """
    if pin or asks_pin(actor):
        login = actor.account.login if actor.account else ""
        return signatory_by_pin(name=actor.name, role=role, cpf=login, pin=pin, at=at)
    if actor.certificate:
        return by_certificate(name=actor.name, role=role, sha256=actor.certificate, at=at)
    return Signatory(actor.name, role, at)


def signatory_by_pin(*, name: str, role: str, cpf: str, pin: str, at: datetime) -> Signatory:
    """Whoever has the CPF, by the key of the virtual token; a wrong PIN counts as at the door.

    Raises RuleBroken (pin, certificate).
    """
    return signatory_by_medium(medium_of(cpf, at), name=name, role=role, cpf=cpf, pin=pin, at=at)


def signatory_by_medium(medium: Medium | None, *, name: str, role: str, cpf: str, pin: str, at: datetime) -> Signatory:
    """The same, of whom the caller has looked up (medium_of)."""
    message = try_pin(medium, cpf=cpf, pin=pin, at=at)
    if message or medium is None:
        raise RuleBroken(message, code="pin", field="pin")
    return by_own_key(name=name, role=role, medium=medium, at=at)
