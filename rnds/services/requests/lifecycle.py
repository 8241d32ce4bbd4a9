"""A request between the form and the termo, and the ways it ends without a credential."""

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from common import audit
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from egestor.services import tokens
from rnds.models import CredentialRequest
from rnds.services import token_rules
from rnds.services.letters import write_to_requester
from rnds.services.requests.certificate import forget_import, recheck_certificate
from rnds.services.requests.drafts import Saved, lock_draft, lock_own
from rnds.services.requests.opening import pairing_warnings

INCOMPLETE = "Existem campos obrigatórios não preenchidos, verifique acima."
_BATCH = 500


def missing_sections(request: CredentialRequest) -> list[str]:
    """Names of the sections of the form that still lack something obligatory, in the order of the form."""
    complete = {
        "certificate": bool(request.certificate_source),
        "establishment": bool(request.establishment_phone and request.establishment_email),
        "children": request.children_confirmed,
        "responsible": bool(request.responsible_id and request.responsible_phone and request.responsible_email),
        "system": None not in (request.ip_first, request.recorded_visits, request.portfolio_start),
    }
    return [section for section, done in complete.items() if not done]


@transaction.atomic
def complete_request(*, request_id: int, by: Actor, at: datetime) -> Saved:
    """«Salvar e Continuar» with everything filled: the termo comes next. Raises RuleBroken when something lacks."""
    request = lock_draft(request_id, by, at)
    if not can_proceed(request.complete):
        raise NotAllowedNow(request.get_status_display())
    require_complete(request, at)
    request.complete(at=at)
    request.save(update_fields=["status", "changed_at"])
    audit.record("request.completed", target=request, by=by, at=at)
    return Saved(request, pairing_warnings(request))


def require_complete(request: CredentialRequest, at: datetime) -> None:
    """Raise RuleBroken when a section lacks something or the chosen certificate can no longer be used at `at`."""
    missing = missing_sections(request)
    if missing:
        raise RuleBroken(INCOMPLETE, code="incomplete", field=missing[0])
    recheck_certificate(request, at)


@transaction.atomic
def return_to_form(*, request_id: int, by: Actor, at: datetime) -> CredentialRequest:
    """«Cancelar» on the termo: back to the form, with the draft as it was."""
    request = lock_own(request_id, by)
    if not can_proceed(request.return_to_form):
        raise NotAllowedNow(request.get_status_display())
    token_rules.require_live(request.token, at)
    request.return_to_form(at=at)
    request.save(update_fields=["status", "changed_at"])
    audit.record("request.returned_to_form", target=request, by=by, at=at)
    return request


@transaction.atomic
def withdraw_request(*, request_id: int, by: Actor, at: datetime) -> CredentialRequest:
    """The requester gives up (desistência). A token that was not consumed can still open another request."""
    request = lock_own(request_id, by)
    if not can_proceed(request.withdraw):
        raise NotAllowedNow(request.get_status_display())
    forget_import(request, at)
    request.withdraw(at=at)
    request.save(update_fields=["status", "closed_at", "sealed_password", "imported_file"])
    audit.record("request.withdrawn", target=request, by=by, at=at)
    return request


def discard_overtaken(*, at: datetime) -> int:
    """Record which drafts lost their token by `at`, in batches that commit by themselves; returns how many.

    Nothing depends on it having run: every action asks the token itself.
    """
    total = 0
    while found := _discard_batch(at):
        total += found
    return total


@transaction.atomic
def _discard_batch(at: datetime) -> int:
    related = ("token", "requester", "requested_by", "establishment")
    rows = CredentialRequest.objects.overtaken_at(at).select_related(*related)
    overtaken = rows.select_for_update(of=("self",), skip_locked=True)
    batch = list(overtaken.order_by("pk")[:_BATCH])
    for request in batch:
        forget_import(request, at)
        request.discard(at=at)
        request.save(update_fields=["status", "closed_at", "sealed_password", "imported_file"])
        audit.record("request.discarded", target=request, by=Actor.routine("rnds.discard_expired_requests", at), at=at)
        write_to_requester("request_discarded", request, at=at, reason=tokens.explain_dead_token(request.token, at))
    return len(batch)
