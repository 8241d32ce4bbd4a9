"""Who calls with a token (portador): the app that issues tokens reads them, and every door gets an Actor."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from common.actor import Actor
from common.exceptions import Refusal
from interop.calls import Call

# The kind of office of a system that shows a token (sistema integrador); its role says which system.
SYSTEM = "integrating_system"
NOT_VALID = "As credenciais informadas não são válidas"
# The name that the bus of the DATASUS gives to it.
PUBLISHED = {"not_authenticated": (HTTPStatus.UNAUTHORIZED, "OSB_SEM_AUTENTICACAO")}

Reader = Callable[[Call, str], Actor]
PasswordReader = Callable[[Call, str, str], Actor]
_readers: dict[str, Reader] = {}
_password_readers: list[PasswordReader] = []


class NotAuthenticated(Refusal):
    """Nobody that the door knows; `explanation` says what is wrong with what was shown."""

    def __init__(self, explanation: str) -> None:
        super().__init__(NOT_VALID, code="not_authenticated")
        self.explanation = explanation


def reads(scheme: str) -> Callable[[Reader], Reader]:
    """Register who reads what follows the scheme (lower case) in the header Authorization."""

    def register(reader: Reader) -> Reader:
        _readers[scheme] = reader
        return reader

    return register


def reads_passwords(reader: PasswordReader) -> PasswordReader:
    """Register who knows the systems that come with a user name and a password."""
    _password_readers[:] = [reader]
    return reader


def actor_by_password(call: Call, username: str, password: str) -> Actor:
    """Who has this user name and password. Raises NotAuthenticated, and whatever ended the access."""
    return _password_readers[0](call, username, password)


def actor_of(call: Call) -> Actor:
    """Who shows a token in the header Authorization. Raises NotAuthenticated."""
    scheme, _, shown = str(call.environ.get("HTTP_AUTHORIZATION", "")).strip().partition(" ")
    reader = _readers.get(scheme.lower())
    if reader is None or not shown.strip():
        known = " ou ".join(sorted(_readers))
        raise NotAuthenticated(f"Envie o cabeçalho «Authorization: {known} <token>».")
    return reader(call, shown.strip())


def system_of(actor: Actor) -> str:
    """Which system it is: what it kept between two calls is its own. "" for who is none."""
    return next((office.role for office in actor.offices if office.kind == SYSTEM), "")
