"""The space of numbers: who uses which CPFs and CNSs, with right check digits, and a clear error at the end of each.

A CPF is told by its first nine digits, the base. Numbers are given by ordinal, from 1, never by the id of a row:

| base | for |
|---|---|
| 999.0EE.SSS | the seeds: sequence SSS of entity EE |
| 999.1 | the special cases and the slice of a room, the same in every room |
| 999.2 to 999.9 | who is registered on screen or by a machine |
| 996 to 998 | the population, scattered by a bijection |

A CNS is 709 99EE SSS for the seeds. All others are `7098 s oooooooo` when definitive and `8980 s oooooooo` when
provisional: the use `s` in the fifth digit, then the ordinal. They may coincide with numbers of real people: they are
synthetic and never leave the house.
"""

from dataclasses import dataclass
from functools import cache

from common.exceptions import RuleBroken

DEFINITIVE, PROVISIONAL = "D", "P"
_PREFIX = {DEFINITIVE: "7098", PROVISIONAL: "8980"}
# Fifth digit of a CNS: 0 the first of a person of the population, 1 to 7 the further ones.
_FURTHER, _SCREEN, _ROOM = 7, 8, 9
# How many digits of a CNS say its series, and how many come before the check digits.
SERIES, BASE = 5, 13
# Numbers of each type that one case or one person of the slice may have.
_ROOM_CNS_EACH = 10


class NumbersExhausted(RuleBroken):
    """A series of numbers came to its end."""

    def __init__(self, series: "Series") -> None:
        super().__init__(f"Acabaram os números de {series.title}: são {series.size:,}.".replace(",", "."))
        self.code = "numbers_exhausted"


@dataclass(frozen=True)
class Series:
    """Consecutive bases, taken by ordinals from 1 to `size`. A `stride` without common divisor scatters them."""

    title: str
    first: int
    size: int
    stride: int = 1

    def base(self, ordinal: int) -> int:
        if ordinal < 1:
            raise ValueError(f"ordinals start at 1, not {ordinal}")
        if ordinal > self.size:
            raise NumbersExhausted(self)
        return self.first + (ordinal - 1) * self.stride % self.size


CPF_SEEDS = Series("CPF das sementes", 999_000_000, 100_000)
CPF_ROOM = Series("CPF dos casos especiais e da fatia da sala", 999_100_000, 100_000)
# 999999999 would be eleven times the same digit.
CPF_POPULATION = Series("CPF da população", 996_000_000, 3_000_000, stride=1_299_709)
CNS_USE = Series("CNS deste uso", 1, 99_999_999)


def seed_cpf(entity: int, sequence: int) -> str:
    return _cpf(CPF_SEEDS, entity * 1000 + sequence + 1)


def seed_cns(entity: int, sequence: int) -> str:
    return complete_cns(f"70999{entity:02d}{sequence:03d}000")


def room_cpf(ordinal: int) -> str:
    return _cpf(CPF_ROOM, ordinal)


def room_cns(kind: str, ordinal: int, *, nth: int = 0) -> str:
    """The nth number of this type of a special case or of a person of the slice."""
    if nth not in range(_ROOM_CNS_EACH):
        raise ValueError(f"at most {_ROOM_CNS_EACH} numbers of a type each, not the {nth}th")
    return _cns(kind, _ROOM, ordinal * _ROOM_CNS_EACH + nth)


def screen_cns(kind: str, ordinal: int) -> str:
    return _cns(kind, _SCREEN, ordinal)


def population_cpf(ordinal: int) -> str:
    return _cpf(CPF_POPULATION, ordinal)


def population_cns(kind: str, ordinal: int, *, nth: int = 0) -> str:
    """The nth number of this type of a person of the population."""
    if nth not in range(_FURTHER + 1):
        raise ValueError(f"at most {_FURTHER + 1} numbers of a type each, not the {nth}th")
    return _cns(kind, nth, ordinal)


def _cpf(series: Series, ordinal: int) -> str:
    return complete_cpf(f"{series.base(ordinal):09d}")


def _cns(kind: str, use: int, ordinal: int) -> str:
    return complete_cns(f"{_PREFIX[kind]}{use}{CNS_USE.base(ordinal):08d}")


def complete_cpf(base: str) -> str:
    """Nine digits → eleven."""
    parts = (_weighed(base[:4], 10), _weighed(base[4:8], 6), _weighed(base[8:], 2))
    total = parts[0][0] + parts[1][0] + parts[2][0]
    tenth = total * 10 % 11 % 10
    # For the second digit every weight is one more.
    total += parts[0][1] + parts[1][1] + parts[2][1] + 2 * tenth
    return f"{base}{tenth}{total * 10 % 11 % 10}"


def complete_cns(base: str) -> str:
    """Thirteen digits starting with 7, 8 or 9 → fifteen."""
    rest = -(_weighed(base[:5], 15)[0] + _weighed(base[5:9], 10)[0] + _weighed(base[9:], 6)[0]) % 11
    # The last digit weighs 1 and the one before it 2, so a remainder of 10 is written 1 and 8.
    return f"{base}0{rest}" if rest in range(10) else f"{base}18"


def weighed(digits: str, weight: int) -> int:
    """The sum of each digit times its weight, that falls by one."""
    return _weighed(digits, weight)[0]


@cache
def _weighed(digits: str, weight: int) -> tuple[int, int]:
    """The sum of each digit times its weight, that falls by one, and the sum of the digits.

    Remembered, because a whole population shares few groups of up to four digits.
    """
    found = [int(digit) for digit in digits]
    return sum(digit * (weight - place) for place, digit in enumerate(found)), sum(found)
