"""What every page knows about the simulator itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from common import switches
from common.rail import rail_of
from common.requests import instants_of


def simulator(request: HttpRequest) -> dict[str, Any]:
    """Switches that templates show."""
    return {"DEMO": settings.DEMO, "TRAINING_MODE": switches.now().training_mode}


def rail(request: HttpRequest) -> dict[str, Any]:
    """The rail of the page, or something false on a page of no path. Costs nothing until it is used."""
    return {"rail": SimpleLazyObject(lambda: rail_of(request, instants_of(request.META).at))}
