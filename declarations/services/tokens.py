"""Issuing, revoking and reading the token of transmission."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from accounts.actors import Proof, actor_of
from accounts.models import account_of
from common import audit, permissions
from common.actor import Actor, Bond
from common.exceptions import RuleBroken
from declarations.models import TransmissionToken
from declarations.permissions import Permission
from siops.models import HealthManager, Technician
from siops.models.scoped import TECHNICIAN
from siops.offices import office_of
from siops.services.registry import lock_entity

PREFIX = "siops_"
NO_TECHNICIAN = "O ente não tem responsável pelo envio ATIVO: cadastre-o, e ele faz o primeiro acesso."


@transaction.atomic
def issue_token(*, entity_id: int, by: Actor, at: datetime) -> str:
    """A new token for the active technician, shown only now; the former one of the entity is revoked.

    Raises NotPermitted, or RuleBroken (no_technician).
    """
    entity = lock_entity(entity_id)
    permissions.require(by, Permission.ISSUE_TOKEN, entity)
    manager = office_of(by).record
    assert isinstance(manager, HealthManager)  # noqa: S101 -- the permission is of a secretary in office
    technician = Technician.objects.filter(entity=entity, status=Technician.Status.ACTIVE).first()
    if technician is None:
        raise RuleBroken(NO_TECHNICIAN, code="no_technician")
    for former in TransmissionToken.objects.standing().filter(entity=entity):
        _revoke(former, by, at)
    secret = PREFIX + secrets.token_urlsafe(32)
    token: TransmissionToken = TransmissionToken.objects.create(
        entity=entity,
        technician=technician,
        manager=manager,
        issued_by_id=by.author_id,
        issued_at=at,
        digest=_digest(secret),
        ending=secret[-4:],
    )
    audit.record("transmission_token.issued", target=token, by=by, at=at, ending=token.ending)
    return secret


@transaction.atomic
def revoke_token(*, entity_id: int, by: Actor, at: datetime) -> None:
    """No token of the entity opens anything from now on; once more changes nothing."""
    entity = lock_entity(entity_id)
    permissions.require(by, Permission.ISSUE_TOKEN, entity)
    for token in TransmissionToken.objects.standing().filter(entity=entity):
        _revoke(token, by, at)


def actor_by_token(*, secret: str, at: datetime) -> Actor | None:
    """The technician that a token stands for, bound to its entity; None for one that opens nothing (any more)."""
    rows = TransmissionToken.objects.standing().select_related("technician__person__user", "manager")
    token = rows.filter(digest=_digest(secret)).first()
    user = account_of(token.technician.person) if token is not None and token.opens_at(at) else None
    if token is None or user is None:
        return None
    return actor_of(user, at=at, proof=Proof.TECHNICIAN_PASSWORD, bond=Bond(token.entity_id, TECHNICIAN))


def _revoke(token: TransmissionToken, by: Actor, at: datetime) -> None:
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    audit.record("transmission_token.revoked", target=token, by=by, at=at, ending=token.ending)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
