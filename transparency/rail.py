"""Where the paths of the SIOPS lead once they were walked: to what anybody reads, which stands above their apps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from common.actor import ActorRequest
from common.rail import Onward, Rail, RailPath
from declarations.rail import TRANSMIT_AND_HOMOLOGATE
from sanctions.rail import NOBODY_HOMOLOGATES
from siops.offices import office_of
from territory.models import Entity

Way = Callable[[Entity], Onward]


def _published(entity: Entity) -> Onward:
    return Onward(label="Ver na consulta pública", url=reverse("transparency:entity_detail", args=[entity.ibge]))


def _sanctions(entity: Entity) -> Onward:
    return Onward(label="Todas as sanções públicas", url=reverse("transparency:sanction_list"))


def _question(entity: Entity) -> Onward:
    return Onward(label="E se ninguém homologar o 6º?", url=reverse("sanctions:monitoring"))


def _leading_on(path: RailPath, *ways: Way) -> RailPath:
    """The same path, with what is to be looked at when it is nobody's turn any more."""

    def rail(request: HttpRequest, at: datetime) -> Rail | None:
        found = path.rail(request, at)
        if found is None or found.turn is not None:
            return found
        entity = office_of(cast("ActorRequest", request).actor).entity
        return replace(found, onward=tuple(way(entity) for way in ways))

    return replace(path, rail=rail)


PATHS = (
    _leading_on(TRANSMIT_AND_HOMOLOGATE, _published, _question),
    _leading_on(NOBODY_HOMOLOGATES, _published, _sanctions),
)
