"""«Copiar dados para nova solicitação»: what was typed before a token died is not typed again."""

from datetime import datetime

from django.db import transaction

from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted
from common.legal_time import BRASILIA
from rnds.models import CredentialRequest
from rnds.permissions import Permission
from rnds.services.requests.children import siblings_of
from rnds.services.requests.drafts import keep, lock_draft

_COPIED = [
    "establishment_phone",
    "establishment_email",
    "responsible",
    "responsible_phone",
    "responsible_email",
    "ip_first",
    "ip_last",
    "recorded_visits",
    "visits_per_day_min",
    "visits_per_day_max",
    "peak_accesses",
]


@transaction.atomic
def copy_request(*, request_id: int, into_id: int, by: Actor, at: datetime) -> CredentialRequest:
    """Copy the form of a request of the same person and entity into the draft `into_id` of the same person.

    The certificate and its password are never copied, nor a portfolio that would begin in the past, nor children that
    left the SCNES. Raises NotAllowedNow when the first is still in progress.
    """
    draft = lock_draft(into_id, by, at)
    source = CredentialRequest.objects.select_related("token").get(pk=request_id)
    if (source.requested_by_id, source.entity_id) != (by.account_id, draft.entity_id):
        raise NotPermitted(permission=Permission.EDIT_REQUEST)
    if source.effective_status(at) in CredentialRequest.OPEN:
        raise NotAllowedNow(source.get_status_display())
    fields = [*_COPIED, *_copy_portfolio(source, draft, at)]
    for name in _COPIED:
        setattr(draft, name, getattr(source, name))
    _copy_rows(source, draft)
    keep(request=draft, section="all", fields=fields, by=by, at=at, copied_from=source.pk)
    return draft


def _copy_portfolio(source: CredentialRequest, draft: CredentialRequest, at: datetime) -> list[str]:
    if source.portfolio_start is None or source.portfolio_start < at.astimezone(BRASILIA).date():
        return []
    draft.portfolio_start, draft.portfolio_end = source.portfolio_start, source.portfolio_end
    return ["portfolio_start", "portfolio_end"]


def _copy_rows(source: CredentialRequest, draft: CredentialRequest) -> None:
    if source.children_confirmed:
        draft.children.set(siblings_of(draft).filter(pk__in=source.children.values("pk")))
    draft.access_periods.all().delete()
    for period in source.access_periods.all():
        draft.access_periods.create(turn=period.turn, start=period.start, end=period.end)
