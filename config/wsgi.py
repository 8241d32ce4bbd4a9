"""WSGI application of the portal: the doors that answer by themselves first; everything else is Django."""

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

django_application = get_wsgi_application()

from cadsus.api import auditing, legacy, pdq, pix  # noqa: E402 -- needs the apps loaded
from common.one_block import in_one_block  # noqa: E402 -- with the others
from config.servers.access_log import logged  # noqa: E402 -- needs the apps loaded
from config.servers.proxy import behind_proxy  # noqa: E402 -- needs the apps loaded
from interop.gateway import refuse  # noqa: E402 -- needs the apps loaded
from rnds.api import login, osb, token, token_osb  # noqa: E402 -- needs the apps loaded
from rooms.edge import in_its_room  # noqa: E402 -- needs the apps loaded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


# Tokens and the services of the CADSUS skip the middleware of the pages: no session, no CSRF, no HTML.
DOORS: "dict[str, WSGIApplication]" = {
    path: module.application
    for module in (token, osb, login, token_osb, pdq, pix, legacy, auditing)
    for path in module.DOOR.paths
}


def dispatch(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
    """The door that the address belongs to, else Django."""
    return DOORS.get(str(environ.get("PATH_INFO")), django_application)(environ, start_response)


application = in_one_block(logged(behind_proxy(in_its_room(dispatch, refuse))))
