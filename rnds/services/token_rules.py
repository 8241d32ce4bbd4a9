"""What a request asks of the deployment token behind it (checks V4 to V7, with the request's number in V6)."""

from datetime import datetime

from common.actor import Actor
from common.exceptions import RuleBroken
from egestor.models import DeploymentToken
from egestor.services import tokens
from rnds.models import CredentialRequest


def require_usable(token: DeploymentToken, *, by: Actor, at: datetime) -> None:
    """Raise RuleBroken for the first of V4 (other CPF), V5, V6, V7 that fails at `at`."""
    tokens.require_usable(token=token, by=by, at=at, request_number=request_number(token))


def require_live(token: DeploymentToken, at: datetime) -> None:
    """Raise RuleBroken with the text of V5 (cancelled), V6 (used) or V7 (expired) when `token` is dead at `at`."""
    reason = tokens.explain_dead_token(token, at, request_number=request_number(token))
    if reason:
        raise RuleBroken(reason, code=f"token_{token.effective_status(at)}", field="token")


def request_number(token: DeploymentToken) -> int | None:
    """Number of the request that used the token: the one whose termo was accepted."""
    if token.status != DeploymentToken.Status.USED:
        return None
    used_in = CredentialRequest.objects.filter(token=token, acceptance__isnull=False)
    return used_in.values_list("pk", flat=True).first()
