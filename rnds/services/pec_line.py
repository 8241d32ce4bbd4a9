"""The PEC's own line to the services: calls over the network, by mutual TLS with the certificate of an installation.

Nothing here touches the database: it is used between two transactions. Each call has a time limit, so that a server
with one thread, which could not answer itself, comes back with «Sem conexão».
"""

from __future__ import annotations

import http.client
import json
import secrets
import ssl
import tempfile
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from common import addresses
from interop.doors import Door, door_of
from interop.scenarios import COMMON, NORMAL, SLOW
from pki import services as pki
from rnds.models import PecInstallation
from rnds.services import pdq
from rnds.services.key_files import OpenedKeyFile

TIME_LIMIT_SECONDS = 5.0
MAX_ANSWER_BYTES = 512 * 1024
RNDS_TOKEN, CADSUS_TOKEN, CADSUS_QUERY = "/api/token", "/api/osb/token", "/cadsus/v2/PDQSupplierJWT"
REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
SCENARIO = "X-Simulador-Cenario"
_SLOW_FORM, SLOW_CALL = f"{SLOW}:<ms>", f"{SLOW}:2000"

TIMED_OUT = f"O serviço não respondeu em {TIME_LIMIT_SECONDS:.0f} segundos."
UNREACHED = "O serviço não foi alcançado."
ALERT = "O servidor recusou o certificado já na conexão TLS."
NO_TLS = "A conexão TLS com o servidor não se fechou."
WITHOUT_ONE = "A resposta não traz um token."

Result = PecInstallation.LastResult


@dataclass(frozen=True, slots=True)
class Step:
    """One call that the PEC made (chamada): to which door, and how it ended; status 0 when nobody answered."""

    door: str
    result: PecInstallation.LastResult
    reason: str = ""
    status: int = 0
    request_id: str = ""


class Stopped(Exception):
    """A call failed that the next one cannot do without; the line keeps how."""


@dataclass(slots=True)
class Line:
    """The calls of one PEC, in their order. `scenario` is asked of whichever door knows it."""

    opened: OpenedKeyFile
    scenario: str = ""
    steps: list[Step] = field(default_factory=list)
    _context: ssl.SSLContext | None = None

    def rnds_token(self) -> str:
        """The access token of the RNDS. Raises Stopped."""
        return self._token(RNDS_TOKEN)

    def citizens(self, message: bytes) -> pdq.Told:
        """What the CADSUS tells of a question, by a token of the bus. Raises Stopped."""
        token = self._token(CADSUS_TOKEN)
        headers = {"Authorization": f"jwt {token}", "Content-Type": "application/soap+xml; charset=utf-8"}
        status, content, request_id = self._call(CADSUS_QUERY, headers, message)
        try:
            told = pdq.read(content)
        except pdq.Unreadable as refusal:
            self._stop(CADSUS_QUERY, _of(status), str(refusal), status, request_id)
        if told.fault or status != HTTPStatus.OK:
            self._stop(CADSUS_QUERY, _of(status), told.fault or pdq.NOTHING_SAID, status, request_id)
        self._note(CADSUS_QUERY, Result.SUCCESS, told.refusal, status, request_id)
        return told

    def _token(self, path: str) -> str:
        status, content, request_id = self._call(path, {"Accept": "application/json"})
        said = _in_json(content)
        token = said.get("access_token")
        if status != HTTPStatus.OK or not isinstance(token, str) or not token:
            self._stop(path, _of(status), str(said.get("error_description") or WITHOUT_ONE), status, request_id)
        self._note(path, Result.SUCCESS, "", status, request_id)
        return token

    def _call(self, path: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, bytes, str]:
        """Status, content and request id of an answer. Raises Stopped when there is none."""
        address = urlsplit(f"{addresses.tls_url()}{path}")
        caller = http.client.HTTPSConnection(
            address.hostname or "", address.port, context=self._trust(), timeout=TIME_LIMIT_SECONDS
        )
        try:
            caller.request("POST" if body else "GET", address.path, body=body, headers=headers | self._asked(path))
            answer = caller.getresponse()
            content = answer.read(MAX_ANSWER_BYTES)
        except ssl.SSLError as error:
            if "ALERT" in (error.reason or ""):
                self._stop(path, Result.CERTIFICATE_FAILURE, ALERT)
            self._stop(path, Result.NO_CONNECTION, NO_TLS)
        except TimeoutError:
            self._stop(path, Result.NO_CONNECTION, TIMED_OUT)
        except (OSError, http.client.HTTPException):
            self._stop(path, Result.NO_CONNECTION, UNREACHED)
        finally:
            caller.close()
        return answer.status, content, answer.headers.get("X-Simulador-Request-Id", "")

    def _asked(self, path: str) -> dict[str, str]:
        """The header of the scenario, at the door that knows it; what every door knows is asked of the last one."""
        own = [each for each in (CADSUS_TOKEN, CADSUS_QUERY) if self.scenario in _door(each).scenarios]
        at_door = own[0] if own else CADSUS_QUERY
        return {SCENARIO: self.scenario} if self.scenario and path == at_door else {}

    def _note(self, path: str, result: PecInstallation.LastResult, reason: str, *answer: Any) -> None:
        self.steps.append(Step(_door(path).name, result, reason, *answer))

    def _stop(self, path: str, result: PecInstallation.LastResult, reason: str, *answer: Any) -> NoReturn:
        self._note(path, result, reason, *answer)
        raise Stopped(reason)

    def _trust(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = _context(self.opened)
        return self._context


def scenarios() -> list[tuple[str, str]]:
    """What a search may rehearse, by name and in words: the bad days of the token, those of the CADSUS, slowness."""
    own = {name: words for path in (CADSUS_TOKEN, CADSUS_QUERY) for name, words in _door(path).scenarios.items()}
    every = {name: words for name, words in COMMON.items() if name not in (NORMAL, _SLOW_FORM)}
    return [*own.items(), *every.items(), (SLOW_CALL, "resposta depois de dois segundos")]


def _of(status: int) -> PecInstallation.LastResult:
    """What a status that is no success means for the PEC's screen, which knows four words."""
    return Result.CERTIFICATE_FAILURE if status in REFUSED else Result.NO_CONNECTION


def _door(path: str) -> Door:
    door = door_of(path)
    if door is None:
        raise LookupError(path)
    return door


def _in_json(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _context(opened: OpenedKeyFile) -> ssl.SSLContext:
    """Trusts only the authority of the simulator's own server.

    The ssl module reads keys from files only: this one is private to the account, encrypted under a password that
    never leaves memory, and gone before the call.
    """
    context = ssl.create_default_context(cadata=pki.trusted_bundle_pem().decode())
    password = secrets.token_bytes(32).hex().encode()
    encryption = BestAvailableEncryption(password)
    with tempfile.NamedTemporaryFile(prefix="pec-") as file:
        file.write(opened.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
        for certificate in (opened.certificate, *opened.chain):
            file.write(certificate.public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name, password=password)
    return context
