"""PIN and PUK of the media (mídias) that keep a person's key: three wrong PINs block, three wrong PUKs destroy.

A wrong PIN or PUK is an answer, never an exception: the count of failures must be committed, and an exception that
leaves the transaction would undo it. Who calls these functions inside a transaction must let that one commit, too.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django_fsm import can_proceed

from common import audit, vault
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from pki.authority.hierarchy import key_pem
from pki.authority.holders import PersonHolder
from pki.models import Certificate, Medium
from pki.services.authorities import parse
from pki.services.certificates import activate_certificate, sign_certificate

PIN_SHAPE, PUK_SHAPE = r"[0-9]{4,8}", r"[0-9]{8}"
BAD_PIN = "O PIN deve ter de 4 a 8 dígitos."
BAD_PUK = "O PUK deve ter 8 dígitos."


class Verdict(Enum):
    """What the medium answered to a PIN or a PUK."""

    OPEN = "open"
    WRONG_PIN = "wrong_pin"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    WRONG_PUK = "wrong_puk"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class MediumAnswer:
    """The answer to one PIN or PUK. `remaining` is how many wrong ones are still forgiven.

    `just_closed` marks the very attempt that blocked or destroyed. `signature` is that of sign_challenge (RSA PKCS #1
    v1.5 over SHA-256), empty everywhere else.
    """

    verdict: Verdict
    remaining: int = 0
    signature: bytes = field(default=b"", repr=False)
    just_closed: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.verdict in (Verdict.OPEN, Verdict.UNBLOCKED)

    @property
    def message(self) -> str:
        """The refusal in words; empty when the medium opened."""
        left = "Resta 1 tentativa." if self.remaining == 1 else f"Restam {self.remaining} tentativas."
        return {
            Verdict.WRONG_PIN: f"PIN incorreto. {left}",
            Verdict.BLOCKED: "Certificado bloqueado. Use o PUK.",
            Verdict.WRONG_PUK: f"PUK incorreto. {left}",
            Verdict.DESTROYED: "Mídia inutilizada por PUK incorreto. Solicite um novo certificado.",
        }.get(self.verdict, "")


@transaction.atomic
def create_medium(
    *, certificate_id: int, key: rsa.RSAPrivateKey, kind: str, pin: str, puk: str, at: datetime, by: Actor | None = None
) -> Medium:
    """Put a certificate and its key on a medium, ready to be opened by `pin` (4 to 8 digits) or freed by `puk` (8).

    `kind` is a Medium.Kind. Raises RuleBroken for a PIN or PUK of another shape, ValueError for somebody else's key.
    """
    certificate = Certificate.objects.get(pk=certificate_id)
    require_pin(pin, field_name="pin")
    if not re.fullmatch(PUK_SHAPE, puk):
        raise RuleBroken(BAD_PUK, code="puk", field="puk")
    if key.public_key() != parse(certificate.pem).public_key():
        raise ValueError("the key is not that of the certificate")
    medium: Medium = Medium.objects.create(
        certificate=certificate,
        kind=kind,
        pin_hash=_digest(pin),
        puk_hash=_digest(puk),
        sealed_key=vault.seal(key_pem(key)),
        created_at=at,
    )
    _record("medium.created", medium, at, by=by)
    return medium


@transaction.atomic
def issue_on_medium(
    *,
    holder: PersonHolder,
    authority_slug: str,
    kind: str,
    pin: str,
    puk: str,
    at: datetime,
    key: rsa.RSAPrivateKey | None = None,
    by: Actor | None = None,
) -> Medium:
    """Issue a person's certificate straight onto a medium, in force at once; the key exists nowhere else.

    Raises as create_medium and issue_certificate do.
    """
    certificate, issued, _ = sign_certificate(
        holder=holder, authority_slug=authority_slug, kind=kind, at=at, key=key, by=by
    )
    activate_certificate(certificate_id=certificate.pk, at=at, by=by)
    return create_medium(certificate_id=certificate.pk, key=issued.key, kind=kind, pin=pin, puk=puk, at=at, by=by)


# In the transaction of who asks for the PIN: a savepoint would cost two more trips.
@transaction.atomic(savepoint=False)
def open_with_pin(*, medium_id: int, pin: str, at: datetime) -> MediumAnswer:
    """Try a PIN. The third wrong one in a row blocks; a right one forgives the wrong ones before it.

    Answers instead of raising, so that the count of wrong PINs is committed; the row lock makes parallel tries wait.
    """
    medium = _locked(medium_id)
    # Asked before the state, so that a blocked medium takes as long to answer as an open one.
    is_right = _is_code(pin, medium.pin_hash)
    if medium.status != Medium.Status.READY:
        return _closed(medium)
    if not is_right:
        return _count_wrong_pin(medium, at)
    if medium.pin_failures:
        medium.pin_failures = 0
        medium.save(update_fields=["pin_failures"])
    return MediumAnswer(Verdict.OPEN)


def has_puk(*, medium_id: int, puk: str) -> bool:
    """Whether this is the PUK of the medium; asked by the house about a secret it knows, so nothing is counted."""
    return _is_code(puk, Medium.objects.values_list("puk_hash", flat=True).get(pk=medium_id))


@transaction.atomic
def unblock_with_puk(*, medium_id: int, puk: str, new_pin: str, at: datetime) -> MediumAnswer:
    """Give a blocked medium a new PIN. The third wrong PUK destroys the key: only a new certificate helps then.

    Answers instead of raising, so that the count of wrong PUKs is committed. Raises RuleBroken for a new PIN of another
    shape and NotAllowedNow when the medium is not blocked, and counts nothing then.
    """
    medium = _locked(medium_id)
    require_pin(new_pin, field_name="new_pin")
    if not can_proceed(medium.unblock):
        raise NotAllowedNow(medium.get_status_display())
    if not _is_code(puk, medium.puk_hash):
        return _count_wrong_puk(medium, at)
    medium.unblock(pin_hash=_digest(new_pin))
    medium.save(update_fields=["status", "pin_hash", "pin_failures", "puk_failures"])
    _record("medium.unblocked", medium, at)
    return MediumAnswer(Verdict.UNBLOCKED)


@transaction.atomic
def sign_challenge(*, medium_id: int, pin: str, challenge: bytes, at: datetime) -> MediumAnswer:
    """Open the medium with `pin`, sign `challenge` with its key and check the signature with its certificate.

    A wrong PIN is answered and counted as in open_with_pin. Raises cryptography's InvalidSignature when key and
    certificate no longer belong together.
    """
    answer = open_with_pin(medium_id=medium_id, pin=pin, at=at)
    if not answer.is_accepted:
        return answer
    medium = Medium.objects.select_related("certificate").get(pk=medium_id)
    # Sealed by the house as it made it; the signature is tried below. To examine the key anew takes longer than both.
    sealed = vault.unseal(medium.sealed_key or b"")
    key = load_pem_private_key(sealed, password=None, unsafe_skip_rsa_key_validation=True)
    public_key = parse(medium.certificate.pem).public_key()
    if not isinstance(key, rsa.RSAPrivateKey) or not isinstance(public_key, rsa.RSAPublicKey):
        raise TypeError("the key of a medium is RSA")
    signature = key.sign(challenge, padding.PKCS1v15(), hashes.SHA256())
    public_key.verify(signature, challenge, padding.PKCS1v15(), hashes.SHA256())
    return MediumAnswer(Verdict.OPEN, signature=signature)


def _locked(medium_id: int) -> Medium:
    rows = Medium.objects.select_related("certificate").select_for_update(of=("self",))
    medium: Medium = rows.get(pk=medium_id)
    return medium


def require_pin(pin: str, *, field_name: str) -> None:
    """Raise RuleBroken unless the PIN has four to eight digits."""
    if not re.fullmatch(PIN_SHAPE, pin):
        raise RuleBroken(BAD_PIN, code="pin", field=field_name)


def _closed(medium: Medium) -> MediumAnswer:
    blocked = medium.status == Medium.Status.BLOCKED
    return MediumAnswer(Verdict.BLOCKED if blocked else Verdict.DESTROYED)


def _count_wrong_pin(medium: Medium, at: datetime) -> MediumAnswer:
    medium.pin_failures += 1
    remaining = Medium.MAX_FAILURES - medium.pin_failures
    if not remaining:
        medium.block()
    medium.save(update_fields=["status", "pin_failures"])
    _record("medium.blocked" if not remaining else "medium.wrong_pin", medium, at)
    return MediumAnswer(Verdict.WRONG_PIN if remaining else Verdict.BLOCKED, remaining, just_closed=not remaining)


def _count_wrong_puk(medium: Medium, at: datetime) -> MediumAnswer:
    medium.puk_failures += 1
    remaining = Medium.MAX_FAILURES - medium.puk_failures
    if not remaining:
        medium.destroy()
    medium.save(update_fields=["status", "puk_failures", "sealed_key"])
    _record("medium.destroyed" if not remaining else "medium.wrong_puk", medium, at)
    return MediumAnswer(Verdict.WRONG_PUK if remaining else Verdict.DESTROYED, remaining, just_closed=not remaining)


def _record(verb: str, medium: Medium, at: datetime, *, by: Actor | None = None) -> None:
    audit.record(verb, target=medium, at=at, by=by or Actor.routine("pki", at))


def _digest(code: str, salt: str = "") -> str:
    """A keyed, salted digest. A slow hash would not protect so few digits; the server's secret and the block do."""
    salt = salt or secrets.token_hex(16)
    return f"{salt}${salted_hmac(f'pki.medium.{salt}', code, algorithm='sha256').hexdigest()}"


def _is_code(code: str, digest: str) -> bool:
    return constant_time_compare(_digest(code, digest.partition("$")[0]), digest)
