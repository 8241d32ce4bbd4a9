"""What everybody may read, so many times a minute from one address: the pages, their files, and the API."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from common import throttle
from common.exceptions import Busy
from common.requests import HttpRequest

MINUTE = 60
# A class of thirty behind one router asks twenty times a minute each.
MOST = 600
CROWDED = "Muitas consultas deste endereço. Aguarde {wait} segundos."
PAGES = "siops-consulta"
_P = ParamSpec("_P")
View = Callable[Concatenate[HttpRequest, _P], HttpResponse]


def count_reader(request: HttpRequest, what: str) -> None:
    """One more reading of `what` from this address. Raises Busy beyond MOST in a minute."""
    who = request.META.get("REMOTE_ADDR", "")
    if throttle.count(what, who, seconds=MINUTE, at=request.real_at) > MOST:
        wait = throttle.seconds_left(seconds=MINUTE, at=request.real_at)
        raise Busy(CROWDED.format(wait=wait), retry_after=wait)


def _open_to_all(what: str) -> Callable[[View[_P]], Callable[..., HttpResponse]]:
    """Views without a session, whose readers are counted together as `what`. They raise Busy."""

    def opened(view: View[_P]) -> Callable[..., HttpResponse]:
        @login_not_required
        @require_safe
        @wraps(view)
        def counted(request: HttpRequest, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
            count_reader(request, what)
            return view(request, *args, **kwargs)

        return counted

    return opened


# One who reads by programme leaves the pages to others. A page that is kept as drawn counts when it is drawn.
reading, public_page = _open_to_all("siops-leitura"), _open_to_all(PAGES)
