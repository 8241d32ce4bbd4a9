"""Lists as CSV: what a spreadsheet would compute is text in them."""

import pytest

from common.sheets import csv_lines


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    *_, row = csv_lines(about="prova", header=["Coluna", "Outra"], rows=[[cell, "a;b"]])
    assert row.strip("\r\n").strip('"').startswith(f"'{cell[0]}")
    assert row.rstrip().endswith(';"a;b"')


def test_an_amount_stays_an_amount() -> None:
    *_, row = csv_lines(about="prova", header=["Coluna"], rows=[["-1.234,56", "-10,00"]])
    assert row.strip() == "-1.234,56;-10,00"


def test_it_begins_with_the_mark_and_says_that_it_is_simulated() -> None:
    mark, title, *_ = csv_lines(about="prova", header=["Coluna"], rows=[])
    assert (mark, title.split(" ")[0]) == ("\ufeff", "SIMULADO")
