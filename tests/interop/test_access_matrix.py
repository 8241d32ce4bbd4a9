"""A call belongs to the certificate that made it, and to no account (letters in tests.matrix)."""

from typing import Any
from uuid import uuid4

from interop import messages
from interop.models import Exchange, Message
from tests.clock import now
from tests.matrix import AccessMatrix, House

PUBLIC = {
    ("message", "GET"): ".",
    ("own_exchange", "GET"): "N",
}


class TestAccess(AccessMatrix):
    app, public = "interop", PUBLIC

    def arguments(self, house: House) -> dict[str, list[Any]]:
        return {"message": [_message().link], "own_exchange": [uuid4()]}


def _message() -> Message:
    line = Exchange.objects.create(request_id=str(uuid4()), at=now(), real_at=now(), status=200, milliseconds=1.0)
    content = messages.Content({}, "", had_certificate=False, sent=b"", answer_kind="", answered=b"")
    return Message.objects.create(exchange=line, link=messages.new_link(), sealed=messages.seal(content))
