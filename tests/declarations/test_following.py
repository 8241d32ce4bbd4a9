"""What the script of a folder is given to add up: the same totals as those of the engine, whatever is typed."""

from typing import Any

import pytest

from declarations.engine.following import Followed, Sum
from declarations.engine.money import brazilian, half_up_percent
from declarations.folders import FOLDERS
from declarations.models import Cell, Declaration
from declarations.services.grid import Grid, followed_in, grid_of
from declarations.services.saving import CellName, Change, save_cells
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.factories import make_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting

pytestmark = pytest.mark.django_db
OPERATIONS: dict[str, Any] = {"": lambda amount: amount, "positive": lambda amount: max(amount, 0)}
OPERATIONS["half_up"] = half_up_percent
PAGES = [(slug, "2") for slug in FOLDERS] + [("despesa", "3")]


def added_up(followed: list[Followed], typed: list[int]) -> dict[str, int]:
    """As `static/js/totals.js` does it."""
    computed: dict[str, int] = {}

    def amount(given: Sum) -> int:
        constant, terms = given
        return int(constant) + sum(
            sign * (typed[each] if isinstance(each, int) else computed[each]) for sign, each in terms
        )

    for name, operation, sums in followed:
        computed[name] = OPERATIONS[operation](*map(amount, sums))
    return computed


def typed_in(grid: Grid) -> list[CellName]:
    return [CellName.read(each.name) for row in grid.rows for each in row.cells if each.name]


@pytest.fixture
def sender(db: None) -> Acting:
    return siops.make_acting(TECHNICIAN, make_entity())


@pytest.fixture
def declaration(sender: Acting) -> Declaration:
    """With rows that share a line: two of one subfunction and source, and two of the oldest years."""
    made = make_declaration(sender.entity, make_period(2026, 6), opened_by=sender.user)
    for record, key, column in [
        ("despesas", "301;C;2;3.V;compra", "empenhada"),
        ("controles", "Q4;2020", "saldo_inicial"),
        ("controles", "Q4;2019", "saldo_inicial"),
    ]:
        Cell.objects.create(declaration=made, record=record, key=key, column=column, cents=7_77, changed_at=now())
    return made


@pytest.mark.parametrize(("slug", "source"), PAGES)
def test_the_page_adds_up_as_the_engine_does(declaration: Declaration, sender: Acting, slug: str, source: str) -> None:
    grid = grid_of(declaration, FOLDERS[slug], source, at=now())
    names = typed_in(grid)
    # As different as their places, up to the sixteen digits that a cell takes.
    amounts = [(place * 7_919 + 17) ** 4 % 10**16 for place in range(len(names))]
    versions = {CellName(each.record, each.key, each.column): each.version for each in declaration.cells.all()}
    changes = [Change(name, cents, versions.get(name, 0)) for name, cents in zip(names, amounts, strict=True)]
    assert len(save_cells(declaration_id=declaration.pk, changes=changes, by=sender, at=now()).written) == len(names)
    after = grid_of(declaration, FOLDERS[slug], source, at=now())
    shown = {each.anchor: each.text.removesuffix(" %") for row in after.rows for each in row.cells if not each.name}
    computed = added_up(followed_in(grid), amounts)
    assert {name: brazilian(amount) for name, amount in computed.items()} == shown
