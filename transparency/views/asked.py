"""What the address of a public page asks for."""

from __future__ import annotations

from django.http import Http404

from common.requests import HttpRequest, whole_number
from territory.models import Municipality
from transparency.services.deliveries import place_of
from transparency.services.periods import Choice, choose

NO_PLACE = "Nenhum município tem este código do IBGE."
NO_PERIOD = "Este bimestre não está no calendário."


def period_of(request: HttpRequest) -> Choice:
    """`?ano=` and `?bimestre=`, both or neither."""
    year, bimester = (whole_number(request.GET.get(name, "")) for name in ("ano", "bimestre"))
    found = choose(request.at, year, bimester)
    if found is None:
        raise Http404(NO_PERIOD)
    return found


def place_asked(ibge: str) -> Municipality:
    found = place_of(ibge)
    if found is None:
        raise Http404(NO_PLACE)
    return found
