"""Who gets what of the public side: everybody the same."""

from typing import Any

from declarations.services.calendar import keep_calendar
from tests.clock import now
from tests.factories.declarations import make_declaration, make_period
from tests.matrix import AccessMatrix, House


class TestTransparency(AccessMatrix):
    app = "transparency"
    public = {
        ("delivery_map", "GET"): ".",
        ("delivery_csv", "GET"): ".",
        ("delivery_json", "GET"): ".",
        ("delivery_pdf", "GET"): ".",
        ("delivery_list", "GET"): ".",
        ("entity_detail", "GET"): ".",
        ("sanction_list", "GET"): ".",
        ("sanction_csv", "GET"): ".",
        ("sanction_json", "GET"): ".",
        ("sanction_pdf", "GET"): ".",
        ("annex", "GET"): ".",
        ("annex_csv", "GET"): ".",
        ("annex_json", "GET"): ".",
        ("annex_pdf", "GET"): ".",
        ("indicator_list", "GET"): ".",
        ("indicator_csv", "GET"): ".",
        ("indicator_json", "GET"): ".",
        ("indicator_pdf", "GET"): ".",
        ("api_states", "GET"): ".",
        ("api_municipalities", "GET"): ".",
        ("api_years", "GET"): ".",
        ("api_annex", "GET"): ".",
        ("api_expenses", "GET"): ".",
        ("api_indicators", "GET"): ".",
        ("api_description", "GET"): ".",
    }

    def arguments(self, house: House) -> dict[str, list[Any]]:
        keep_calendar(at=now())
        make_declaration(house.entity, make_period(2026, 4), status="homologated")
        place, year = house.entity.ibge, 2026
        return {
            "api_municipalities": [place[:2]],
            "api_annex": [place[:2], place[:6], year, "18"],
            "api_expenses": [place[:2], place[:6], year, "18"],
            "api_indicators": [place[:6], year, "18"],
            "delivery_list": ["sp"],
            "entity_detail": [place],
            **{name: [place, year, 4] for name in ("annex", "annex_csv", "annex_json", "annex_pdf")},
            **{name: [place, year] for name in ("indicator_list", "indicator_csv", "indicator_json", "indicator_pdf")},
        }
