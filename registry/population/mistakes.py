"""How the same person comes to be registered twice: the mistakes of the second record."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from typing import TypeVar

from common.folding import fold
from registry import keys
from registry.population import vocabulary
from registry.population.names import LONGEST
from registry.population.people import UNKNOWN, Person
from registry.population.vocabulary import table

_T = TypeVar("_T")

# Spellings that sound the same, one way and the other.
_SPELLINGS = (
    *(("S", "Z"), ("Z", "S"), ("I", "Y"), ("Y", "I"), ("F", "PH"), ("PH", "F"), ("TH", "T"), ("T", "TH"), ("LL", "L")),
    *(("L", "LL"), ("NN", "N"), ("N", "NN"), ("SS", "Ç"), ("Ç", "SS"), ("G", "J"), ("CH", "X"), ("W", "V"), ("K", "C")),
    *(("Ã", "A"), ("Ç", "C"), ("É", "E"), ("Í", "I"), ("Á", "A"), ("Ê", "E"), ("Ô", "O"), ("'", ""), ("-", " ")),
)
_LETTERS = "AEIOURSTLNMCD"
_SHORTEST_MISTAKEN, _ADULT, _LAST_DAY_AS_MONTH = 4, 18, 12
# How often: a second mistake in the same record, beside it another sex, accents lost; of each mistake, its first way.
_SECOND_MISTAKE, _WRONG_SEX, _NO_ACCENTS, _BY_EAR, _SURNAME_ADDED = 0.2, 0.01, 0.4, 0.5, 0.6


class Clerk:
    """Registers a person again, with mistakes."""

    def __init__(self, luck: Random, reference: date) -> None:
        self.chance, self.reference = luck.random, reference
        self.kinds: Sequence[tuple[Callable[[Person], Person], int]] = (
            (self._misspell_name, 22),
            (self._misspell_mother, 16),
            (self._shorten_name, 14),
            (self._shorten_mother, 10),
            (self._abbreviate, 8),
            (self._marry, 8),
            (self._swap_day_and_month, 7),
            (self._mistake_birth, 10),
            (self._forget_mother, 3),
            (lambda person: person, 2),
        )
        # A date is mistaken once.
        self.with_birth = {self._swap_day_and_month, self._mistake_birth}
        self.drawn = [kind for kind, weight in self.kinds for _ in range(weight)]

    def pick(self, options: Sequence[_T]) -> _T:
        return options[int(self.chance() * len(options))]

    def again(self, person: Person) -> Person:
        """The second record, still with the numbers of the first."""
        first, further = self.pick(self.drawn), self.pick(self.drawn)
        second = first(person)
        if self.chance() < _SECOND_MISTAKE and not {first, further} <= self.with_birth:
            second = further(second)
        if self.chance() < _NO_ACCENTS:
            second = second.named(fold(second.name)).with_mother(fold(second.mother))
        if self.chance() < _WRONG_SEX:
            second = second._replace(sex="F" if second.sex == "M" else "M")
        return second

    def _misspell_name(self, person: Person) -> Person:
        return person.named(self._misspelt(person.name))

    def _misspell_mother(self, person: Person) -> Person:
        if person.mother == UNKNOWN:
            return person
        return person.with_mother(self._misspelt(person.mother))

    def _misspelt(self, text: str) -> str:
        """One word spelt as it is heard, or with a letter lost, doubled, exchanged or taken for another."""
        found = text.split()
        at = int(self.chance() * len(found))
        word = found[at]
        if len(word) < _SHORTEST_MISTAKEN:
            return text
        heard = [(old, new) for old, new in _SPELLINGS if old in word]
        if heard and self.chance() < _BY_EAR:
            found[at] = word.replace(*self.pick(heard), 1)
        else:
            place = 1 + int(self.chance() * (len(word) - 2))
            before, letter, following, after = word[:place], word[place], word[place + 1], word[place + 2 :]
            instead = ("", letter + letter, self.pick(_LETTERS))
            found[at] = self.pick(
                [*(before + new + following + after for new in instead), before + following + letter + after]
            )
        return " ".join(found)[:LONGEST].rstrip()

    def _shorten_name(self, person: Person) -> Person:
        return person.named(self._without_one(person.name))

    def _shorten_mother(self, person: Person) -> Person:
        return person.with_mother(self._without_one(person.mother))

    def _without_one(self, text: str) -> str:
        """Without one word of the middle, or without the particles."""
        found = text.split()
        inner = [at for at in range(1, len(found) - 1) if found[at] not in keys.PARTICLES]
        if not inner:
            return " ".join(word for word in found if word not in keys.PARTICLES)
        at = self.pick(inner)
        return " ".join([*found[:at], *found[at + 1 :]])

    def _abbreviate(self, person: Person) -> Person:
        found = person.name.split()
        inner = [at for at in range(1, len(found) - 1) if found[at] not in keys.PARTICLES]
        if not inner:
            return person
        at = self.pick(inner)
        found[at] = found[at][0] + self.pick(("", "."))
        return person.named(" ".join(found))

    def _marry(self, person: Person) -> Person:
        """A grown woman takes the surname of the husband, after hers or for the last of hers."""
        if person.sex != "F" or (self.reference - person.birth_date).days < _ADULT * 366:
            return self._misspell_name(person)
        found = person.name.split()
        kept = found if self.chance() < _SURNAME_ADDED else found[:-1]
        while len(kept) > 1 and kept[-1] in keys.PARTICLES:
            kept = kept[:-1]
        husbands = self.pick(table(vocabulary.SURNAMES)).text
        return person.named(f"{' '.join(kept)} {husbands}"[:LONGEST].rstrip())

    def _swap_day_and_month(self, person: Person) -> Person:
        born = person.birth_date
        if born.day > _LAST_DAY_AS_MONTH:
            return self._mistake_birth(person)
        return self._reborn(person, born.year, born.day, born.month)

    def _mistake_birth(self, person: Person) -> Person:
        """One part of the date is wrong."""
        born = person.birth_date
        year, month, day = self.pick(
            (
                (born.year - 1, born.month, born.day),
                (born.year - 10, born.month, born.day),
                (born.year, 1 + born.month % 12, born.day),
                (born.year, born.month, 1 + born.day % 28),
                (born.year, born.month, born.day // 10 * 10 + (born.day + 1) % 10),
            )
        )
        return self._reborn(person, year, month, day)

    def _reborn(self, person: Person, year: int, month: int, day: int) -> Person:
        try:
            wrong = date(year, month, day)
        except ValueError:
            return person
        return person._replace(birth_date=wrong) if wrong <= self.reference else person

    def _forget_mother(self, person: Person) -> Person:
        return person.with_mother(UNKNOWN)
