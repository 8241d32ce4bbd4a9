"""Knocking again at a door with a message that was kept (enviar de novo): in the same process, without network."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from common.exceptions import RuleBroken
from common.requests import REQUEST_ID, request_id_of
from interop import journal, messages
from interop.doors import door_of
from interop.gateway import application_of

NO_DOOR = "Esta porta não recebe mensagens de novo."


@dataclass(frozen=True, slots=True)
class Knock:
    """What is sent: as WSGI hands it over. `pem` is the certificate that the connection would prove."""

    method: str
    path: str
    content: messages.Content
    pem: str = ""
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back."""

    request_id: str
    status: int
    body: bytes


def knock(sent: Knock, *, again_of: str) -> Heard:
    """Send it, and write its line at once. Raises RuleBroken no_door where nothing answers by itself."""
    door = door_of(sent.path)
    application = application_of(door.name) if door else None
    if application is None:
        raise RuleBroken(NO_DOOR, code="no_door")
    environ, started = _environ(sent, again_of), list[Any]()
    body = b"".join(application(environ, lambda status, headers: started.append(status)))
    journal.write()
    return Heard(environ[REQUEST_ID], int(started[0][:3]), body)


def _environ(sent: Knock, again_of: str) -> dict[str, Any]:
    body = sent.content.sent or b""
    environ: dict[str, Any] = {
        **sent.content.headers,
        "REQUEST_METHOD": sent.method,
        "PATH_INFO": sent.path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        messages.AGAIN_OF: again_of,
    }
    if sent.pem:
        environ["SSL_CLIENT_CERT"] = sent.pem
    if sent.authorization:
        environ["HTTP_AUTHORIZATION"] = sent.authorization
    request_id_of(environ)
    return environ
