"""The rows of a declaration at another bimestre, or of an entity of another size: the same one, in proportion."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from declarations.engine import records
from declarations.engine.context import Openings
from declarations.engine.declaration import Key, Table, Values

Tables = Mapping[str, Table]
# Of the amounts of each record, those that grow along the year.
GROWING = {records.REVENUES.name: (2,), records.ADDITIONAL.name: (2,), records.EXPENSES.name: (2, 3, 4)}
COMMITTED, SETTLED, LEFT = 2, 3, 5
TOTALS = ("I", "II", "III", "XXIX", "XXXII")


def at_bimester(tables: Tables, wanted: int, given: int) -> dict[str, Table]:
    """As of `wanted`, where `tables` are as of `given`: amounts so far in the year, and forecasts as they were."""
    times = Fraction(wanted, given)
    return _each_row(tables, lambda name, _, values: _times(values, times, GROWING.get(name, ())))


def resized(tables: Tables, times: Callable[[str, Key], Fraction]) -> dict[str, Table]:
    """Every amount of a row times the factor of the row."""
    return _each_row(tables, lambda name, key, values: _times(values, times(name, key), range(len(values))))


def with_openings(tables: Tables, openings: Openings) -> dict[str, Table]:
    """The balances that the year before closed with, in place of those of an example; a resto is still to be paid."""
    remainders: Table = {}
    controls: Table = {}
    for name, cents in openings.items():
        quadro, _, year = name.partition(".")
        if quadro == "RP":
            remainders[year,] = (0, 0, cents, 0, 0, cents, 0)
        else:
            controls[quadro, year] = (cents, 0, 0, 0)
    return {**tables, records.REMAINDERS.name: remainders, records.CONTROLS.name: controls}


def _each_row(tables: Tables, change: Callable[[str, Key, Values], Values]) -> dict[str, Table]:
    """Totals that were declared are left out: of rounded rows they would be others."""
    return {
        name: {
            key: _with_what_is_left(name, change(name, key, values))
            for key, values in table.items()
            if key[0] not in TOTALS
        }
        for name, table in tables.items()
    }


def _times(values: Values, factor: Fraction, places: Sequence[int]) -> Values:
    return tuple(
        value * factor.numerator // factor.denominator if place in places and isinstance(value, int) else value
        for place, value in enumerate(values)
    )


def _with_what_is_left(name: str, values: Values) -> Values:
    """RPNP (g) of a row of expense is always what was committed and not settled."""
    if name != records.EXPENSES.name:
        return values
    committed, settled = values[COMMITTED], values[SETTLED]
    return (*values[:LEFT], int(committed or 0) - int(settled or 0))
