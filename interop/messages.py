"""The messages of a call (mensagens): what was sent and what was answered, whole, under the vault's key, for some days.

The header Authorization and the token of an answer are never in them: whoever sends a message again gets a new one.
"""

from __future__ import annotations

import json
import secrets
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from cryptography.fernet import InvalidToken
from django.conf import settings

from common import vault
from interop.answers import Answer

# Octets. What is longer is not kept; the line of the call is, as always.
MOST_SENT, MOST_ANSWERED = 64 * 1024, 256 * 1024
KEPT_AT_MOST = 2_000
# Set by who sends a message again: the request id of the first time. No header of a client can become it.
AGAIN_OF = "ensaio.again_of"
# What belongs to the connection or opens it, and not to the message.
_NOT_KEPT = {"HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_HOST", "HTTP_CONNECTION", "HTTP_X_SSL_CLIENT_CERT"}
_KEPT_BESIDES = {"CONTENT_TYPE", "QUERY_STRING"}
_LONGEST_HEADER = 2_000
_TAKEN_OUT = b"***"
# With this the link is as long as what no log shows (common.redaction).
_LINK_BYTES = 24


class Source(Protocol):
    """The body of a request, as a server hands it over."""

    def read(self, size: int = ..., /) -> bytes: ...


class Heard:
    """A body that remembers what its door read of it, up to MOST_SENT octets."""

    def __init__(self, source: Source | None, length: str) -> None:
        self._source, self._parts, self._size = source, list[bytes](), 0
        self._length = int(length[:12]) if length.isdecimal() else 0

    def read(self, size: int = -1) -> bytes:
        part = self._source.read(size) if self._source is not None else b""
        self._size += len(part)
        if self._size <= MOST_SENT:
            self._parts.append(part)
        return part

    def whole(self) -> bytes | None:
        """The body, also what the door left unread; None when it is too long."""
        if max(self._length, self._size) > MOST_SENT:
            return None
        if self._length > self._size:
            self.read(self._length - self._size)
        return b"".join(self._parts)


@dataclass(frozen=True, slots=True)
class Content:
    """A message and its answer. `headers` are by their names in WSGI; `scheme` is the first word of Authorization.

    A body is None when it was too long to be kept.
    """

    headers: dict[str, str]
    scheme: str
    had_certificate: bool
    sent: bytes | None
    answer_kind: str
    answered: bytes | None
    again_of: str = ""


def content_of(environ: dict[str, Any], heard: Heard, answer: Answer, *, token: str, pem: str) -> Content:
    """What is kept of a call that ends, without the token that it was shown or gave."""
    headers = {
        name: str(value)[:_LONGEST_HEADER]
        for name, value in environ.items()
        if (name.startswith("HTTP_") and name not in _NOT_KEPT) or (name in _KEPT_BESIDES and value)
    }
    answered = answer.content.replace(token.encode(), _TAKEN_OUT) if token else answer.content
    return Content(
        headers=headers,
        scheme=str(environ.get("HTTP_AUTHORIZATION", "")).strip().partition(" ")[0][:20],
        had_certificate=bool(pem),
        sent=heard.whole(),
        answer_kind=answer.content_type,
        answered=answered if len(answered) <= MOST_ANSWERED else None,
        again_of=str(environ.get(AGAIN_OF, "")),
    )


def seal(content: Content) -> bytes:
    """As it is stored: what is about it in one line of JSON, then both bodies, compressed and under the vault's key."""
    about = {
        "headers": content.headers,
        "scheme": content.scheme,
        "had_certificate": content.had_certificate,
        "answer_kind": content.answer_kind,
        "sizes": [None if body is None else len(body) for body in (content.sent, content.answered)],
    }
    plain = b"".join((json.dumps(about).encode(), b"\n", content.sent or b"", content.answered or b""))
    return vault.seal(zlib.compress(plain, 1))


def unseal(sealed: bytes | memoryview, again_of: str = "") -> Content | None:
    """What seal() made; None when no key of the vault opens it any more."""
    try:
        line, _, bodies = zlib.decompress(vault.unseal(sealed)).partition(b"\n")
    except InvalidToken:
        return None
    about = json.loads(line)
    sent, answered = about.pop("sizes")
    return Content(
        **about,
        sent=None if sent is None else bodies[:sent],
        answered=None if answered is None else bodies[sent or 0 :],
        again_of=again_of,
    )


def new_link() -> str:
    """The name under which anybody may read a message; nobody guesses it."""
    return secrets.token_urlsafe(_LINK_BYTES)


def kept_for() -> timedelta:
    return timedelta(days=settings.MESSAGES_DAYS)
