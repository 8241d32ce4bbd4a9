"""The header of WS-Security: a UsernameToken with its password in plain text, which is what the CADSUS takes."""

from __future__ import annotations

from lxml import etree

from cadsus.api import soap
from common.actor import Actor
from interop import bearers
from interop.bearers import NotAuthenticated
from interop.calls import Call

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
SPACE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
PASSWORD_TEXT = f"{_OASIS}-username-token-profile-1.0#PasswordText"

UNNAMED = (
    "Envie no Header da mensagem wsse:Security com um UsernameToken (Username e Password do tipo PasswordText), de um "
    "usuário criado em «Acesso de sistemas» da credencial."
)
NOT_TEXT = "A senha veio como {kind}: este serviço só aceita PasswordText, a senha tal como é."


def by_password(call: Call) -> Actor:
    """The system whose user name and password the message brings. Raises Malformed, NotAuthenticated."""
    header = soap.read(call).header
    token = header.find(f"{{{SPACE}}}Security/{{{SPACE}}}UsernameToken") if header is not None else None
    username, password = _part(token, "Username"), _part(token, "Password")
    if username is None or password is None:
        raise NotAuthenticated(UNNAMED)
    kind = password.get("Type") or PASSWORD_TEXT
    if kind != PASSWORD_TEXT:
        raise NotAuthenticated(NOT_TEXT.format(kind=kind.rpartition("#")[2][:40]))
    return bearers.actor_by_password(call, (username.text or "").strip(), (password.text or "").strip())


def _part(token: etree._Element | None, name: str) -> etree._Element | None:
    return token.find(f"{{{SPACE}}}{name}") if token is not None else None
