"""The rest of an answer that did not fit: kept, handed out page by page, and cancelled by the system that asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cadsus.models import Continuation
from cadsus.models.wire import CONTINUES_FOR
from cadsus.permissions import Permission
from common import permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from interop.bearers import system_of

Scores = Sequence[tuple[int, int]]
GONE = "Não há continuação desta pergunta: não existe, foi cancelada ou passou de 10 minutos."


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the records that were found, and how many there are in all and after these; `likeliest` is the first of
    all.
    """

    scores: Scores
    total: int
    remaining: int
    likeliest: int = 0


@transaction.atomic
def keep(*, query: tuple[str, str], found: Scores, page: int, by: Actor, real_at: datetime) -> Page:
    """The first page; what does not fit is kept for ten minutes, in place of an earlier question of that number."""
    permissions.require(by, Permission.QUERY_BY_WIRE)
    Continuation.objects.over_at(real_at).delete()
    root, extension = query
    if len(found) > page:
        Continuation.objects.update_or_create(
            holder=system_of(by),
            query_root=root,
            query_extension=extension,
            defaults={"found": found, "position": page, "real_until": real_at + CONTINUES_FOR},
        )
    return _page(found, 0, page)


@transaction.atomic
def go_on(*, query: tuple[str, str], page: int, start: int | None = None, by: Actor, real_at: datetime) -> Page:
    """The next page, or that from the record `start` (from 1), as when an answer was lost on the way.

    Raises RuleBroken no_continuation.
    """
    row = _locked(query, by=by, real_at=real_at)
    permissions.require(by, Permission.QUERY_BY_WIRE)
    if row is None:
        raise RuleBroken(GONE, code="no_continuation")
    first = row.position if start is None else min(max(start - 1, 0), len(row.found))
    row.position = min(first + page, len(row.found))
    row.save(update_fields=["position"])
    return _page([(pk, score) for pk, score in row.found], first, page)


@transaction.atomic
def cancel(*, query: tuple[str, str], by: Actor, real_at: datetime) -> None:
    """Nothing more is wanted of that question. Raises RuleBroken no_continuation."""
    row = _locked(query, by=by, real_at=real_at)
    permissions.require(by, Permission.QUERY_BY_WIRE)
    if row is None:
        raise RuleBroken(GONE, code="no_continuation")
    row.delete()


def _locked(query: tuple[str, str], *, by: Actor, real_at: datetime) -> Continuation | None:
    root, extension = query
    rows = Continuation.objects.open_at(real_at).select_for_update()
    return rows.filter(holder=system_of(by), query_root=root, query_extension=extension).first()


def _page(found: Scores, first: int, page: int) -> Page:
    shown = found[first : first + page]
    return Page(shown, len(found), len(found) - first - len(shown), found[0][0] if found else 0)
