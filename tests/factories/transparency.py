"""Makers for the public side: many municípios of one UF, and what they have homologated."""

from datetime import datetime
from typing import Any

from declarations.models import Declaration, ReportingPeriod
from territory.models import Entity, Municipality, Uf
from territory.services import search_key
from tests.clock import now
from tests.factories import make_entity, make_user
from tests.factories.declarations import facts_of


def make_places(uf: Uf, many: int) -> list[Municipality]:
    """As many municípios of the UF, by name: «Município 0001»…"""
    names = [f"Município {number:04d}" for number in range(1, many + 1)]
    return Municipality.objects.bulk_create(
        Municipality(
            ibge=f"{uf.ibge}{number:05d}",
            name=name,
            search_name=search_key(name),
            uf=uf,
            time_zone=uf.time_zone,
        )
        for number, name in enumerate(names, 1)
    )


def publish(places: list[Municipality], period: ReportingPeriod, at: datetime | None = None) -> None:
    """Each of them has homologated the bimestre, without amounts."""
    entities = Entity.objects.bulk_create(
        Entity(kind=Entity.Kind.MUNICIPALITY, uf=place.uf, municipality=place) for place in places
    )
    facts = facts_of(Declaration.Status.HOMOLOGATED, make_user()) | {"homologated_at": at or now()}
    account = facts["transmitted_by"]
    Declaration.objects.bulk_create(
        Declaration(entity=each, period=period, opened_by=account, opened_at=now(), percent=1787, **facts)
        for each in entities
    )


def rectified(place: Municipality, period: ReportingPeriod, first: datetime, second: datetime) -> None:
    """Homologated, and then again by a version that corrects the first one."""
    account, entity = make_user(), make_entity(place)
    for version, status, at in ((1, "rectified", first), (2, "homologated", second)):
        facts: dict[str, Any] = facts_of(status, account) | {"homologated_at": at}
        Declaration.objects.create(
            entity=entity, period=period, version=version, opened_by=account, opened_at=at, **facts
        )
