"""What `make run` prints: who can be played and what to try first."""

import re

import pytest

from accounts.personas import demo_personas
from config import guide


def printed() -> str:
    return guide.people(guide.nearest(demo_personas()))


def row_of(name: str) -> list[str]:
    line = next(line for line in printed().splitlines() if name in line)
    return re.split(r"\s{2,}", line.strip())


def test_the_table_fits_in_120_columns() -> None:
    assert max(map(len, printed().splitlines())) <= 120


def test_what_does_not_fit_goes_on_below_and_is_not_lost() -> None:
    words = printed().split()
    for persona in guide.nearest(demo_personas()):
        assert set(persona.role.split()) <= set(words)
        assert persona.name.split()[0] in words
        assert guide.sign_in(persona) in printed()


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("Anselmo Luís Manacá", "ainda sem certificado"),
        ("Leonor Aparecida Cabreúva", "PIN 01101468, PUK 01101157"),
        ("Benedito Nonato Jatobá", "não pede"),
        ("Nivaldo José Guajuvira", "Envio-Aracatuba-2026"),
    ],
)
def test_each_one_is_told_what_to_type(name: str, secret: str) -> None:
    assert row_of(name)[-1] == secret


def test_outside_the_demonstration_there_is_no_table() -> None:
    assert guide.people([]) == ""


def test_the_fourth_thing_to_try_is_the_siops() -> None:
    steps = " ".join(guide.first_steps().split())
    assert steps.startswith("Cinco coisas para experimentar: 1. ")
    third, fourth = steps.split(" 3. ")[1].split(" 4. ")
    assert third.endswith("/api/token")
    assert "SIOPS" in fourth
    assert "token virtual da Prefeita (CPF e PIN)" in fourth
