"""The luck of each person of a block: numbers drawn all at once, by the seed and the block, each for one question."""

from collections.abc import Iterator, Sequence
from random import Random
from struct import unpack
from typing import NamedTuple, TypeVar

_T = TypeVar("_T")
_L = TypeVar("_L", bound=NamedTuple)
# Each number is below this.
_SCALE = 65_536


class Luck(NamedTuple):
    """One number for each question that is asked of an ordinary person."""

    kind: int
    age: int
    day: int
    sex: int
    origin: int
    race: int
    hers: int
    his: int
    grandmothers: int
    mothers_age: int
    mother: int
    mothers_given: int
    father: int
    fathers_given: int
    shape: int
    given: int
    social: int
    city: int
    cpf: int
    definitive: int
    provisional: int
    street: int
    house: int
    complement: int
    standing: int
    death: int
    death_day: int
    other: int


def draw(seed: str, people: int, kind: type[_L]) -> Iterator[_L]:
    """The luck of so many people; that of the first ones does not depend on how many follow."""
    size = len(kind._fields) * people
    values = unpack(f"<{size}H", Random(seed).randbytes(2 * size))
    return map(kind._make, zip(*[iter(values)] * len(kind._fields), strict=True))


def often(share: float) -> int:
    """Below this number in so great a share of the cases."""
    return round(share * _SCALE)


def pick(options: Sequence[_T], number: int) -> _T:
    return options[number * len(options) >> 16]
