"""The queue of suspects (suspeitas de duplicidade): what comes in, «adiar», «não é duplicado», and what returns."""

from __future__ import annotations

from collections.abc import Iterable
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
from registry import search, similarity
from registry.models import Person

# The score from which two records are worth a look.
QUEUE_FROM = 88
NOT_LATER = "Informe uma data depois de hoje."
Status = SuspectedPair.Status


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
    pair.dismiss(reason=reason, digest=compared_digest(pair.left, pair.right), by=by, at=at)
    pair.save(update_fields=["status", "reason", "digest", "postponed_until", "decided_at", "decided_by"])
    audit.record("suspected_pair.dismissed", target=pair, by=by, at=at, reason=reason, cnes=establishment_of(by))
    return pair


def suspect_of(person: Person, *, at: datetime) -> None:
    """Put into the queue whoever resembles a record that was made or changed just now."""
    if not person.is_active:
        return
    for hit in search.alike(person, from_score=QUEUE_FROM):
        if hit.person.is_active and hit.match and not _two_cpfs(person, hit.person):
            suspect(pair=(person, hit.person), score=hit.match.score, at=at)


@transaction.atomic
def suspect(*, pair: tuple[Person, Person], score: float, at: datetime) -> SuspectedPair | None:
    """A pair for the queue; None when it was decided before that these records, saying this, are two people.

    The decision holds also for the record into which one of them was unified since. The database keeps a pair once.
    """
    left, right = sorted(pair, key=lambda person: person.pk)
    digest = compared_digest(left, right)
    if _was_dismissed(left, right, digest):
        return None
    found: SuspectedPair
    found, is_new = SuspectedPair.objects.get_or_create(
        left=left, right=right, defaults={"score": int(score), "digest": digest, "found_at": at}
    )
    if not is_new and can_proceed(found.suspect_again):
        _return(found, score=int(score), digest=digest, at=at)
    elif not is_new and found.digest != digest:
        found.score, found.digest = int(score), digest
        found.save(update_fields=["score", "digest"])
    return found


def judge_again(person: Person, *, at: datetime) -> None:
    """A compared field may have changed: what was decided about the record returns where it still looks like one."""
    pairs = SuspectedPair.objects.standing().filter(status=Status.NOT_DUPLICATE).with_people()
    for pair in pairs.filter(left=person) | pairs.filter(right=person):
        digest = compared_digest(pair.left, pair.right)
        score = similarity.compare(search.described(pair.left), search.described(pair.right)).score
        if digest != pair.digest and score >= QUEUE_FROM:
            _return(pair, score=int(score), digest=digest, at=at)


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
        _return(pair, score=pair.score, digest=compared_digest(pair.left, pair.right), at=at)


def _return(pair: SuspectedPair, *, score: int, digest: str, at: datetime) -> None:
    pair.suspect_again(score=score, digest=digest, at=at)
    pair.save(update_fields=["status", "score", "digest", "found_at", "reason", "decided_at", "decided_by"])


def _was_dismissed(left: Person, right: Person, digest: str) -> bool:
    """Of these two, or of records that stand for them now, when they said exactly this."""
    asked = {left.pk, right.pk}
    same = SuspectedPair.objects.filter(status=Status.NOT_DUPLICATE, digest=digest).select_related("left", "right")
    return any({_standing_for(pair.left), _standing_for(pair.right)} == asked for pair in same)


def _standing_for(person: Person) -> int:
    return int(person.survivor_id or person.pk)


def _two_cpfs(one: Person, other: Person) -> bool:
    return bool(one.cpf and other.cpf)


def _locked_pair(pair_id: int) -> SuspectedPair:
    """The pair, after its records: of one record one thing changes at a time."""
    left, right = SuspectedPair.objects.values_list("left", "right").get(pk=pair_id)
    locked((left, right))
    return SuspectedPair.objects.with_people().select_for_update(of=("self",)).get(pk=pair_id)
