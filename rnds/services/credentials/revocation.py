"""Revoking a credential: access ends at once."""

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from rnds.models import Credential
from rnds.permissions import Permission
from rnds.services.credentials.retirement import revoke_or_retire_certificate
from rnds.services.letters import write_to_requester

LONGEST_REASON = 300


@transaction.atomic
def revoke_credential(*, credential_id: int, reason: str, by: Actor, at: datetime) -> Credential:
    """Revoke with a motivo; a certificate of the simulated e-Gestor enters the revocation list (LCR).

    Raises NotPermitted, NotAllowedNow (already REVOGADA) or RuleBroken (no motivo, or one longer than 300 characters).
    """
    credential = Credential.objects.select_for_update().get(pk=credential_id)
    permissions.require(by, Permission.REVOKE_CREDENTIAL, credential)
    if not can_proceed(credential.revoke):
        raise NotAllowedNow(credential.get_status_display())
    motive = " ".join(reason.split())
    if not motive:
        raise RuleBroken("Informe o motivo da revogação.", code="reason", field="reason")
    if len(motive) > LONGEST_REASON:
        raise RuleBroken("O motivo deve ter no máximo 300 caracteres.", code="reason", field="reason")
    credential.revoke(by=by, reason=motive, at=at)
    credential.save(update_fields=["status", "revoked_by", "revoked_at", "revocation_reason"])
    revoke_or_retire_certificate(credential.certificate_id, reason=motive, by=by, at=at)
    audit.record("credential.revoked", target=credential, by=by, at=at, reason=motive)
    write_to_requester("credential_revoked", credential.request, at=at, credential=credential)
    return credential
