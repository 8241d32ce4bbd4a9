"""The door of the programmes that transmit: who calls, by the technician's password or the secretary's token."""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus

from django.contrib.auth import authenticate

from accounts import lockout
from accounts.actors import Proof, actor_of
from accounts.models import User
from accounts.services.sign_in import record_failure
from common.actor import Actor, Bond
from common.documents import digits
from common.exceptions import Busy, Refusal, RuleBroken
from common.requests import HttpRequest
from declarations.services.tokens import actor_by_token
from interop.doors import Door
from interop.refusals import Format
from siops import doors
from siops.models import Technician
from siops.models.scoped import TECHNICIAN
from siops.services.technician_access import find_openings

HOW = "Envie «Authorization: Bearer <token>» ou o CPF e a senha do responsável pelo envio em «Basic»."
WRONG_PASSWORD = "CPF ou senha inválidos. Atenção: a senha diferencia maiúsculas de minúsculas."  # noqa: S105 -- text
WRONG_TOKEN = "O token não abre este ente: foi revogado, ou o Secretário ou o responsável pelo envio mudou."  # noqa: S105 -- text
OTHER_ENTITY = "Este acesso não responde pelo envio deste ente."
ENTER_FIRST = "Faça o primeiro acesso no portal antes de usar o transmissor."
LOCKED_OUT = "Acesso bloqueado por 30 minutos."
FORBIDDEN = dict.fromkeys(
    ("new_password_needed", "to_register_again", "substituted", "other_entity"), (HTTPStatus.FORBIDDEN, "")
)
DOOR = Door(
    "siops",
    "Transmissão do SIOPS",
    ("/api/declaracoes/", "/api/recibos/"),
    Format.PROBLEM,
    refusals=FORBIDDEN
    | {
        "not_authenticated": (HTTPStatus.UNAUTHORIZED, ""),
        "changed_since_shown": (HTTPStatus.CONFLICT, ""),
        "official": (HTTPStatus.CONFLICT, ""),
    },
)


def sender_of(request: HttpRequest, entity_id: int) -> Actor:
    """Who transmits for that entity. Raises Refusal (not_authenticated, other_entity…), or Busy while locked out."""
    scheme, _, shown = str(request.META.get("HTTP_AUTHORIZATION", "")).strip().partition(" ")
    if scheme.lower() == "bearer":
        actor = actor_by_token(secret=shown.strip(), at=request.at)
        if actor is None:
            raise Refusal(WRONG_TOKEN, code="not_authenticated")
    elif scheme.lower() == "basic":
        actor = _by_password(request, *_basic(shown), entity_id)
    else:
        raise Refusal(HOW, code="not_authenticated")
    if actor.bond is None or actor.bond.entity_id != entity_id:
        raise RuleBroken(OTHER_ENTITY, code="other_entity")
    return actor


def _basic(shown: str) -> tuple[str, str]:
    try:
        cpf, _, password = base64.b64decode(shown.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal(HOW, code="not_authenticated") from None
    return digits(cpf), password


def _by_password(request: HttpRequest, cpf: str, password: str, entity_id: int) -> Actor:
    """As at the door of the portal, with its lock-out and its trail."""
    lockout.stand_at(doors.TECHNICIAN, request)
    user = authenticate(request, cpf=cpf, password=password)
    if not isinstance(user, User):
        reason = lockout.reason_of_failure(request)
        record_failure(kind=User.Kind.PERSON, login=cpf, reason=reason, at=request.at)
        # The answer is this door's, and not the page of a locked login.
        request.axes_locked_out = False  # type: ignore[attr-defined]  # set by django-axes
        if reason == lockout.LOCKED_OUT:
            raise Busy(LOCKED_OUT, retry_after=int(doors.TECHNICIAN.closed_for.total_seconds()))
        raise Refusal(WRONG_PASSWORD, code="not_authenticated")
    opened = [row for row in find_openings(user_id=user.pk) if row.entity_id == entity_id]
    if not opened:
        raise RuleBroken(OTHER_ENTITY, code="other_entity")
    if opened[0].status != Technician.Status.ACTIVE:
        raise RuleBroken(ENTER_FIRST, code="new_password_needed")
    return actor_of(user, at=request.at, proof=Proof.TECHNICIAN_PASSWORD, bond=Bond(entity_id, TECHNICIAN))
