"""The envelope of a SOAP request: whatever a stranger sends, read without DTD, entities, network or surprises."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass
from email.parser import BytesParser
from typing import Any

from lxml import etree

from common.exceptions import RuleBroken
from interop import xml
from interop.calls import Call
from interop.refusals import Format

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
VERSIONS = {SOAP_12: Format.SOAP, SOAP_11: Format.SOAP_11}
KINDS = {Format.SOAP: "application/soap+xml; charset=utf-8", Format.SOAP_11: "text/xml; charset=utf-8"}
MOST_BYTES = 1024 * 1024

TOO_LARGE = "A mensagem passa de 1 MiB."
NOT_XML = "A mensagem não é um XML bem formado."
WITH_DTD = "A mensagem não pode trazer DOCTYPE nem entidades."
NO_ENVELOPE = "A mensagem não é um envelope SOAP 1.1 ou 1.2."
NO_BODY = "O envelope não traz Body com uma mensagem."
_KEPT = "cadsus.envelope"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What came: the message itself, and the Header (None where there is none)."""

    message: etree._Element
    header: etree._Element | None


class Malformed(RuleBroken):
    """Not a message that anybody could read; `explanation` says what the parser stumbled over."""

    def __init__(self, message: str, explanation: str = "") -> None:
        super().__init__(message, code="malformed")
        self.explanation = explanation


def expect(call: Call) -> None:
    """Take the version that the kind of content announces, until the envelope says it."""
    if str(call.environ.get("CONTENT_TYPE", "")).lower().startswith("text/xml"):
        call.speaks = Format.SOAP_11


def read(call: Call) -> Envelope:
    """The envelope of a call; from here on it is answered in the version it was asked in. Raises Malformed.

    Read once, however often it is asked for: who calls may stand in it.
    """
    kept: Envelope | None = call.environ.get(_KEPT)
    if kept is None:
        kept = call.environ[_KEPT] = _read(call)
    return kept


def _read(call: Call) -> Envelope:
    body = _body(call.environ)
    root = _parsed(_first_part(body, str(call.environ.get("CONTENT_TYPE", ""))))
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in VERSIONS:
        raise Malformed(NO_ENVELOPE, f"O elemento de fora é «{name.localname}», do espaço «{name.namespace or ''}».")
    call.speaks = VERSIONS[name.namespace]
    return _opened(root, name.namespace)


def wrap(message: str, speaks: Format) -> bytes:
    """A message in the envelope of that version. No byte order mark, and no prefix inside the Body."""
    space = SOAP_11 if speaks is Format.SOAP_11 else SOAP_12
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{space}"><soap:Header/><soap:Body>\n'
        f"{message}</soap:Body></soap:Envelope>"
    ).encode()


def _body(environ: dict[str, Any]) -> bytes:
    length = str(environ.get("CONTENT_LENGTH") or "")
    if length.isdecimal() and int(length[:12]) > MOST_BYTES:
        raise Malformed(TOO_LARGE)
    source = environ.get("wsgi.input")
    content: bytes = source.read(int(length) if length.isdecimal() else MOST_BYTES + 1) if source else b""
    if len(content) > MOST_BYTES:
        raise Malformed(TOO_LARGE)
    return content


def _first_part(body: bytes, kind: str) -> bytes:
    """With MTOM the envelope is the first part; what is attached to it is of no use here."""
    if not kind.lower().startswith("multipart/"):
        return body
    header = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    whole = BytesParser(policy=email.policy.HTTP).parsebytes(header + body)
    parts = whole.get_payload()
    first: Any = parts[0] if isinstance(parts, list) and parts else whole
    content = first.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _parsed(content: bytes) -> etree._Element:
    # Before parsing, because attributes grow while they are read; the zeros are those of UTF-16 and UTF-32.
    if b"<!DOCTYPE" in content.replace(b"\0", b"")[:MOST_BYTES]:
        raise Malformed(WITH_DTD)
    try:
        root = xml.parse(content)
    except xml.NotXml as error:
        raise Malformed(NOT_XML, f"O leitor parou: {str(error)[:200]}") from error
    except xml.WithDtd as error:
        # In another encoding the mark above may be written otherwise.
        raise Malformed(WITH_DTD) from error
    return root


def _opened(root: etree._Element, space: str) -> Envelope:
    body = root.find(f"{{{space}}}Body")
    message = next(iter(body), None) if body is not None else None
    if message is None:
        raise Malformed(NO_BODY)
    return Envelope(message, root.find(f"{{{space}}}Header"))
