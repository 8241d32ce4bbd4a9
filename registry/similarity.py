"""How much two records look like one person: 40 name, 25 mother, 25 birth, 5 sex, 5 city, each share shown.

What a record does not say neither helps nor harms: its weight is taken out and the rest counts for the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

from rapidfuzz.distance import JaroWinkler

from registry import keys

# What a difference is worth in a birth date: day and month swapped; the next day, one part or one digit of the year
# wrong; a year of which more is wrong.
_SWAPPED, _NEAR, _FAR_YEAR = 0.8, 0.7, 0.4
# From here on two words are the same one misspelt.
_SAME_WORD = 0.8
_WEIGHTS = {"name": 40, "mother": 25, "birth_date": 25, "sex": 5, "birth_city": 5}

jaro_winkler = JaroWinkler.similarity


class Described(Protocol):
    """What is compared of a person; nothing (None or empty) when it is not known."""

    @property
    def name(self) -> str: ...
    @property
    def mother(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def sex(self) -> str | None: ...
    @property
    def birth_city(self) -> str | None: ...


class Share(NamedTuple):
    """One field of «por que casou»: how alike it is, from 0 to 1, or None when one side does not say."""

    field: str
    weight: int
    likeness: float | None

    @property
    def points(self) -> float:
        return self.weight * (self.likeness or 0)


@dataclass(frozen=True)
class Match:
    """The likeness of two records, field by field."""

    shares: tuple[Share, ...]

    @cached_property
    def score(self) -> float:
        """From 0 to 100."""
        known = sum(share.weight for share in self.shares if share.likeness is not None)
        return 100 * sum(share.points for share in self.shares) / known if known else 0.0


def compare(left: Described, right: Described) -> Match:
    likeness = {
        "name": _known_names(left.name, right.name),
        "mother": _known_names(left.mother, right.mother),
        "birth_date": birth_score(left.birth_date, right.birth_date),
        "sex": _same(left.sex, right.sex),
        "birth_city": _same(left.birth_city, right.birth_city),
    }
    return Match(tuple(Share(field, weight, likeness[field]) for field, weight in _WEIGHTS.items()))


def name_score(left: str, right: str) -> float:
    """1 equal; .99 without particles; .97 by sound; else words found, the whole, the first name, words left over."""
    return _likeness(keys.parts(left), keys.parts(right))


def _likeness(one: keys.Parts, other: keys.Parts) -> float:
    if one.folded == other.folded:
        return 1.0
    ours, theirs = one.words, other.words
    if not ours or not theirs:
        return 0.0
    if ours == theirs and one.suffix == other.suffix:
        return 0.99
    if len(ours) == len(theirs) and all(keys.sound(a) == keys.sound(b) for a, b in zip(ours, theirs, strict=True)):
        return 0.97
    short, long = sorted((ours, theirs), key=len)
    left_over = len(long) - len(short)
    whole = jaro_winkler(" ".join(ours), " ".join(theirs))
    first = word_score(ours[0], theirs[0])
    return max(0.0, 0.5 * _found(short, long) + 0.3 * whole + 0.2 * first - 0.04 * left_over)


def word_score(left: str, right: str) -> float:
    """How alike two folded words are; an initial stands for its word."""
    if left == right or ((len(left) == 1 or len(right) == 1) and left[0] == right[0]):
        return 1.0
    if keys.sound(left) == keys.sound(right):
        return 0.97
    return jaro_winkler(left, right)


def _found(short: Sequence[str], long: Sequence[str]) -> float:
    """Which part of the words of `short` is also in `long`, by the likeness of each."""
    best = (1.0 if word in long else max(word_score(word, other) for other in long) for word in short)
    return sum(score for score in best if score >= _SAME_WORD) / len(short)


def _known_names(left: str, right: str) -> float | None:
    if (one := keys.parts(left)).is_unknown or (other := keys.parts(right)).is_unknown:
        return None
    return _likeness(one, other)


def birth_score(left: date | None, right: date | None) -> float | None:
    if left is None or right is None:
        return None
    if left == right:
        return 1.0
    if (left.year, left.month, left.day) == (right.year, right.day, right.month):
        return _SWAPPED
    if abs((left - right).days) == 1:
        return _NEAR
    wrong = [part for part in ("year", "month", "day") if getattr(left, part) != getattr(right, part)]
    if len(wrong) > 1:
        return 0.0
    digits = sum(one != other for one, other in zip(f"{left.year:04d}", f"{right.year:04d}", strict=True))
    years = abs(left.year - right.year)
    return _NEAR if digits <= 1 or years == 1 or years % 10 == 0 else _FAR_YEAR


def _same(left: str | None, right: str | None) -> float | None:
    return float(left == right) if left and right else None
