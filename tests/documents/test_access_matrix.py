"""The conference is for everybody (letters in tests.matrix)."""

from typing import Any

from tests.matrix import AccessMatrix, House

PUBLIC = {
    ("check", "GET"): ".",
    ("check", "POST"): ".",
    ("check_file", "POST"): ".",
    ("paper", "GET"): "N",
    ("process", "GET"): "N",
}


class TestAccess(AccessMatrix):
    app, public = "documents", PUBLIC

    def arguments(self, house: House) -> dict[str, list[Any]]:
        return {"paper": ["0000000001", "00000000"], "process": ["25000000001202600"]}
