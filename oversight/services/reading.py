"""What there is to watch over: the official version of each bimestre, with what Conselho and Tribunal said of it."""

from __future__ import annotations

from django.db.models import QuerySet

from common.actor import Actor
from declarations.models import Declaration
from oversight.models import Opinion
from siops.models.scoped import COURT
from siops.offices import SiopsOffice

RELATED = ("period", "entity__municipality__uf", "entity__uf", "opinion", "court_assessment")


def published_for(actor: Actor) -> QuerySet[Declaration]:
    """The official versions that exist for who asks: of the own entity, of the own state for the Tribunal, or all."""
    rows = Declaration.objects.homologated().select_related(*RELATED)
    office = actor.office
    if isinstance(office, SiopsOffice) and office.kind == COURT:
        return rows.filter(entity__uf=office.entity.uf_id)
    return actor.seen(rows, "oversight")


def takes_opinion(declaration: Declaration) -> bool:
    """Whether the Conselho says something of this bimestre: with each quadrimestre, so every second one."""
    return declaration.period.bimester in Opinion.BIMESTERS


def opinion_of(declaration: Declaration) -> Opinion | None:
    return getattr(declaration, "opinion", None)
