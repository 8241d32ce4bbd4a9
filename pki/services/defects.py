"""Certificates with a deliberate defect, kept so that lists and responder tell the same story about them."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction

from common import addresses
from pki.authority import containers, defects, hierarchy, reading
from pki.authority.holders import PersonHolder
from pki.models import Authority, Certificate
from pki.services.authorities import ensure_authorities, issuer_for, make_authority
from pki.services.certificates import activate_certificate, certificate_fields, revoke_certificate
from pki.services.passwords import require_typeable
from pki.services.revocation import revoke_authority


@dataclass(frozen=True)
class DefectFile:
    """A defective certificate ready to be written to disk. `key_pem` is None when the defect is not having it."""

    defect: defects.Defect
    container: bytes
    certificate_pem: bytes
    key: rsa.RSAPrivateKey | None


@transaction.atomic
def issue_defect(*, name: str, holder: PersonHolder, password: str, form: str, at: datetime) -> DefectFile:
    """Make the defect `name` of the catalogue for `holder`; raises KeyError for an unknown one.

    When one of our authorities signs it, its row is kept, and the revoked ones are really in the revocation list.
    """
    require_typeable(password)
    ensure_authorities(at=at)
    defect = defects.BY_NAME[name]
    authority = _revoked_authority(at=at) if defect.signer == "revoked" else Authority.objects.get(slug="icp")
    made = defects.make(defect, holder=holder, issuer=issuer_for(authority), portal_url=addresses.portal_url(), at=at)
    if defect.signer in ("icp", "revoked"):
        _keep(made, defect, authority, at=at)
    key = made.key if defect.keeps_key else None
    container = containers.write(
        made.certificate, key=key, chain=made.chain, friendly_name=defect.name, password=password, form=form
    )
    return DefectFile(defect, container, hierarchy.pem(made.certificate), key)


def _keep(made: defects.Defective, defect: defects.Defect, authority: Authority, *, at: datetime) -> None:
    certificate = Certificate.objects.create(
        authority=authority,
        origin=Certificate.Origin.ISSUED,
        pem=hierarchy.pem(made.certificate).decode(),
        created_at=at,
        **certificate_fields(reading.facts_of(made.certificate)),
    )
    activate_certificate(certificate_id=certificate.pk, at=at)
    if defect.is_revoked:
        revoke_certificate(certificate_id=certificate.pk, reason="Defeito pedido: revogado", at=at)


def _revoked_authority(*, at: datetime) -> Authority:
    found = Authority.objects.select_related("parent").filter(slug=hierarchy.REVOKED.slug).first()
    if found:
        return found
    make_authority(spec=hierarchy.REVOKED, at=at)
    return revoke_authority(authority_slug=hierarchy.REVOKED.slug, at=at)
