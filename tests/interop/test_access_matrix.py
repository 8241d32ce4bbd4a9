"""A call belongs to the certificate that made it, and to no account (letters in tests.matrix)."""

from typing import Any
from uuid import uuid4

from tests.matrix import AccessMatrix, House

PUBLIC = {
    ("own_exchange", "GET"): "N",
}


class TestAccess(AccessMatrix):
    app, public = "interop", PUBLIC

    def arguments(self, house: House) -> dict[str, list[Any]]:
        return {"own_exchange": [uuid4()]}
