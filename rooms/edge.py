"""The one WSGI edge of both listeners: which room a request is in, and nothing of another room with it.

The room is in the path (`/s/<code>/…`), else in the certificate of the caller, else it is the open room. A page of a
room asks for the room's PIN first, once for each browser; machines are known by their certificate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.db import DatabaseError
from django.template.loader import render_to_string

from common.house import is_for_machines
from common.requests import instants_of, request_id_of
from rooms import entry, marks, worlds

PATH = re.compile(r"/s/(?P<code>[a-z0-9]{3,12})(?P<rest>/.*)?", re.ASCII)
OTHER_ROOM = "O certificado é de outra sala."
NOT_PREPARED = "O portal ainda não foi preparado."
GONE = "Esta sala não existe ou já foi encerrada."


class _Elsewhere(Exception):
    """The request goes to another address instead."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class _Refused(Exception):
    """There is no room to serve the request in."""

    def __init__(self, status: str, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


# How a machine is told no: address, status, code and message → kind of content, and content.
Refuse = Callable[[str, int, str, str], tuple[str, bytes]]


def in_its_room(application: WSGIApplication, refuse: Refuse) -> WSGIApplication:
    """Serve each request inside its world, until its body is closed; id and instants are settled here, once."""

    def wrapped(outer: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # A copy: whoever logs the request outside sees the path as it came.
        environ = dict(outer)
        request_id_of(environ)
        try:
            code = _named_room(environ)
            world = _world(code or _claimed_room(environ, code))
            if code and not _may_look(environ, world):
                raise _Elsewhere(f"/sala/{code}/?next={quote(_address(environ), safe='')}")
        except _Elsewhere as elsewhere:
            return _redirect(elsewhere.location, start_response)
        except _Refused as refused:
            return _say(environ, start_response, refused, refuse)
        if "HTTP_COOKIE" in environ:
            environ["HTTP_COOKIE"] = _own_cookies(environ["HTTP_COOKIE"], code)
        return _serve(application, environ, start_response, world)

    return wrapped


def _named_room(environ: WSGIEnvironment) -> str:
    """The code in the path, which from now on is the script name; a certificate of another room is refused."""
    named = PATH.fullmatch(environ.get("PATH_INFO", ""))
    if not named:
        return ""
    code = named["code"]
    if not named["rest"]:
        raise _Elsewhere(f"/s/{code}/")
    environ["SCRIPT_NAME"], environ["PATH_INFO"] = f"/s/{code}", named["rest"]
    if _claimed_room(environ, code) != code:
        raise _Refused("403 Forbidden", "other_room", OTHER_ROOM)
    return code


def _claimed_room(environ: WSGIEnvironment, code: str) -> str:
    """The room that the certificate says, or `code` when it says none. Pages go to the addresses of that room."""
    claimed = marks.room_of(environ.get("SSL_CLIENT_CERT", ""))
    if claimed and not code and not _is_for_machines(environ):
        raise _Elsewhere(f"/s/{claimed}{_address(environ)}")
    return claimed or code


_last_open_world: list[worlds.World] = []


def _world(code: str) -> worlds.World:
    """The world of `code`. With the database away the last open room is entered all the same: its pages say why."""
    try:
        found = worlds.find(code)
    except worlds.RoomNotFound:
        raise _Refused("404 Not Found", "no_room", GONE) from None
    except worlds.NotPrepared:
        raise _Refused("503 Service Unavailable", "not_prepared", NOT_PREPARED) from None
    except DatabaseError:
        if code:
            return worlds.World(code, "", worlds.control_database(), 0)
        return _last_open_world[0] if _last_open_world else worlds.World("", "", worlds.control_database(), 0)
    if not code:
        _last_open_world[:] = [found]
    return found


def _serve(
    application: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, world: worlds.World
) -> Iterable[bytes]:
    def mark(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
        if world.code:
            headers = [*(_own_header(header, world.code) for header in headers), ("X-Sala", world.code)]
        return start_response(status, headers, *rest)  # type: ignore[arg-type]  # exc_info is passed on as it came

    inside = worlds.entered(world)
    inside.__enter__()
    try:
        instants_of(environ)
        return _Body(application(environ, mark), inside)  # type: ignore[arg-type]  # see mark
    except BaseException:
        inside.__exit__(None, None, None)
        raise


class _Body:
    """The body of an answer; closing it leaves the room."""

    def __init__(self, body: Iterable[bytes], inside: AbstractContextManager[object]) -> None:
        self._body, self._inside = body, inside

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._inside.__exit__(None, None, None)


def _is_for_machines(environ: WSGIEnvironment) -> bool:
    return is_for_machines(str(environ["PATH_INFO"]))


def _address(environ: WSGIEnvironment) -> str:
    """Path and query of the request, below the room."""
    query = environ.get("QUERY_STRING", "")
    return quote(environ["PATH_INFO"]) + (f"?{query}" if query else "")


def _may_look(environ: WSGIEnvironment, world: worlds.World) -> bool:
    """Machine paths have their own doors; a page needs the mark that the right PIN left in this browser."""
    if _is_for_machines(environ):
        return True
    cookies = dict(_pairs(environ.get("HTTP_COOKIE", "")))
    return entry.is_good(cookies.get(entry.cookie_name(world.code), ""), world.code)


def _own_cookies(header: str, code: str) -> str:
    """Only the cookies of this room, by the names that the pages know."""
    mark = entry.cookie_name(code, "") if code else ""
    kept = ((name.removeprefix(mark), value) for name, value in _pairs(header) if _is_own(name, mark))
    return "; ".join(f"{name}={value}" for name, value in kept)


def _is_own(name: str, mark: str) -> bool:
    return name.startswith(mark) if mark else entry.MARK not in name


def _pairs(header: str) -> list[tuple[str, str]]:
    return [(name.strip(), value) for name, _, value in (each.partition("=") for each in header.split(";"))]


def _own_header(header: tuple[str, str], code: str) -> tuple[str, str]:
    name, value = header
    if name.lower() != "set-cookie":
        return header
    return name, entry.cookie_name(code, value.lstrip()).replace("Path=/", f"Path=/s/{code}/", 1)


def _redirect(location: str, start_response: StartResponse) -> Iterable[bytes]:
    start_response("302 Found", [("Location", location), ("Content-Length", "0"), ("Cache-Control", "no-store")])
    return [b""]


def _say(environ: WSGIEnvironment, start_response: StartResponse, refused: _Refused, refuse: Refuse) -> Iterable[bytes]:
    if _is_for_machines(environ):
        status = int(refused.status.partition(" ")[0])
        kind, body = refuse(environ["PATH_INFO"], status, refused.code, refused.message)
    else:
        kind = "text/html; charset=utf-8"
        body = render_to_string("rooms/refused.html", {"message": refused.message}).encode()
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Simulador-Request-Id", request_id_of(environ)),
    ]
    start_response(refused.status, headers)
    return [body]
