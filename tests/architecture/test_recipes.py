"""The recipes name files and words that exist."""

import re

import pytest

from common import house
from tests.architecture.sources import ROOT

RECIPES = sorted((ROOT / "docs" / "receitas").glob("*.md"))


@pytest.mark.parametrize("recipe", RECIPES, ids=[path.stem for path in RECIPES])
def test_every_file_that_a_recipe_names_exists(recipe) -> None:  # type: ignore[no-untyped-def] # a path
    named = re.findall(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|md|html|toml))`", recipe.read_text())
    assert len(named) > 5
    assert [name for name in named if "/" in name and not (ROOT / name).exists()] == []


def test_the_recipe_of_a_screen_tells_every_table_of_words() -> None:
    told = (ROOT / "docs" / "receitas" / "tela.md").read_text() + (ROOT / "docs" / "receitas" / "prazo.md").read_text()
    assert [name for name in house.WORDS if f"`{name}`" not in told] == []
