"""Behind nginx: the client's certificate and address come in headers, believed on a unix socket only."""

import socket
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings


def behind_proxy(application: WSGIApplication) -> WSGIApplication:
    """Turn the headers that nginx always overwrites into the keys that the embedded listener would set.

    A request that came by TCP keeps neither: whoever reaches the port can write any header.
    """

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        certificate = environ.pop("HTTP_X_SSL_CLIENT_CERT", "")
        address = environ.pop("HTTP_X_REAL_IP", "")
        if settings.TRUST_TLS_HEADER and _came_by_unix_socket(environ):
            environ["REMOTE_ADDR"] = address
            if certificate:
                environ["SSL_CLIENT_CERT"] = _unescaped(certificate)
        return application(environ, start_response)

    return wrapped


@lru_cache(maxsize=256)
def _unescaped(certificate: str) -> str:
    """The PEM that nginx escaped; a machine sends the same one at each call."""
    return unquote(certificate)


def _came_by_unix_socket(environ: WSGIEnvironment) -> bool:
    listener = environ.get("gunicorn.socket")
    return isinstance(listener, socket.socket) and listener.family == socket.AF_UNIX
