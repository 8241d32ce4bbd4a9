"""Revocation: what the lists (LCR) and the responder (OCSP) of each authority say."""

from datetime import datetime

from cryptography.x509 import ocsp
from django.db import transaction

from common import audit, clock
from common.actor import Actor
from common.exceptions import NotAllowedNow
from pki.authority import revocation
from pki.authority.reading import serial_of
from pki.models import Authority, Certificate
from pki.services.authorities import issuer_for, parse


def revoked_at_of(authority_slug: str, serial: str) -> datetime | None:
    """When `authority_slug` revoked the number `serial` (hexadecimal), of a holder or of an authority below it."""
    rows = Certificate.objects.filter(authority__slug=authority_slug, serial=serial, revoked_at__isnull=False)
    revoked_at = rows.values_list("revoked_at", flat=True).first()
    return revoked_at or _subordinates(authority_slug).get(serial)


def _subordinates(authority_slug: str) -> dict[str, datetime | None]:
    """Number and revocation of each authority below."""
    below = Authority.objects.filter(parent__slug=authority_slug).values_list("certificate_pem", "revoked_at")
    return {serial_of(parse(certificate_pem)): revoked_at for certificate_pem, revoked_at in below}


@transaction.atomic
def publish_crl(*, authority_slug: str, at: datetime) -> bytes:
    """Build, number and keep the authority's revocation list (LCR) as of `at`, which is real; returns its DER.

    What a room with a clock ahead revoked is dated by the list: no list may tell of the future.
    """
    # The rows of certificates reference this one, so its key must stay sharable while the list is made.
    authority = Authority.objects.select_for_update(no_key=True, of=("self",)).get(slug=authority_slug)
    holders = Certificate.objects.revoked_of(authority).values_list("serial", "revoked_at")
    revoked = [*holders, *_subordinates(authority_slug).items()]
    entries = [revocation.RevokedEntry(serial, min(revoked_at, at)) for serial, revoked_at in revoked if revoked_at]
    authority.crl_number += 1
    authority.crl_der = revocation.build_crl(entries, issuer=issuer_for(authority), number=authority.crl_number, at=at)
    authority.crl_next_update = at + revocation.CRL_LIFE
    authority.save(update_fields=["crl_number", "crl_der", "crl_next_update"])
    return bytes(authority.crl_der)


@transaction.atomic
def revoke_authority(*, authority_slug: str, at: datetime, by: Actor | None = None) -> Authority:
    """Revoke an intermediate authority: it enters its superior's list and every certificate below it is refused.

    Raises NotAllowedNow for a root (nobody above could say so) and for one already revoked.
    """
    authority = Authority.objects.select_for_update(no_key=True).get(slug=authority_slug)
    if authority.parent_id is None:
        raise NotAllowedNow("Autoridade raiz", code="root_authority")
    if authority.revoked_at:
        raise NotAllowedNow("Revogada")
    authority.revoked_at = at
    authority.save(update_fields=["revoked_at"])
    publish_crl(authority_slug=Authority.objects.get(pk=authority.parent_id).slug, at=clock.real(at))
    audit.record("authority.revoked", target=authority, at=at, by=by or Actor.routine("pki", at))
    return authority


def current_crl(*, authority_slug: str, at: datetime) -> bytes:
    """The list in force at `at`, made anew when the kept one is due. Raises Authority.DoesNotExist."""
    authority = Authority.objects.get(slug=authority_slug)
    if authority.crl_der is None or authority.crl_next_update is None or authority.crl_next_update <= at:
        return publish_crl(authority_slug=authority_slug, at=at)
    return bytes(authority.crl_der)


def publish_due_crls(*, at: datetime) -> list[str]:
    """Publish anew the list of every authority that has used up half of its list's life; returns their slugs."""
    published = []
    for authority in Authority.objects.order_by("pk"):
        if authority.crl_next_update is None or authority.crl_next_update - at <= revocation.CRL_LIFE / 2:
            publish_crl(authority_slug=authority.slug, at=at)
            published.append(authority.slug)
    return published


def answer_ocsp(*, authority_slug: str, der: bytes, at: datetime) -> bytes:
    """The responder's answer (OCSP, RFC 6960), in DER, to the request `der`. Raises Authority.DoesNotExist."""
    authority = Authority.objects.select_related("parent").get(slug=authority_slug)
    request = revocation.read_ocsp_request(der)
    if request is None:
        return revocation.ocsp_failure(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    issuer = issuer_for(authority)
    if not revocation.is_about(request, issuer.certificate):
        return revocation.ocsp_failure(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    status = _status(authority, f"{request.serial_number:x}", at)
    return revocation.build_ocsp_answer(request, status, issuer=issuer, at=at)


def _status(authority: Authority, serial: str, at: datetime) -> revocation.SerialStatus:
    row = Certificate.objects.filter(authority=authority, serial=serial).first()
    if row:
        return revocation.SerialStatus(known=True, revoked_at=_not_after(at, row.revoked_at))
    below = _subordinates(authority.slug)
    return revocation.SerialStatus(known=serial in below, revoked_at=_not_after(at, below.get(serial)))


def _not_after(at: datetime, revoked_at: datetime | None) -> datetime | None:
    """No answer tells of the future, as a room with a clock ahead would."""
    return min(revoked_at, at) if revoked_at else None
