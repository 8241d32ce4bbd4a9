"""The offices of the CADSUS and of the SISRede: each of a professional link in force, read again at every question.

By gov.br at the door of the SGOP: the person, the manager of a unit, the municipal TI, and the operator with an
approved access. By CPF and password at the door of the SISRede: the functions that the municipality gave.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.actors import Asked, Proof, provides
from cadsus.models import OperatorAccess, Posting
from cadsus.models.modules import OFFICE
from cadsus.models.postings import PostingQuerySet
from common.actor import Actor, Office
from common.house import apps_seen_by

Function = Posting.Function
# Kinds of office. Everybody who entered the SGOP is a person in it, and may ask.
PERSON, UNIT_MANAGER, MUNICIPAL_IT, OPERATOR = "sgop_person", "unit_manager", "municipal_it", "cadsus_operator"
MODULE = OFFICE
ANSWERS_FOR = {Function.MANAGER: UNIT_MANAGER, Function.MUNICIPAL_IT: MUNICIPAL_IT}


@provides(Proof.OPERATOR)
def person(asked: Asked) -> Iterator[Office]:
    """Whoever the registry knows may register and ask; the rest is for the manager of the unit."""
    if asked.user.is_active:
        yield Office(kind=PERSON, role=PERSON)


@provides(Proof.OPERATOR)
def manager(asked: Asked) -> Iterator[Office]:
    """Who answers for a unit (gerente), or for the whole municipality (TI)."""
    for posting in _postings(asked).filter(function__in=list(ANSWERS_FOR)):
        unit, kind = posting.link.establishment, ANSWERS_FOR[Function(posting.function)]
        yield Office(
            kind=kind,
            role=posting.function,
            entity_id=unit.entity_id,
            unit_id=house_number(unit.cnes) if kind == UNIT_MANAGER else None,
            reads=apps_seen_by(kind),
        )


@provides(Proof.OPERATOR)
def operator(asked: Asked) -> Iterator[Office]:
    """Cadastrador or consultador of an establishment, by an access approved whose link is in force."""
    accesses = OperatorAccess.objects.in_force_at(asked.at).of_account(asked.user.pk)
    for access in accesses.filter(operator__person__user__is_active=True).select_related("establishment"):
        yield Office(
            kind=OPERATOR,
            role=access.profile,
            entity_id=access.entity_id,
            unit_id=house_number(access.establishment_id),
        )


@provides(Proof.UNIT_PASSWORD)
def module(asked: Asked) -> Iterator[Office]:
    """What somebody does in the SISRede, in each unit."""
    for posting in _postings(asked):
        unit = posting.link.establishment
        yield Office(kind=MODULE, role=posting.function, entity_id=unit.entity_id, unit_id=house_number(unit.cnes))


def entity_of_it(actor: Actor) -> int:
    """The municipality whose TI somebody is in the SISRede; asked of nobody else."""
    offices = (office for office in actor.offices if office.kind == MODULE and office.role == Function.MUNICIPAL_IT)
    return next(office.entity_id for office in offices if office.entity_id is not None)


def house_number(cnes: str) -> int:
    """The establishment as the house of an office."""
    return int(cnes)


def _postings(asked: Asked) -> PostingQuerySet:
    rows = Posting.objects.in_force_at(asked.at).of_account(asked.user.pk)
    return rows.select_related("link__establishment")


@dataclass(frozen=True)
class Desk:
    """Whose requests somebody decides: those of some establishments, and of all of some entities."""

    units: frozenset[str]
    entities: frozenset[int]


def desk_of(actor: Actor) -> Desk:
    """Of the units managed, and of the municipality whose TI one is."""
    units = frozenset(f"{number:07d}" for number in actor.units(UNIT_MANAGER))
    held = (office.entity_id for office in actor.offices if office.kind == MUNICIPAL_IT)
    return Desk(units, frozenset(pk for pk in held if pk is not None))
