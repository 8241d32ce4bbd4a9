"""What was done to a record, for a system that shows a credential: its transactions and its unifications."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from cadsus.models import Unification
from cadsus.services import wire
from cadsus.services.wire import Found
from common.actor import Actor
from common.exceptions import RuleBroken
from registry.models import Cns, Person, Transaction
from registry.models.tables import AddressKind, TransactionKind
from registry.snapshot import Photograph, Row

NO_RECORD = "Nenhum cadastro tem este identificador."
NO_CNS = "Nenhum cadastro tem este CNS."
NO_TRANSACTION = "Nenhuma transação tem este identificador."
NEVER_CHANGED = "Nenhuma alteração deste cadastro está registrada."


@dataclass(frozen=True, slots=True)
class Change:
    """A transaction with the record as it is after it, and as it was before, where it was there."""

    transaction: Transaction
    after: Found
    before: Found | None


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that a unification made one with another, by the transaction of that other."""

    transaction: Transaction
    record: Found


def transactions_of(person_id: int, *, by: Actor) -> list[Transaction]:
    """Everything that was done to a record, in order. Raises NotPermitted, RuleBroken cadsus_down or not_found."""
    wire.require_open(by)
    if not Person.objects.filter(pk=person_id).exists():
        raise RuleBroken(NO_RECORD, code="not_found")
    return list(_transactions().filter(person=person_id).order_by("at", "pk"))


def last_change_of(cns: str, *, by: Actor) -> datetime:
    """When the record of this number changed last. Raises as `transactions_of`, and never_changed."""
    person_id = _owner_of(cns, by)
    last = Transaction.objects.filter(person=person_id).order_by("-at", "-pk").first()
    if last is None:
        raise RuleBroken(NEVER_CHANGED, code="never_changed")
    return last.at


def change_of(transaction_id: int, *, by: Actor) -> Change:
    """What a transaction changed. Raises as `transactions_of`."""
    wire.require_open(by)
    transaction = _transactions().filter(pk=transaction_id).first()
    if transaction is None:
        raise RuleBroken(NO_TRANSACTION, code="not_found")
    before = found_in(transaction.before) if transaction.before else None
    return Change(transaction, found_in(transaction.after), before)


def unifications_of(person_id: int, *, by: Actor) -> list[Linked]:
    """The records that it was made one with, in order. Raises as `transactions_of`."""
    done = [each for each in transactions_of(person_id, by=by) if each.kind == TransactionKind.UNIFIED]
    unifications = Unification.objects.touching(person_id).order_by("unified_at", "pk")
    by_instant = {each.unified_at: each for each in unifications}
    return [Linked(each, record) for each in done for record in _others(by_instant.get(each.at), person_id)]


def require_card_holder(cns: str, *, by: Actor) -> None:
    """Of whose card the printings are asked. Raises as `transactions_of`."""
    _owner_of(cns, by)


def found_in(photograph: Photograph) -> Found:
    """The record of a photograph, as the wire tells one."""
    (person,) = photograph["person"]
    homes = [row for row in photograph["address"] if row["kind"] == AddressKind.HOME]
    return Found(
        person_id=person["id"],
        cpf=person["cpf"],
        **{name: person[name] for name in _COLUMNS},
        birth_date=date.fromisoformat(person["birth_date"]),
        birth_city=person["birth_city_id"],
        deceased_on=date.fromisoformat(person["deceased_on"]) if person["deceased_on"] else None,
        numbers=[f"{row['kind']}{row['number']}" for row in sorted(photograph["cns"], key=_principal_first)],
        home={"city": homes[0]["municipality_id"]} if homes else None,
        contacts=[],
        documents=[],
    )


_COLUMNS = (
    *("name", "social_name", "mother", "father", "sex", "race", "ethnicity", "birth_country", "email", "phone"),
    *("is_active", "is_protected", "is_vip"),
)


def _principal_first(row: Row) -> tuple[bool, str, str]:
    return not row["is_principal"], row["kind"], row["number"]


def _others(unification: Unification | None, person_id: int) -> Iterator[Found]:
    """Of the survivor, whoever was absorbed, as before it; of one who was absorbed, the survivor, as after it."""
    if unification is None:
        return
    if unification.survivor_id != person_id:
        yield found_in(unification.after[str(unification.survivor_id)])
        return
    for pk, photograph in sorted(unification.before.items()):
        if int(pk) != person_id:
            yield found_in(photograph)


def _owner_of(cns: str, by: Actor) -> int:
    wire.require_open(by)
    owner = Cns.objects.filter(number=cns).values_list("person_id", flat=True).first()
    if owner is None:
        raise RuleBroken(NO_CNS, code="not_found")
    return int(owner)


def _transactions() -> QuerySet[Transaction]:
    return Transaction.objects.select_related("operator", "establishment")
