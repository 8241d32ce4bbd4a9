"""Analyst mode (MODO_ANALISE=analista): the ministry approves, returns or rejects; the requester answers."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from rnds.models import Credential, CredentialRequest
from rnds.permissions import Permission
from rnds.services.credentials.granting import grant_credential, key_for
from rnds.services.letters import write_to_requester
from rnds.services.requests.certificate import forget_import, recheck_certificate
from rnds.services.requests.lifecycle import require_complete

SHORTEST_REASON = 10


def approve_request(*, request_id: int, by: Actor, at: datetime) -> Credential:
    """Grant the credential of a request under review. Raises RuleBroken if its certificate is no longer usable."""
    key = key_for(request_id=request_id, status=CredentialRequest.Status.UNDER_REVIEW)
    return _approve(request_id=request_id, key=key, by=by, at=at)


@transaction.atomic
def _approve(*, request_id: int, key: rsa.RSAPrivateKey | None, by: Actor, at: datetime) -> Credential:
    request = _lock(request_id)
    permissions.require(by, Permission.REVIEW_REQUEST, request)
    if not can_proceed(request.grant) or request.status != CredentialRequest.Status.UNDER_REVIEW:
        raise NotAllowedNow(request.get_status_display())
    recheck_certificate(request, at)
    audit.record("request.approved", target=request, by=by, at=at)
    return grant_credential(request=request, key=key, reviewed_by=by, by=by, at=at)


@transaction.atomic
def send_back_request(*, request_id: int, reason: str, by: Actor, at: datetime) -> CredentialRequest:
    """Return the request with a pendência (motivo of at least 10 characters); the requester is told by e-mail."""
    request = _lock(request_id)
    permissions.require(by, Permission.REVIEW_REQUEST, request)
    if not can_proceed(request.send_back):
        raise NotAllowedNow(request.get_status_display())
    request.send_back(by=by, reason=clean_reason(reason), at=at)
    request.save(update_fields=["status", "reviewed_by", "reason", "changed_at"])
    audit.record("request.sent_back", target=request, by=by, at=at, reason=request.reason)
    write_to_requester("credential_sent_back", request, at=at)
    return request


@transaction.atomic
def reject_request(*, request_id: int, reason: str, by: Actor, at: datetime) -> CredentialRequest:
    """Reject for good (motivo of at least 10 characters); another request needs a new token."""
    request = _lock(request_id)
    permissions.require(by, Permission.REVIEW_REQUEST, request)
    if not can_proceed(request.reject):
        raise NotAllowedNow(request.get_status_display())
    reason = clean_reason(reason)
    forget_import(request, at)
    request.reject(by=by, reason=reason, at=at)
    request.save(update_fields=["status", "reviewed_by", "reason", "closed_at", "sealed_password", "imported_file"])
    audit.record("request.rejected", target=request, by=by, at=at, reason=request.reason)
    write_to_requester("credential_rejected", request, at=at)
    return request


@transaction.atomic
def resubmit_request(*, request_id: int, by: Actor, at: datetime) -> CredentialRequest:
    """«Reenviar» after a pendência; no new token is needed. Raises RuleBroken when the form lacks something."""
    request = _lock(request_id)
    permissions.require(by, Permission.EDIT_REQUEST, request)
    if not can_proceed(request.resubmit):
        raise NotAllowedNow(request.get_status_display())
    require_complete(request, at)
    request.resubmit(at=at)
    request.save(update_fields=["status", "changed_at"])
    audit.record("request.resubmitted", target=request, by=by, at=at)
    return request


def clean_reason(reason: str) -> str:
    """A motivo that says something: at least 10 characters, or RuleBroken."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise RuleBroken("Informe o motivo com pelo menos 10 caracteres.", code="reason", field="reason")
    return text


def _lock(request_id: int) -> CredentialRequest:
    return CredentialRequest.objects.select_for_update().get(pk=request_id)
