"""Unification of duplicate records (spec 6.3), and undoing it.

The survivor keeps what it says; the numbers of the others move to it, and one definitive CNS is the principal. Whoever
was absorbed points to the survivor, has no number left and is not written any more, so that all of it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, Model
from django_fsm import can_proceed

from cadsus.messages import M34, M35, M37
from cadsus.models import Citizen, Consultation, LocalIdentifier, SuspectedPair, Synchronization, Unification
from cadsus.permissions import Permission
from cadsus.services import pairs
from cadsus.services.records import establishment_of, keep_history, locked, require_registrar
from common import audit, documents, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from registry import quality, snapshot, tax
from registry.models import Cns, Person
from registry.models.tables import CnsKind, TransactionKind
from registry.snapshot import Change, Photograph

TWO = 2
CHANGED = "Os cadastros mudaram desde que foram mostrados. Confira de novo."
ABSORBED = "{name} já foi unificado em outro cadastro."
MIXED = "Unifique cadastros todos ativos ou todos inativos."
PROTECTED = "{name} tem acesso restrito: escolha este cadastro como principal."
HELD = "{name} tem registro no portal ({what}): escolha este cadastro como principal."
# They say of which record something was asked, copied or compared, and go on saying it.
KEEPS_THE_RECORD = (Citizen, Consultation, LocalIdentifier, SuspectedPair, Synchronization, Unification)


@dataclass(frozen=True)
class Preview:
    """What a unification would do. `shown_hash` names exactly these records, for whoever confirms it."""

    survivor: Person
    absorbed: list[Person]
    numbers: list[Cns]
    principal: Cns | None
    cpf: str
    shown_hash: str


@dataclass(frozen=True)
class UndoPreview:
    """What undoing would leave on the survivor: what was edited there since."""

    stays: list[Change]
    shown_hash: str


@transaction.atomic
def preview_unification(*, survivor_id: int, people: Sequence[int], by: Actor) -> Preview:
    """What unify() would do with these records now; raises as it does, and changes nothing."""
    permissions.require(by, Permission.CONSULT_REGISTRY)
    found = {person.pk: person for person in Person.objects.filter(pk__in=[survivor_id, *people]).order_by("pk")}
    return _planned(found, survivor_id)


@transaction.atomic
def unify(
    *, survivor_id: int, absorbed_ids: Sequence[int], reason: str, shown_hash: str, by: Actor, at: datetime
) -> Unification:
    """«Confirmar unificação», of what the preview showed.

    Raises RuleBroken: M35, M34, absorbed, mixed, protected, held (somebody has an account), changed_since_shown.
    """
    people = locked([survivor_id, *absorbed_ids])
    require_registrar(by)
    plan = _planned(people, survivor_id)
    if plan.shown_hash != shown_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")

    before = snapshot.take(people)
    repointed = _absorb(plan)
    _outdate_charts(plan)
    after = snapshot.take(people)
    unification: Unification = Unification.objects.create(
        survivor=plan.survivor,
        reason=reason,
        unified_at=at,
        unified_by_id=by.account_id,
        unified_by_system=by.system,
        before=before,
        after=after,
        repointed=repointed,
    )
    unification.absorbed.set(plan.absorbed)
    keep_history(kind=TransactionKind.UNIFIED, before=before, after=after, by=by, at=at)
    audit.record("unification.confirmed", target=unification, by=by, at=at, reason=reason, cnes=establishment_of(by))
    pairs.settle_unified(people=people, by=by, at=at)
    return unification


@transaction.atomic
def preview_undo(*, unification_id: int, by: Actor) -> UndoPreview:
    """What undoing would leave on the survivor. Raises RuleBroken M37."""
    permissions.require(by, Permission.CONSULT_REGISTRY)
    return _undo_planned(Unification.objects.get(pk=unification_id))


@transaction.atomic
def undo_unification(*, unification_id: int, reason: str, shown_hash: str, by: Actor, at: datetime) -> Unification:
    """«Desfazer»: every record is again as it was; what was edited on the survivor since, and was shown, stays there.

    Raises RuleBroken: M37 while a later one stands on top, changed_since_shown.
    """
    unification = Unification.objects.select_for_update(of=("self",)).get(pk=unification_id)
    photographs = _photographs(unification.before)
    people = locked(photographs)
    require_registrar(by)
    if not can_proceed(unification.undo):
        raise NotAllowedNow(unification.get_status_display())
    plan = _undo_planned(unification)
    if plan.shown_hash != shown_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")

    before = snapshot.take(people)
    _restore(unification, is_edited=bool(plan.stays))
    unification.undo(reason=reason, by=by, at=at)
    unification.save(update_fields=["status", "undo_reason", "undone_at", "undone_by"])
    keep_history(kind=TransactionKind.SPLIT, before=before, after=snapshot.take(people), by=by, at=at)
    audit.record("unification.undone", target=unification, by=by, at=at, reason=reason, cnes=establishment_of(by))
    pairs.return_unified(people=people, at=at)
    return unification


def _planned(people: dict[int, Person], survivor_id: int) -> Preview:
    """What becomes of the numbers, when no rule is broken."""
    if len(people) < TWO or survivor_id not in people:
        raise RuleBroken(M35, code="less_than_two")
    survivor = people[survivor_id]
    absorbed = [person for pk, person in people.items() if pk != survivor_id]
    _require_may_unify(survivor, absorbed)
    rows = Cns.objects.filter(person__in=people).order_by("assigned_on", "number")
    # Definitive first; of these the survivor's principal, the survivor's others, and the principal of another.
    numbers = sorted(rows, key=lambda row: (row.kind, row.person_id != survivor_id, not row.is_principal))
    principal = numbers[0] if numbers and numbers[0].kind == CnsKind.DEFINITIVE else None
    cpf = next((person.cpf for person in (survivor, *absorbed) if person.cpf), "")
    return Preview(survivor, absorbed, numbers, principal, cpf, snapshot.digest(snapshot.take(people)))


def _require_may_unify(survivor: Person, absorbed: list[Person]) -> None:
    everybody, rules = [survivor, *absorbed], AllAtOnce()
    for person in everybody:
        text = ABSORBED.format(name=person.name)
        rules.require(person.survivor_id is None, RuleBroken(text, code="absorbed"))
    cpfs = {person.cpf for person in everybody if person.cpf and documents.is_cpf(person.cpf)}
    rules.require(len(cpfs) < TWO, RuleBroken(M34, code="two_cpfs"))
    rules.require(len({person.is_active for person in everybody}) == 1, RuleBroken(MIXED, code="mixed"))
    for person in absorbed:
        text = PROTECTED.format(name=person.name)
        rules.require(survivor.is_protected or not person.is_protected, RuleBroken(text, code="protected"))
    for person, what in _held(absorbed):
        rules.require(False, RuleBroken(HELD.format(name=person.name, what=what), code="held"))
    rules.settle()


def _held(people: list[Person]) -> Iterator[tuple[Person, str]]:
    """Who has something in the portal that is theirs: an account, a profile, a link with the CNES, a cargo.

    None of that may point to an absorbed record. What hangs on the registry's own tables stays with the record.
    """
    by_key = {person.pk: person for person in people}
    for model, column in tables_that_hold():
        for pk in model._default_manager.filter(**{f"{column}__in": by_key}).values_list(column, flat=True).distinct():
            yield by_key[pk], str(model._meta.verbose_name)


def tables_that_hold() -> list[tuple[type[Model], str]]:
    """Every table, outside the registry, that points to a person, and by which column."""
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return [
        (field.model, field.name)
        for field in fields
        if field.related_model is Person
        and field.model._meta.app_label != "registry"
        and field.model not in KEEPS_THE_RECORD
    ]


def _outdate_charts(plan: Preview) -> None:
    """Charts of the SISRede with another CNS than the principal are DESATUALIZADO: the next visit brings it.

    Each goes on naming the record that it was copied from; the CADSUS answers by the numbers.
    """
    people = [plan.survivor.pk, *(person.pk for person in plan.absorbed)]
    charts = Citizen.objects.select_for_update(of=("self",)).filter(
        person__in=people, status=Citizen.Status.SYNCHRONIZED
    )
    for chart in charts.exclude(cns=plan.survivor.cns or "").order_by("pk"):
        chart.become_stale()
        chart.save(update_fields=["status"])


def _absorb(plan: Preview) -> dict[int, int]:
    """Move the numbers and point to the survivor; what was absorbed earlier is told by whom.

    In this order: nobody may point to an absorbed record, no number or CPF may have two owners, nor a person two
    principals, not even for a moment.
    """
    ids = [person.pk for person in plan.absorbed]
    earlier = Person.objects.filter(survivor__in=ids)
    repointed = {pk: into for pk, into in earlier.values_list("pk", "survivor") if into}
    earlier.update(survivor=plan.survivor)

    moved = Cns.objects.filter(person__in=[plan.survivor.pk, *ids])
    moved.filter(is_principal=True).update(is_principal=False)
    others = moved.exclude(pk=plan.principal.pk) if plan.principal else moved
    others.update(person=plan.survivor, kind=CnsKind.PROVISIONAL)
    if plan.principal:
        Cns.objects.filter(pk=plan.principal.pk).update(person=plan.survivor, is_principal=True)

    for person in plan.absorbed:
        tax.keep_former(person, becomes={name: getattr(plan.survivor, name) for name in tax.HANDED_OVER})
    Person.objects.filter(pk__in=ids).update(cpf=None, cns=None, survivor=plan.survivor, version=F("version") + 1)
    survivor = plan.survivor
    survivor.cpf = plan.cpf or None
    survivor.cns = plan.principal.number if plan.principal else None
    survivor.quality, survivor.version = quality.degree(survivor), survivor.version + 1
    survivor.save(update_fields=["cpf", "cns", "quality", "version"])
    return repointed


def _undo_planned(unification: Unification) -> UndoPreview:
    if Unification.objects.on_top_of(unification).exists():
        raise RuleBroken(M37, code="later_unification")
    now = snapshot.take([unification.survivor_id])
    then = _photographs(unification.after)[unification.survivor_id]
    return UndoPreview(snapshot.changes(then, now[unification.survivor_id]), snapshot.digest(now))


def _restore(unification: Unification, *, is_edited: bool) -> None:
    """Put the rows back as `before` has them, in the order in which no rule of the database is broken on the way."""
    before, after = _photographs(unification.before), _photographs(unification.after)
    survivor = Person.objects.get(pk=unification.survivor_id)
    was, became = before[survivor.pk]["person"][0], after[survivor.pk]["person"][0]
    if survivor.cpf == became["cpf"]:
        survivor.cpf = was["cpf"]
    survivor.save(update_fields=["cpf"])
    _restore_numbers(survivor.pk, before, after)
    for pk, photograph in before.items():
        if pk != survivor.pk:
            Person.objects.filter(pk=pk).update(**snapshot.values(Person, photograph["person"][0]))
    for pk, pointed_to in unification.repointed.items():
        Person.objects.filter(pk=pk).update(survivor=pointed_to)
    principal = Cns.objects.filter(person=survivor, is_principal=True).first()
    survivor.cns = principal.number if principal else None
    survivor.version = survivor.version + 1 if is_edited else was["version"]
    survivor.quality = quality.degree(survivor) if is_edited else was["quality"]
    survivor.save(update_fields=["cns", "version", "quality"])


def _restore_numbers(survivor_id: int, before: dict[int, Photograph], after: dict[int, Photograph]) -> None:
    """Each number back to its owner; the survivor's own only where it was not edited since."""
    now = {row["number"]: row for row in snapshot.take([survivor_id])[survivor_id]["cns"]}
    then = {row["number"]: row for row in after[survivor_id]["cns"]}
    rows: Iterable[dict[str, Any]] = [row for photograph in before.values() for row in photograph["cns"]]
    back = [row for row in rows if row["person_id"] != survivor_id or now.get(row["number"]) == then[row["number"]]]
    Cns.objects.filter(number__in=[row["number"] for row in back]).update(is_principal=False)
    for row in back:
        Cns.objects.filter(pk=row["number"]).update(**snapshot.values(Cns, row))


def _photographs(stored: dict[str, Photograph]) -> dict[int, Photograph]:
    """As they were stored, by the key of the person."""
    return {int(pk): photograph for pk, photograph in stored.items()}
