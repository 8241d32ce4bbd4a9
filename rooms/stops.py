"""Where the clock of a room is to stop next, said by the pages inside it."""

from __future__ import annotations

from datetime import date, time
from urllib.parse import urlencode

from django.urls import reverse

from rooms import worlds
from rooms.forms import AdvanceForm

# A bimestre, a notification and a suspension begin with their day; a class meets in the morning.
MORNING = time(8)


def way_until(day: date) -> str:
    """The page that shows what comes until the morning of a day, for who runs the clock; empty outside a room."""
    world = worlds.current()
    if world is None or not world.code:
        return ""
    asked = {"how": AdvanceForm.DATE, "date": day.isoformat(), "time": f"{MORNING:%H:%M}", "spares_people": "on"}
    return f"{reverse('rooms:clock', args=[world.code])}?{urlencode(asked)}#previa"
