"""What a page shows of a message: indented, with numbers of people by their last digits only, and without secrets."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from lxml import etree

from interop import xml

# From as many digits on something may be the number of a person; so many of them are shown.
FROM_DIGITS, SHOWN_DIGITS = 11, 4
HIDDEN = "***"
MOST_CHARACTERS = 60_000
CUT = "\n… (a página mostra o começo; o reenvio manda a mensagem inteira)"

_DIGIT = re.compile(r"\d")
# Many digits that are of nobody: OID, UUID and instants.
_OF_NOBODY = re.compile(
    r"[012](?:\.\d{1,8}){4,}"
    r"|(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?:19|20)\d{12}(?:\.\d{1,6})?(?:[+-]\d{4})?"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
)
# In a text that no reader understood: numbers, however they are written, and what follows the name of a secret.
_NUMBER = re.compile(r"\d(?:[\s.\-/]{0,3}\d){10,}")
_NAMES = r"password|senha|token|nonce|credential"
_SECRET = re.compile(_NAMES, re.IGNORECASE)
_SECRET_TEXT = re.compile(rf"((?:{_NAMES})[\w:]*\"?(?:\s[^<>]*)?[>:=]\s*\"?)[^<\"&\s]+", re.IGNORECASE)


def shown(content: bytes) -> str:
    """A body as text. What is XML or JSON is read and written anew, so that no way of writing a number hides it."""
    text = _xml(content) or _json(content) or _text(content)
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + CUT


def masked(value: str) -> str:
    """A value whose digits may be the number of a person, with the last of them only."""
    places = [found.start() for found in _DIGIT.finditer(value)]
    if len(places) < FROM_DIGITS or _OF_NOBODY.fullmatch(value.strip()):
        return value
    hidden = set(places[:-SHOWN_DIGITS])
    return "".join("*" if place in hidden else letter for place, letter in enumerate(value))


def _xml(content: bytes) -> str:
    """ "" for what is none, and for what brings a DTD, which may write anything under another name."""
    try:
        root = xml.parse(content, keeps_blanks=False)
    except (xml.NotXml, xml.WithDtd):
        return ""
    for element in root.iter(etree.Element):
        _mask_element(element)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")


def _mask_element(element: etree._Element) -> None:
    is_secret = _is_secret(etree.QName(element).localname)
    element.text = _told(element.text, is_secret)
    element.tail = _told(element.tail, is_secret=False)
    for name, value in element.attrib.items():
        element.set(name, _told(str(value), _is_secret(etree.QName(name).localname)) or "")


def _told(text: str | None, is_secret: bool) -> str | None:
    if not text or not text.strip():
        return text
    return HIDDEN if is_secret else masked(text)


def _is_secret(name: str) -> bool:
    # The header of WSSE is called after a token and holds none itself.
    return bool(_SECRET.search(name)) and name.lower() not in ("usernametoken", "token_type")


def _json(content: bytes) -> str:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    return json.dumps(_masked_json(read), ensure_ascii=False, indent=2) if isinstance(read, dict | list) else ""


def _masked_json(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {str(key): _masked_json(each, str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [_masked_json(each, name) for each in value]
    if value and _is_secret(name):
        return HIDDEN
    return masked(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else value


def _text(content: bytes) -> str:
    plain = unescape(content.replace(b"\0", b"").decode("utf-8", "replace"))
    plain = _SECRET_TEXT.sub(rf"\1{HIDDEN}", plain)
    return _NUMBER.sub(lambda found: masked(found[0]), plain)
