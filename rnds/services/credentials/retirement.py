"""What happens to the certificate of a credential that ended."""

from datetime import datetime

from common.actor import Actor
from pki import services as pki
from pki.models import Certificate
from rnds.models import Credential

EGESTOR_AUTHORITY = "egestor"


def retire_certificate(certificate_id: int, *, by: Actor, at: datetime) -> None:
    """A newer credential took its place: SUBSTITUÍDO, unless another active credential still uses the certificate."""
    certificate = _unused(certificate_id)
    if certificate and certificate.status == Certificate.Status.VALID:
        pki.supersede_certificate(certificate_id=certificate.pk, at=at, by=by)


def revoke_or_retire_certificate(certificate_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """The credential was revoked: the certificate enters the LCR if the simulated e-Gestor issued it."""
    certificate = _unused(certificate_id)
    if certificate is None:
        return
    if certificate.authority.slug == EGESTOR_AUTHORITY:
        pki.revoke_certificate(certificate_id=certificate.pk, reason=reason, at=at, by=by)
    elif certificate.status == Certificate.Status.VALID:
        pki.supersede_certificate(certificate_id=certificate.pk, at=at, by=by)


def _unused(certificate_id: int) -> Certificate | None:
    if Credential.objects.active().filter(certificate=certificate_id).exists():
        return None
    return Certificate.objects.select_related("authority").get(pk=certificate_id)
