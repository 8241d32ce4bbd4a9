"""Who gets what of the public side: everybody the same."""

from typing import Any

from declarations.services.calendar import keep_calendar
from tests.clock import now
from tests.matrix import AccessMatrix, House


class TestTransparency(AccessMatrix):
    app = "transparency"
    public = {
        ("delivery_map", "GET"): ".",
        ("delivery_csv", "GET"): ".",
        ("delivery_json", "GET"): ".",
        ("delivery_pdf", "GET"): "N",
        ("delivery_list", "GET"): ".",
        ("entity_detail", "GET"): ".",
    }

    def arguments(self, house: House) -> dict[str, list[Any]]:
        keep_calendar(at=now())
        return {"delivery_list": ["sp"], "entity_detail": ["3550308"]}
