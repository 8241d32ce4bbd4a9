"""Pages kept as they were drawn, for as long as they would say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable

from django.core.cache import cache
from django.http import HttpResponse
from django.urls import get_script_prefix

from common.requests import HttpRequest
from rooms import worlds
from transparency.crowds import PAGES, count_reader

# Seconds. Only what these ask for is kept: whoever types anything else cannot fill the cache.
KEPT = 300
ASKED = frozenset({"ano", "bimestre", "vista"})


def kept(request: HttpRequest, facts: Hashable, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """The page as last drawn from the same facts. In a room, whose strip shows the time, it is drawn anew.

    Only who has one drawn is counted: handing out what was drawn costs less than counting. Raises Busy.
    """
    world = worlds.current()
    if (world and world.code) or not ASKED.issuperset(request.GET):
        count_reader(request, PAGES)
        return draw()
    told = repr((get_script_prefix(), request.path_info, sorted(request.GET.items()), facts))
    key = f"transparency:{hashlib.sha256(told.encode()).hexdigest()}"
    found: bytes | None = cache.get(key)
    if found is None:
        count_reader(request, PAGES)
        found = draw().content
        cache.set(key, found, KEPT)
    return HttpResponse(found)
