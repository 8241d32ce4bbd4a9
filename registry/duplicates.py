"""Which pairs of records may be one person: the database proposes by a few keys, vetoes and the likeness decide.

Two records with two different CPFs are never a pair, and a CPF has one record; so one of a pair has no CPF, and the
keys are asked only of those.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz.distance import OSA

from registry import keys, similarity
from registry.similarity import Described, Match

# The score from which a pair goes to the queue of suspects.
QUEUE_FROM = 88
# First names: below the first likeness they are others; below the second, others when a quarter of the letters differs.
_OTHER_FIRST, _DOUBTFUL_FIRST = 0.80, 0.93
# Second given names: alike enough where they stand, or the same in another place. And first names of mothers.
_LIKE_GIVEN, _SAME_GIVEN, _OTHER_MOTHER = 0.75, 0.88, 0.85
# Words of a name that has more than a first and a last.
_WITH_MIDDLE = 3


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared of a row of the registry."""

    id: int
    name: str
    mother: str
    birth_date: date
    sex: str
    birth_city: str | None


# In the order of Record.
_COLUMNS = ("id", "name", "mother", "birth_date", "sex", "birth_city_id")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A pair for the queue: `left` is the older record."""

    left: Record
    right: Record
    match: Match


# Each finds the pairs that have it in common: the day of birth with first or last name by sound or the mother, the
# mother with one of the names, the whole name. Few and long: each of them reads everybody once.
_NEAR = "(a.year = b.year OR a.day = b.day)"
_KEYS = (
    """a.born = b.born AND (
        a.mother_key = b.mother_key
        OR (a.first = b.first OR a.last = b.last) AND (
            a.mother_first = b.mother_first OR a.mother_key IS NULL OR b.mother_key IS NULL
        )
        OR a.first = b.first AND a.last = b.last
    )""",
    f"a.mother_key = b.mother_key AND a.first = b.first AND {_NEAR}",
    f"a.mother_key = b.mother_key AND a.last = b.last AND {_NEAR}",
    f"a.name = b.name AND {_NEAR}",
)


# Who is joined with whom: everybody, or pairs of which one at least is among the given `people`.
_EVERYBODY = (("alone", "known"),)
_SOME = (("some_alone", "known"), ("alone", "some_known"))


def pairs_sql(table: str = "registry_person", *, of_some: bool = False) -> str:
    """The query of the pairs worth comparing: both rows of each, `Record` after `Record`, the older first.

    `of_some` leaves the pairs of the parameter `people`, a list of ids. Records absorbed by a unification are out, and
    so are inactive ones and those without a phonetic key.
    """
    both = ", ".join(f"{side}.{column}" for side in ("l", "r") for column in _COLUMNS)
    proposed = " UNION ".join(
        f"SELECT least(a.id, b.id) AS older, greatest(a.id, b.id) AS newer FROM {ours} a JOIN {others} b ON {key}"  # noqa: S608 -- constants
        " WHERE a.id <> b.id"
        for ours, others in (_SOME if of_some else _EVERYBODY)
        for key in _KEYS
    )
    some = "".join(
        f"some_{side} AS MATERIALIZED (SELECT * FROM {side} WHERE id = ANY(%(people)s)), "  # noqa: S608 -- constants
        for side in (("alone", "known") if of_some else ())
    )
    return f"""
        WITH known AS MATERIALIZED (
            SELECT id, cpf, search_name AS name,
                birth_date AS born, extract(year FROM birth_date) AS year, to_char(birth_date, 'MMDD') AS day,
                split_part(phonetic, '|', 1) AS first, split_part(phonetic, '|', 2) AS last,
                nullif(mother_phonetic, '') AS mother_key,
                nullif(split_part(mother_phonetic, '|', 1), '') AS mother_first
            FROM {table} WHERE survivor_id IS NULL AND is_active AND phonetic <> ''
        ), alone AS MATERIALIZED (SELECT * FROM known WHERE cpf IS NULL), {some}proposed AS ({proposed})
        SELECT {both} FROM proposed JOIN {table} l ON l.id = older JOIN {table} r ON r.id = newer
    """  # noqa: S608 -- constants


def suspicions(rows: Iterable[tuple[Any, ...]]) -> Iterator[Suspicion]:
    """The pairs for the queue, of the rows that `pairs_sql` answers."""
    for row in rows:
        left, right = (Record(*side) for side in (row[: len(_COLUMNS)], row[len(_COLUMNS) :]))
        match = judge(left, right)
        if match:
            yield Suspicion(left, right, match)


def judge(left: Described, right: Described) -> Match | None:
    """How the two are alike, when nothing tells them apart and it is enough for the queue."""
    if tells_apart(left, right):
        return None
    match = similarity.compare(left, right)
    return match if match.score >= QUEUE_FROM else None


def tells_apart(left: Described, right: Described) -> bool:
    """Twins, generations and people of the same name: a difference that no resemblance makes up for."""
    one, other = keys.parts(left.name), keys.parts(right.name)
    if not one.words or not other.words:
        return True
    generations = {one.suffix, other.suffix} - {""}
    return len(generations) > 1 or _other_given(one.words, other.words) or _other_mothers(left.mother, right.mother)


def _other_given(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether the given names are others: the first, or a second that neither whole name knows."""
    if _one_letter_apart("".join(ours), "".join(theirs)):
        return False
    if _other_first(ours[0], theirs[0]):
        return True
    if min(len(ours), len(theirs)) < _WITH_MIDDLE:
        return False
    if similarity.word_score(ours[1], theirs[1]) >= _LIKE_GIVEN:
        return False
    return not _is_among(ours[1], theirs[1:]) and not _is_among(theirs[1], ours[1:])


def _is_among(word: str, others: tuple[str, ...]) -> bool:
    return any(similarity.word_score(word, other) >= _SAME_GIVEN or _one_letter_apart(word, other) for other in others)


def _other_first(one: str, other: str) -> bool:
    if keys.sound(one) == keys.sound(other):
        return False
    alike = similarity.jaro_winkler(one, other)
    mistakes = max(1, max(len(one), len(other)) // 4)
    return alike < _OTHER_FIRST or (alike < _DOUBTFUL_FIRST and OSA.distance(one, other) > mistakes)


def _other_mothers(one: str, other: str) -> bool:
    """Whether both mothers are known and have other first names, or two surnames of which none is the same."""
    parts = keys.parts(one), keys.parts(other)
    if any(each.is_unknown for each in parts):
        return False
    ours, theirs = (each.words for each in parts)
    if not ours or not theirs or _one_letter_apart("".join(ours), "".join(theirs)):
        return False
    if similarity.word_score(ours[0], theirs[0]) < _OTHER_MOTHER:
        return True
    both_surnames = min(len(ours), len(theirs)) >= _WITH_MIDDLE
    return both_surnames and not any(_is_among(word, theirs[1:]) for word in ours[1:])


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter lost, added, exchanged or taken for its neighbour is all that differs."""
    return OSA.distance(one, other, score_cutoff=1) <= 1
