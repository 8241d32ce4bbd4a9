"""«Confirmar e avançar»: the termo is accepted, the token consumed and, in automatic mode, the credential granted."""

from datetime import datetime
from functools import partial
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction

from common import audit, permissions, switches
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from common.switch_choices import ReviewMode
from egestor.models import DeploymentToken
from egestor.services import tokens
from rnds import tasks
from rnds.models import CredentialRequest
from rnds.permissions import Permission
from rnds.services import terms, terms_paper, token_rules
from rnds.services.credentials.granting import grant_credential, key_for
from rnds.services.requests.certificate import recheck_certificate
from siops.services.signing import signatory_of

CHANGED = "O termo mudou desde que foi exibido. Leia o texto atual e confirme de novo."


def accept_terms(
    *, request_id: int, shown_hash: str, pin: str = "", ip: str | None, user_agent: str, by: Actor, at: datetime
) -> CredentialRequest:
    """Accept the termo that was shown (`shown_hash`); the request comes back GRANTED, or UNDER_REVIEW with an analyst.

    With the PIN, the person's own key signs the termo; a wrong one counts. All or nothing: acceptance, token,
    certificate, former credentials and the new one share one transaction. Raises NotPermitted, NotAllowedNow (not
    awaiting the termo), or RuleBroken: "pin", "certificate"; V5 to V7 when the token died after «Validar», V6 when the
    termo was already accepted, "changed_since_shown", or an imported certificate that is no longer usable.
    """
    request = CredentialRequest.objects.select_related("token").get(pk=request_id)
    permissions.require(by, Permission.EDIT_REQUEST, request)
    _require_awaiting_terms(request, request.token, at)
    signatory = signatory_of(role=terms_paper.ROLE, pin=pin, actor=by, at=at)
    awaiting = CredentialRequest.Status.AWAITING_TERMS
    key = None if switches.now().review_mode is ReviewMode.ANALYST else key_for(request_id=request_id, status=awaiting)
    witness = _Witness(shown_hash, ip, user_agent)
    request = _accept(request_id=request_id, witness=witness, key=key, by=by, at=at)
    if signatory.identity is not None:
        # A key goes into no queue.
        terms_paper.issue_terms(acceptance_id=request.acceptance.pk, signatory=signatory)
    else:
        transaction.on_commit(partial(tasks.issue_terms.delay, request.acceptance.pk))
    return request


class _Witness(NamedTuple):
    """Which text was shown, and where it was accepted from."""

    shown_hash: str
    ip: str | None
    user_agent: str


@transaction.atomic
def _accept(
    *, request_id: int, witness: _Witness, key: rsa.RSAPrivateKey | None, by: Actor, at: datetime
) -> CredentialRequest:
    request, token = _locked(request_id)
    permissions.require(by, Permission.EDIT_REQUEST, request)
    _require_awaiting_terms(request, token, at)
    shown = terms.render_terms(request=request, at=at)
    if shown.sha256 != witness.shown_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")
    recheck_certificate(request, at)

    terms.record_acceptance(request=request, terms=shown, ip=witness.ip, user_agent=witness.user_agent, at=at)
    tokens.redeem_token(token_id=token.pk, by=by, at=at)
    audit.record("terms.accepted", target=request, by=by, at=at, sha256=shown.sha256, version=shown.version.version)
    if switches.now().review_mode is ReviewMode.ANALYST:
        request.submit_for_review(at=at)
        request.save(update_fields=["status", "changed_at"])
        audit.record("request.submitted_for_review", target=request, by=by, at=at)
    else:
        grant_credential(request=request, key=key, by=by, at=at)
    return request


def _locked(request_id: int) -> tuple[CredentialRequest, DeploymentToken]:
    """The token first, then the request: the order of «Validar»."""
    token_id = CredentialRequest.objects.values_list("token_id", flat=True).get(pk=request_id)
    token = DeploymentToken.objects.select_for_update().get(pk=token_id)
    request = CredentialRequest.objects.select_for_update().get(pk=request_id)
    request.token = token
    return request, token


def _require_awaiting_terms(request: CredentialRequest, token: DeploymentToken, at: datetime) -> None:
    if hasattr(request, "acceptance") or request.status in CredentialRequest.BEFORE_ACCEPTANCE:
        token_rules.require_live(token, at)
    if request.status != CredentialRequest.Status.AWAITING_TERMS:
        raise NotAllowedNow(request.get_status_display())
