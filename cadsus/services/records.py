"""What every verb of the CADSUSWEB does: lock the records, ask who may write, and keep the history of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from cadsus import offices
from cadsus.messages import M32, M41, M43
from cadsus.models import OperatorAccess
from cadsus.permissions import Permission
from common import permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from interop.bearers import SYSTEM
from registry import quality, snapshot
from registry.models import Person, Transaction
from registry.snapshot import Photograph

Profile = OperatorAccess.Profile
ABSORBED = "UNIFICADO em outro cadastro"
NO_REASON = f"{M41} Informe o motivo."


def locked(people: Iterable[int]) -> dict[int, Person]:
    """These records, locked in the order of their keys, so that no two who want several wait for each other."""
    rows = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=set(people)).order_by("pk")
    return {person.pk: person for person in rows}


def locked_one(person_id: int) -> Person:
    return Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person_id)


def require_registrar(by: Actor) -> None:
    """Only the cadastrador writes, and a system with a credential; the consultador is told so in words (M32)."""
    try:
        permissions.require(by, Permission.WRITE_REGISTRY)
    except NotPermitted:
        if by.holds(offices.OPERATOR, Profile.CONSULTANT):
            raise NotPermitted(M32, permission=Permission.WRITE_REGISTRY) from None
        raise


def require_shown(person: Person, why: str) -> None:
    """A record under protection is opened by who says for what (M41)."""
    if person.is_protected and not why:
        raise RuleBroken(NO_REASON, code="protected", field="why")


def require_writable(person: Person, *, version: int, why: str) -> None:
    """Not absorbed, not hidden from who asks, and still as it was when it was shown."""
    if not person.is_standing:
        raise NotAllowedNow(ABSORBED)
    require_shown(person, why)
    if person.version != version:
        raise RuleBroken(M43, code="stale")


def establishment_of(by: Actor) -> str | None:
    """The CNES by which somebody acts in the CADSUS: of the cadastrador first, then of whoever else consults.

    A system acts by that of its credential.
    """
    for kind, *roles in (
        (offices.OPERATOR, Profile.REGISTRAR),
        (offices.OPERATOR,),
        (offices.UNIT_MANAGER,),
        (SYSTEM,),
    ):
        units = sorted(
            office.unit_id
            for office in by.offices
            if office.kind == kind and office.unit_id is not None and (not roles or office.role in roles)
        )
        if units:
            return f"{units[0]:07d}"
    return None


def save_version(person: Person, fields: Iterable[str]) -> None:
    """Write the columns, the degree of quality and the next version."""
    person.quality, person.version = quality.degree(person), person.version + 1
    person.save(update_fields=[*fields, "quality", "version"])


@transaction.atomic
def keep_history(
    *, kind: str, before: Mapping[int, Photograph], after: Mapping[int, Photograph], by: Actor, at: datetime
) -> None:
    """One transação for each record, with what it was and what it is."""
    cnes = establishment_of(by)
    Transaction.objects.bulk_create(
        Transaction(
            kind=kind,
            at=at,
            person_id=pk,
            operator_id=by.account_id,
            routine=by.system,
            establishment_id=cnes,
            before=before.get(pk, {}),
            after=after[pk],
        )
        for pk in after
    )


def photograph(person_id: int) -> dict[int, Photograph]:
    return snapshot.take([person_id])
