"""The queue of suspects (suspeitas de duplicidade): what comes in, «adiar», «não é duplicado», and what returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django_fsm import can_proceed

from cadsus.models import SuspectedPair
from cadsus.models.unification import compared_digest
from cadsus.services.records import establishment_of, locked, require_registrar
from common import audit
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from registry import search
from registry.duplicates import judge
from registry.models import Person

NOT_LATER = "Informe uma data depois de hoje."
Status = SuspectedPair.Status


@dataclass(frozen=True, slots=True)
class Found:
    """Two records that look like one person: the older, the newer, how much, and what both say."""

    left: int
    right: int
    score: int
    digest: str

    @property
    def records(self) -> tuple[int, int]:
        return self.left, self.right

    def row(self, at: datetime) -> SuspectedPair:
        return SuspectedPair(left_id=self.left, right_id=self.right, score=self.score, digest=self.digest, found_at=at)


@transaction.atomic
def postpone_pair(*, pair_id: int, until: date, by: Actor, at: datetime) -> SuspectedPair:
    """«Adiar»: the pair comes back to the queue on the day `until`."""
    pair = _locked_pair(pair_id)
    require_registrar(by)
    if not can_proceed(pair.postpone):
        raise NotAllowedNow(pair.get_status_display())
    if until <= at.astimezone(BRASILIA).date():
        raise RuleBroken(NOT_LATER, code="not_later", field="until")
    pair.postpone(until=until)
    pair.save(update_fields=["status", "postponed_until"])
    audit.record("suspected_pair.postponed", target=pair, by=by, at=at, until=str(until), cnes=establishment_of(by))
    return pair


@transaction.atomic
def dismiss_pair(*, pair_id: int, reason: str, by: Actor, at: datetime) -> SuspectedPair:
    """«Não é duplicado», with the reason: it comes back only when a compared field of either record changes."""
    pair = _locked_pair(pair_id)
    require_registrar(by)
    if not can_proceed(pair.dismiss):
        raise NotAllowedNow(pair.get_status_display())
    pair.dismiss(reason=reason, digest=_digest(pair.left, pair.right), by=by, at=at)
    pair.save(update_fields=["status", "reason", "digest", "postponed_until", "decided_at", "decided_by"])
    audit.record("suspected_pair.dismissed", target=pair, by=by, at=at, reason=reason, cnes=establishment_of(by))
    return pair


def suspect_of(person: Person, *, at: datetime) -> None:
    """Put into the queue whoever resembles a record that was made or changed just now."""
    if not person.is_active:
        return
    take_in(pairs=_suspects(person), at=at)


def _suspects(person: Person) -> Iterator[Found]:
    """By the judgement of the nightly search: a difference that tells two people apart makes no pair."""
    own = search.described(person)
    for other in search.near(person):
        if match := judge(own, other):
            older, newer = sorted((person.pk, other.pk))
            yield Found(older, newer, int(match.score), compared_digest(own, other))


@transaction.atomic
def take_in(*, pairs: Iterable[Found], at: datetime) -> int:
    """Put pairs into the queue, many at once; returns how many came in, or came back.

    Left out is what was decided to be two people while both say what they say now. The decision holds also for the
    record into which one of them was unified since. The database keeps a pair once.
    """
    every = list(pairs)
    decided = _decided({each.digest for each in every})
    asked = {each.records: each for each in every if (frozenset(each.records), each.digest) not in decided}
    known = SuspectedPair.objects.between({left for left, _ in asked}, {right for _, right in asked})
    rows = {(pair.left_id, pair.right_id): pair for pair in known.order_by("pk").select_for_update(of=("self",))}
    fresh = [each for records, each in asked.items() if records not in rows]
    SuspectedPair.objects.bulk_create((each.row(at) for each in fresh), ignore_conflicts=True)
    came_back, changed = 0, []
    for records, pair in rows.items():
        each = asked.get(records)
        if each and can_proceed(pair.suspect_again):
            _return(pair, score=each.score, digest=each.digest, at=at)
            came_back += 1
        elif each and pair.digest != each.digest:
            pair.score, pair.digest = each.score, each.digest
            changed.append(pair)
    SuspectedPair.objects.bulk_update(changed, ["score", "digest"])
    return len(fresh) + came_back


def judge_again(person: Person, *, at: datetime) -> None:
    """A compared field may have changed: what was decided about the record returns where it still looks like one."""
    pairs = SuspectedPair.objects.standing().filter(status=Status.NOT_DUPLICATE).with_people()
    for pair in pairs.filter(left=person) | pairs.filter(right=person):
        digest, match = _digest(pair.left, pair.right), judge(*_described(pair.left, pair.right))
        if digest != pair.digest and match:
            _return(pair, score=int(match.score), digest=digest, at=at)


@transaction.atomic
def settle_unified(*, people: Iterable[int], by: Actor, at: datetime) -> None:
    """The pairs among records that were made one."""
    for pair in SuspectedPair.objects.of(set(people)).exclude(status=Status.UNIFIED).select_for_update(of=("self",)):
        pair.unify(by=by, at=at)
        pair.save(update_fields=["status", "reason", "postponed_until", "decided_at", "decided_by"])


@transaction.atomic
def return_unified(*, people: Iterable[int], at: datetime) -> None:
    """The pairs among records that are two again."""
    rows = SuspectedPair.objects.of(set(people)).filter(status=Status.UNIFIED).with_people()
    for pair in rows.select_for_update(of=("self",)):
        _return(pair, score=pair.score, digest=_digest(pair.left, pair.right), at=at)


def _return(pair: SuspectedPair, *, score: int, digest: str, at: datetime) -> None:
    pair.suspect_again(score=score, digest=digest, at=at)
    pair.save(update_fields=["status", "score", "digest", "found_at", "reason", "decided_at", "decided_by"])


def _decided(digests: set[str]) -> set[tuple[frozenset[int], str]]:
    """Of the pairs that said one of these: the records that stand for both now, and what they said."""
    rows = SuspectedPair.objects.filter(status=Status.NOT_DUPLICATE, digest__in=digests).select_related("left", "right")
    return {(frozenset((_standing_for(pair.left), _standing_for(pair.right))), pair.digest) for pair in rows}


def _digest(left: Person, right: Person) -> str:
    return compared_digest(*_described(left, right))


def _described(left: Person, right: Person) -> tuple[search.Criteria, search.Criteria]:
    return search.described(left), search.described(right)


def _standing_for(person: Person) -> int:
    return int(person.survivor_id or person.pk)


def _locked_pair(pair_id: int) -> SuspectedPair:
    """The pair, after its records: of one record one thing changes at a time."""
    left, right = SuspectedPair.objects.values_list("left", "right").get(pk=pair_id)
    locked((left, right))
    return SuspectedPair.objects.with_people().select_for_update(of=("self",)).get(pk=pair_id)
