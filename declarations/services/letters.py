"""The mails of the delivery (spec of the SIOPS, section 11): to whoever holds the office when they are written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from common import prepared
from common.actor import Actor
from declarations.models import Declaration, Rectification
from siops.models import HealthManager, Technician
from siops.services.post import Record, write_to_records


def tell_waiting(waiting: Iterable[tuple[Declaration, int]], *, at: datetime) -> None:
    """E6: «Há dados aguardando homologação» for so many hours, to who may homologate; two statements for all."""
    versions = list(waiting)
    entities = {declaration.entity_id for declaration, _ in versions}
    in_office = HealthManager.objects.in_office_at(at).filter(entity__in=entities, role__in=HealthManager.SECRETARIAT)
    told: dict[int, list[HealthManager]] = {each: [] for each in entities}
    for record in in_office.select_related("person__user", "entity__municipality__uf", "entity__uf").order_by("pk"):
        told[record.entity_id].append(record)
    letters = [
        (record, {"declaration": declaration, "hours": hours})
        for declaration, hours in versions
        for record in told[declaration.entity_id]
    ]
    write_to_records("declaration_waiting", letters, at=at)


def tell_homologated(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """E8: to everybody of the entity, the Conselho de Saúde among them."""
    everybody = [*_managers(declaration), *_technicians(declaration)]
    _write("declaration_homologated", everybody, declaration, at=at, author=by.name)


def tell_returned(declaration: Declaration, *, at: datetime) -> None:
    """E9: to the technician."""
    _write("declaration_returned", _technicians(declaration), declaration, at=at)


def tell_rectification(rectification: Rectification, *, at: datetime) -> None:
    """The technician fills the version that corrects."""
    declaration = rectification.rectified
    _write("declaration_rectification", _technicians(declaration), declaration, at=at, reason=rectification.reason)


def _managers(declaration: Declaration) -> list[Record]:
    return _managers_of(entity=declaration.entity_id)


def _technicians(declaration: Declaration) -> list[Record]:
    return _technicians_of(entity=declaration.entity_id)


@prepared.composed
def _managers_of(entity: int) -> QuerySet[HealthManager]:
    return HealthManager.objects.current().filter(entity=entity).select_related("person__user")


@prepared.composed
def _technicians_of(entity: int) -> QuerySet[Technician]:
    return Technician.objects.current().filter(entity=entity).select_related("person__user")


def _write(template: str, records: list[Record], declaration: Declaration, *, at: datetime, **context: object) -> None:
    """In one statement; the text names the bimestre and the version, never an amount."""
    letters = [(record, context | {"declaration": declaration}) for record in records]
    write_to_records(template, letters, at=at)
