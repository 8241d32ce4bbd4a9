"""Days typed in the forms of the Módulo de Gestores and of the ofício: one rule, told beside the field."""

import pytest
from django import forms

from siops.forms.letters import LetterForm
from siops.forms.managers import ManagerForm, TermForm
from siops.models import HealthManager

OUT_OF_BOUNDS = "Informe uma data entre 01/01/1988 e 31/12/2100."


def bound(name: str, data: dict[str, str]) -> forms.Form:
    if name == "manager":
        return ManagerForm(HealthManager.Role.SECRETARY_SUBSTITUTE, data)
    return TermForm(data) if name == "term" else LetterForm(data)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("manager", "act_date"),
        ("manager", "starts_on"),
        ("manager", "ends_on"),
        ("term", "starts_on"),
        ("term", "ends_on"),
        ("letter", "starts_on"),
    ],
)
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("0001-01-01", [OUT_OF_BOUNDS]),
        ("1987-12-31", [OUT_OF_BOUNDS]),
        ("1988-01-01", []),
        ("2100-12-31", []),
        ("2101-01-01", [OUT_OF_BOUNDS]),
        ("9999-12-31", [OUT_OF_BOUNDS]),
        ("2026-02-30", ["Data inválida."]),
    ],
)
def test_an_absurd_day_is_refused_in_words(name: str, field: str, typed: str, told: list[str]) -> None:
    assert list(bound(name, {field: typed}).errors.get(field, [])) == told
