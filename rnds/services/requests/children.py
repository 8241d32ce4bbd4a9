"""Section D: the «estabelecimentos filhos» that work under the credential of the parent."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from common.actor import Actor
from common.exceptions import RuleBroken
from common.folding import fold
from rnds.models import CredentialRequest
from rnds.services.requests.drafts import Saved, keep, lock_draft
from territory.models import Establishment, EstablishmentQuerySet

FOREIGN_CHILD = "Há estabelecimento que não pertence a este município ou não está ativo no SCNES."
CONFIRM_NONE = (
    "Nenhum estabelecimento filho foi selecionado. Confirme que a credencial servirá só ao estabelecimento pai."
)


def siblings_of(request: CredentialRequest) -> EstablishmentQuerySet:
    """Establishments that may be children: of the same entity, active in the SCNES, other than the parent."""
    return Establishment.objects.open().filter(entity=request.entity_id).exclude(pk=request.establishment_id)


def selectable_children(request: CredentialRequest, search: str = "") -> EstablishmentQuerySet:
    """What the table of the screen lists, filtered by CNES, nome fantasia or tipo de unidade."""
    wanted = search.strip()
    filtered = (
        Q(cnes__startswith=wanted) | Q(search_name__contains=fold(wanted)) | Q(search_type__contains=fold(wanted))
    )
    return siblings_of(request).filter(filtered) if wanted else siblings_of(request)


@transaction.atomic
def mark_children(
    *, request_id: int, shown: Collection[str], checked: Collection[str], by: Actor, at: datetime
) -> CredentialRequest:
    """Keep the ticks of one page of the table (`shown` CNES, of which `checked` are ticked); the others stay."""
    request = lock_draft(request_id, by, at)
    shown_here = siblings_of(request).filter(pk__in=shown)
    request.children.remove(*shown_here.exclude(pk__in=checked))
    request.children.add(*shown_here.filter(pk__in=checked))
    keep(request=request, section="children", fields=[], by=by, at=at, marked=request.children.count())
    return request


@transaction.atomic
def mark_all_children(*, request_id: int, search: str, selected: bool, by: Actor, at: datetime) -> CredentialRequest:
    """«Selecionar todos»: tick (or untick) every row that the search lists, on every page."""
    request = lock_draft(request_id, by, at)
    rows = selectable_children(request, search)
    if selected:
        request.children.add(*rows)
    else:
        request.children.remove(*rows)
    keep(request=request, section="children", fields=[], by=by, at=at, marked=request.children.count())
    return request


@transaction.atomic
def save_children(
    *, request_id: int, cnes: Collection[str], none_confirmed: bool = False, by: Actor, at: datetime
) -> Saved:
    """Set the children to exactly `cnes`. The parent is always included, so naming it changes nothing.

    Raises RuleBroken for an establishment that is not the entity's, or for none at all without `none_confirmed`.
    """
    request = lock_draft(request_id, by, at)
    wanted = set(cnes) - {request.establishment_id}
    chosen = list(siblings_of(request).filter(pk__in=wanted))
    if len(chosen) != len(wanted):
        raise RuleBroken(FOREIGN_CHILD, code="foreign_child", field="children")
    if not chosen and not none_confirmed:
        raise RuleBroken(CONFIRM_NONE, code="confirm_none", field="none_confirmed")
    request.children.set(chosen)
    request.children_confirmed = True
    keep(request=request, section="children", fields=["children_confirmed"], by=by, at=at, marked=len(chosen))
    return Saved(request)
