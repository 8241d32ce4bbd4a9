"""The messages of a credential (mensagens): every call made with its certificate, and sending one again."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from interop import messages, resending
from interop.models import Exchange, ExchangeQuerySet, Message
from rnds.models import Credential
from rnds.permissions import Permission
from rnds.services import access, bearer

TOKEN = "/api/osb/token"  # noqa: S105 -- an address
_BARE = messages.Content(headers={}, scheme="", had_certificate=True, sent=b"", answer_kind="", answered=b"")
EXCHANGE = "/token/osb"
NOT_KEPT = "O conteúdo desta mensagem já não está guardado, e por isso ela não pode ser enviada de novo."


def lines_of(credential: Credential) -> ExchangeQuerySet:
    """Every call that the certificate of a credential made, or a token of it, the last first."""
    lines: ExchangeQuerySet = Exchange.objects.visible_to(credential.certificate.sha256)
    return lines


def message_of(line: Exchange, *, real_at: datetime) -> Message | None:
    """What was sent and answered, while it is kept."""
    message: Message | None = Message.objects.kept_at(real_at).select_related("exchange").filter(exchange=line).first()
    return message


def sent_again(line: Exchange) -> ExchangeQuerySet:
    """The calls that sent the message of this one again."""
    lines: ExchangeQuerySet = Exchange.objects.filter(message__again_of=line.request_id)
    return lines


def send_again(*, credential_id: int, request_id: str, by: Actor, at: datetime, real_at: datetime) -> str:
    """«Enviar de novo»: the same bytes at the same door, with a new token where one was shown. The id of the new call.

    Where no new token is given, that refusal is the new call. Raises NotPermitted, Exchange.DoesNotExist, and
    RuleBroken not_kept or no_door.
    """
    message, pem = _allowed(credential_id=credential_id, request_id=request_id, by=by, at=at, real_at=real_at)
    line, content = message.exchange, message.content()
    if content is None or content.sent is None:
        raise RuleBroken(NOT_KEPT, code="not_kept")
    authorization = ""
    if content.scheme and line.path == EXCHANGE:
        authorization = f"{content.scheme} {_logged_in_anew(line, real_at)}"
    elif content.scheme:
        token = resending.knock(resending.Knock("GET", TOKEN, _BARE, pem), again_of=line.request_id)
        if token.status != HTTPStatus.OK:
            return token.request_id
        authorization = f"{content.scheme} {json.loads(token.body)['access_token']}"
    knock = resending.Knock(line.method, line.path, content, pem if content.had_certificate else "", authorization)
    return resending.knock(knock, again_of=line.request_id).request_id


def _logged_in_anew(line: Exchange, real_at: datetime) -> str:
    """A token of /login for the user of the first time. It opens nothing: the door judges that user again."""
    said = line.claims
    grant = access.Grant(
        str(said.get("sub", "")),
        line.fingerprint,
        str(said.get("cert_issuer", "")),
        (),
        user=str(said.get("usuario", "")),
    )
    return access.sign_access_token(grant=grant, at=real_at, audience=bearer.login_audience())


@transaction.atomic
def _allowed(*, credential_id: int, request_id: str, by: Actor, at: datetime, real_at: datetime) -> tuple[Message, str]:
    credential = Credential.objects.select_for_update(of=("self",)).select_related("certificate").get(pk=credential_id)
    permissions.require(by, Permission.SEND_MESSAGE_AGAIN, credential)
    message = message_of(lines_of(credential).get(request_id=request_id), real_at=real_at)
    if message is None:
        raise RuleBroken(NOT_KEPT, code="not_kept")
    audit.record("message.sent_again", target=credential, by=by, at=at, request_id_of_first=request_id)
    return message, str(credential.certificate.pem)
