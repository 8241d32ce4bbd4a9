"""The mails of the delivery (spec of the SIOPS, section 11): to whoever holds the office when they are written."""

from __future__ import annotations

from datetime import datetime

from declarations.models import Declaration, Rectification
from siops.models import HealthManager, Technician
from siops.services.post import Record, write_to_records


def tell_waiting(declaration: Declaration, *, hours: int, at: datetime) -> None:
    """E6: «Há dados aguardando homologação», to who may homologate."""
    in_office = HealthManager.objects.in_office_at(at).filter(
        entity=declaration.entity_id, role__in=HealthManager.SECRETARIAT
    )
    _write("declaration_waiting", list(in_office), declaration, at=at, hours=hours)


def tell_homologated(declaration: Declaration, *, at: datetime) -> None:
    """E8: to everybody of the entity, the Conselho de Saúde among them."""
    _write("declaration_homologated", [*_managers(declaration), *_technicians(declaration)], declaration, at=at)


def tell_returned(declaration: Declaration, *, at: datetime) -> None:
    """E9: to the technician."""
    _write("declaration_returned", _technicians(declaration), declaration, at=at)


def tell_rectification(rectification: Rectification, *, at: datetime) -> None:
    """The technician fills the version that corrects."""
    declaration = rectification.rectified
    _write("declaration_rectification", _technicians(declaration), declaration, at=at, reason=rectification.reason)


def _managers(declaration: Declaration) -> list[Record]:
    return list(HealthManager.objects.current().filter(entity=declaration.entity_id).select_related("person__user"))


def _technicians(declaration: Declaration) -> list[Record]:
    return list(Technician.objects.current().filter(entity=declaration.entity_id).select_related("person__user"))


def _write(template: str, records: list[Record], declaration: Declaration, *, at: datetime, **context: object) -> None:
    """In one statement; the text names the bimestre and the version, never an amount."""
    letters = [(record, context | {"declaration": declaration}) for record in records]
    write_to_records(template, letters, at=at)
