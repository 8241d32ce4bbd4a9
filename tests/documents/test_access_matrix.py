"""The conference is for everybody, the log for who reads everything (letters in tests.matrix)."""

from typing import Any

from tests.matrix import AccessMatrix, House

PUBLIC = {
    ("check", "GET"): ".",
    ("check", "POST"): ".",
    ("check_file", "POST"): ".",
    ("paper", "GET"): "N",
    ("paper_proof", "GET"): "N",
    ("process", "GET"): "N",
    ("log_checkpoint", "GET"): "N",
}
ROUTES = {
    # an f bgtmi on rsfpct ad
    ("log", "GET"): "D F FFFFF FF FFFFFF ..",
    ("log_export", "POST"): "D F FFFFF FF FFFFFF >>",
}


class TestAccess(AccessMatrix):
    app, public, routes = "documents", PUBLIC, ROUTES

    def arguments(self, house: House) -> dict[str, list[Any]]:
        codes = ["0000000001", "00000000"]
        return {
            "paper": codes,
            "paper_proof": codes,
            "process": ["25000000001202600"],
            "log_checkpoint": [5],
        }
