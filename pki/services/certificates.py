"""Life of a certificate (SM3): issued, in force, superseded, revoked; and of the files that carry its key."""

import hashlib
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction
from django_fsm import can_proceed

from common import addresses, audit, clock, vault
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from pki.authority import containers, issuing, profiles, reading
from pki.authority.errors import InvalidHolder
from pki.authority.hierarchy import pem
from pki.authority.holders import Holder
from pki.models import Authority, Certificate, Pkcs12File
from pki.services.authorities import issuer_with
from pki.services.passwords import require_typeable
from pki.services.revocation import publish_crl


def new_key() -> rsa.RSAPrivateKey:
    """A key for a certificate to come. It takes a tenth of a second or several: make it before locking anything."""
    return issuing.new_key()


@transaction.atomic
def issue_certificate(
    *,
    holder: Holder,
    authority_slug: str,
    password: str,
    form: str,
    at: datetime,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    key: rsa.RSAPrivateKey | None = None,
    by: Actor | None = None,
) -> tuple[Certificate, Pkcs12File]:
    """Issue an A1 certificate with a fresh key, both kept: the row waits as PENDING for activate_certificate.

    `form` is "moderno" or "compativel". Who holds locks makes the `key` before, by new_key(). Raises RuleBroken when
    the holder's data do not fit the layout or Java would not open a file under the password, NotAllowedNow when the
    authority was revoked, and pki.authority.errors.LintFailed when the certificate would break its profile.
    """
    require_typeable(password)
    certificate, issued, issuer = sign_certificate(
        holder=holder, authority_slug=authority_slug, at=at, not_before=not_before, not_after=not_after, key=key, by=by
    )
    content = containers.write(
        issued.certificate,
        key=issued.key,
        chain=(issuer.certificate, *issuer.chain),
        friendly_name=f"{certificate.holder_name}:{certificate.holder_document}",
        password=password,
        form=form,
    )
    file = Pkcs12File.objects.create(
        certificate=certificate,
        form=form,
        sealed_content=vault.seal(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=at,
    )
    return certificate, file


# Inside its callers' transactions, which one failure undoes whole: a savepoint would cost two more trips.
@transaction.atomic(savepoint=False)
def sign_certificate(
    *,
    holder: Holder,
    authority_slug: str,
    at: datetime,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    kind: str = profiles.A1,
    key: rsa.RSAPrivateKey | None = None,
    by: Actor | None = None,
) -> tuple[Certificate, issuing.Issued, issuing.Issuer]:
    """Issue a certificate (A1 or A3) whose fresh key is only in the answer, for a file or a medium.

    Raises as issue_certificate does, but for the password.
    """
    # Only what changes is read; the rest of the authority is remembered under its certificate.
    wanted = Authority.objects.values_list("pk", "revoked_at", "certificate_pem")
    authority_id, revoked_at, certificate_pem = wanted.get(slug=authority_slug)
    if revoked_at:
        raise NotAllowedNow("Autoridade revogada")
    issuer = issuer_with(certificate_pem)
    try:
        issued = issuing.issue(
            holder,
            issuer=issuer,
            portal_url=addresses.portal_url(),
            not_before=clock.real(not_before or at),
            not_after=clock.real(not_after) if not_after else None,
            kind=kind,
            key=key,
        )
    except InvalidHolder as error:
        raise RuleBroken(str(error), code="invalid_holder") from error
    certificate = Certificate.objects.create(
        authority_id=authority_id,
        origin=Certificate.Origin.ISSUED,
        pem=pem(issued.certificate).decode(),
        created_at=at,
        **certificate_fields(reading.facts_of(issued.certificate)),
    )
    _record("certificate.issued", certificate, at=at, by=by)
    return certificate, issued, issuer


@transaction.atomic
def activate_certificate(*, certificate_id: int, at: datetime, by: Actor | None = None) -> Certificate:
    """Put a certificate in force. One already in force stays so: the same A1 may serve several credentials.

    Raises NotAllowedNow when it was revoked.
    """
    certificate = _locked(certificate_id)
    if certificate.status == Certificate.Status.VALID:
        return certificate
    _require(certificate, certificate.activate)
    certificate.activate()
    certificate.save(update_fields=["status"])
    _record("certificate.activated", certificate, at=at, by=by)
    return certificate


@transaction.atomic
def supersede_certificate(*, certificate_id: int, at: datetime, by: Actor | None = None) -> Certificate:
    """A newer certificate took its place. Raises NotAllowedNow unless it is in force."""
    certificate = _locked(certificate_id)
    _require(certificate, certificate.supersede)
    certificate.supersede()
    certificate.save(update_fields=["status"])
    _record("certificate.superseded", certificate, at=at, by=by)
    return certificate


@transaction.atomic
def revoke_certificate(*, certificate_id: int, reason: str, at: datetime, by: Actor | None = None) -> Certificate:
    """Revoke, and publish the authority's new revocation list in the same transaction.

    Raises NotAllowedNow when it is already revoked.
    """
    certificate = _locked(certificate_id)
    _require(certificate, certificate.revoke)
    certificate.revoke(at=at, reason=reason)
    certificate.save(update_fields=["status", "revoked_at", "revocation_reason"])
    publish_crl(authority_slug=certificate.authority.slug, at=clock.real(at))
    _record("certificate.revoked", certificate, at=at, by=by, reason=reason)
    return certificate


@transaction.atomic
def erase_file(*, file_id: int, at: datetime, by: Actor | None = None) -> Pkcs12File:
    """Forget the private key in a file; its certificate's facts stay. Raises NotAllowedNow when already erased."""
    file = Pkcs12File.objects.select_for_update(of=("self",)).select_related("certificate").get(pk=file_id)
    if file.erased_at:
        raise NotAllowedNow("Arquivo apagado", code="erased")
    file.erase(at=at)
    file.save(update_fields=["sealed_content", "erased_at"])
    audit.record("pkcs12_file.erased", target=file, at=at, by=by or Actor.routine("pki", at))
    return file


def certificate_fields(facts: reading.Facts) -> dict[str, Any]:
    """What a row copies from the certificate. Its dates are the room's: X.509 has the real ones."""
    return {
        "sha256": facts.sha256,
        "serial": facts.serial,
        "holder_kind": facts.holder_kind,
        "holder_name": facts.holder_name,
        "holder_document": facts.holder_document,
        "not_before": facts.not_before + clock.ahead(),
        "not_after": facts.not_after + clock.ahead(),
    }


def _locked(certificate_id: int) -> Certificate:
    rows = Certificate.objects.select_related("authority").select_for_update(of=("self",))
    certificate: Certificate = rows.get(pk=certificate_id)
    return certificate


def _require(certificate: Certificate, transition: Any) -> None:
    if not can_proceed(transition):
        raise NotAllowedNow(certificate.get_status_display())


def _record(verb: str, certificate: Certificate, *, at: datetime, by: Actor | None, **details: Any) -> None:
    audit.record(verb, target=certificate, at=at, by=by or Actor.routine("pki", at), **details)
