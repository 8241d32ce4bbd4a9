"""Amounts as typed in pt-BR: what is read, and what is refused in words."""

import pytest

from declarations.engine.typed import HOW, NOT_A_NUMBER, TOO_LONG, WrongAmount, cents_typed


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123456),
        ("1234,56", 123456),
        ("1234", 123400),
        ("1.234", 123400),
        ("0,00", 0),
        ("-10,50", -1050),
        ("−10,50", -1050),
        (" R$ 1.234,56 ", 123456),
        ("99999999999999,99", 9_999_999_999_999_999),
        ("", None),
        ("   ", None),
    ],
)
def test_what_is_read(text: str, cents: int | None) -> None:
    assert cents_typed(text) == cents


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1.234,5", HOW),
        ("1234.5", HOW),
        ("1,234.50", HOW),
        ("12.34", HOW),
        ("1.2345,00", HOW),
        ("1,", HOW),
        ("1,234", HOW),
        ("999999999999999,00", TOO_LONG),
        ("1234567890123456", TOO_LONG),
        ("=SOMA(A1:A9)", NOT_A_NUMBER),
        ("mil reais", NOT_A_NUMBER),
        ("1e5", NOT_A_NUMBER),
        ("٣", NOT_A_NUMBER),
        ("--1", NOT_A_NUMBER),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(WrongAmount) as wrong:
        cents_typed(text)
    assert str(wrong.value) == why
