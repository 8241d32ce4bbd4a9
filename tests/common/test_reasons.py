"""The motivo of a decision: from a list, with text; «Outro» is nothing without its text."""

import pytest

from common.forms.shared import OTHER, ListedReasonForm

REASONS = {"unsigned": "O ofício não está assinado."}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"cause": "unsigned"}, "O ofício não está assinado."),
        ({"cause": "unsigned", "reason": " Falta a página 2. "}, "O ofício não está assinado. Falta a página 2."),
        ({"cause": OTHER, "reason": "O papel é de outro ano."}, "O papel é de outro ano."),
    ],
)
def test_the_reason_is_one_text(data: dict[str, str], reason: str) -> None:
    form = ListedReasonForm(REASONS, data)
    assert form.is_valid()
    assert form.cleaned_data["reason"] == reason


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "cause"),
        ({"cause": "invented", "reason": "O papel é de outro ano."}, "cause"),
        ({"reason": "O papel é de outro ano."}, "cause"),
        ({"cause": OTHER}, "reason"),
        ({"cause": OTHER, "reason": "  "}, "reason"),
        ({"cause": "unsigned", "reason": "nulo\x00"}, "reason"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(data: dict[str, str], field: str) -> None:
    assert list(ListedReasonForm(REASONS, data).errors) == [field]
