"""What the authorities publish is for everybody (letters in tests.matrix)."""

from typing import Any

from tests.matrix import AccessMatrix, House

PUBLIC = {
    ("authority_list", "GET"): ".",
    ("bundle", "GET"): ".",
    ("authority_der", "GET"): ".",
    ("authority_pem", "GET"): ".",
    ("revocation_list", "GET"): ".",
    ("revocation_list_mirror", "GET"): ".",
    ("responder", "POST"): ".",
    ("responder_get", "GET"): ".",
}


class TestAccess(AccessMatrix):
    app, public = "pki", PUBLIC

    def arguments(self, house: House) -> dict[str, list[Any]]:
        of_an_authority = ("authority_der", "authority_pem", "revocation_list", "revocation_list_mirror", "responder")
        return {name: ["egestor"] for name in of_an_authority} | {"responder_get": ["egestor", "bm9uc2Vuc2U="]}
