"""Names as they are compared: folded, in words, without particles; and the phonetic key (chave fonética) of a name.

Pure functions. Each word is worked out once and remembered, because few words make most names.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from common.folding import fold

PARTICLES = frozenset({"DA", "DE", "DO", "DAS", "DOS", "E"})
# Agnomes, that tell one generation from another and are no part of the key.
_SUFFIXES = {"JUNIOR": "JUNIOR", "JR": "JUNIOR", "FILHO": "FILHO", "NETO": "NETO", "SOBRINHO": "SOBRINHO"}
UNKNOWN = "SEM INFORMACAO"
_NOBODY = {"", UNKNOWN}
_MARKS = str.maketrans({"'": None, "’": None, "´": None, "`": None, "-": " ", ".": " "})

# In this order. Small letters are sounds already settled: `l` LH, `n` NH, `g` the hard G, `m` the final ÃO.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(.)\1+", r"\1"),
        (r"PH", "F"),
        (r"TH", "T"),
        (r"CH(?=R)", "K"),
        (r"SCH|SH|CH", "X"),
        (r"LH", "l"),
        (r"NH", "n"),
        (r"^W", "V"),
        (r"W", "U"),
        (r"Y", "I"),
        (r"QU(?=[EI])|Q", "K"),
        (r"GU(?=[EI])", "g"),
        # Ç is a C once folded: the two endings in which it is heard.
        (r"C(?=AO$|ALVES$)", "S"),
        (r"[SX]?C(?=[EI])", "S"),
        (r"CK|C", "K"),
        (r"G(?=[EI])", "J"),
        (r"[KPB](?=T)", ""),
        (r"H", ""),
        (r"Z", "S"),
        (r"OU", "O"),
        (r"EI", "E"),
        (r"^S(?=[TP])", "IS"),
        (r"[SX]$", ""),
        (r"[DTK]+$", ""),
        (r"AO$", "Am"),
        (r"[NM](?![AEIOU])", "M"),
        (r"L(?![AEIOU])", "U"),
        (r"E", "I"),
        (r"O", "U"),
        (r"(.)\1+", r"\1"),
    )
)


def fold_name(name: str) -> str:
    """Capitals without accents, apostrophes dropped, hyphens and full stops as spaces."""
    return " ".join(fold(name).translate(_MARKS).split())


def is_unknown(name: str) -> bool:
    """Whether nobody knows this name: empty, or «SEM INFORMAÇÃO»."""
    return fold_name(name) in _NOBODY


class Parts(NamedTuple):
    """A name as it is compared: folded; its words that tell something; and the suffix, where it ends with one."""

    folded: str
    words: tuple[str, ...]
    suffix: str

    @property
    def is_unknown(self) -> bool:
        return self.folded in _NOBODY


@lru_cache(maxsize=65_536)
def parts(name: str) -> Parts:
    folded = fold_name(name)
    found = [word for word in folded.split() if word not in PARTICLES]
    if len(found) > 1 and found[-1] in _SUFFIXES:
        return Parts(folded, tuple(found[:-1]), _SUFFIXES[found[-1]])
    return Parts(folded, tuple(found), "")


def words(name: str) -> tuple[str, ...]:
    """The folded words of a name that tell something: no particles, no suffix."""
    return parts(name).words


def suffix(name: str) -> str:
    """JUNIOR, FILHO, NETO or SOBRINHO when the name ends so, else nothing."""
    return parts(name).suffix


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """How a folded word is heard; never empty for a word that is not."""
    heard = word
    for pattern, replacement in _SOUNDS:
        heard = pattern.sub(replacement, heard)
    return heard or word


def key(name: str) -> str:
    """The phonetic key, `first|last`; nothing for a name that nobody knows."""
    found = words(name)
    return f"{sound(found[0])}|{sound(found[-1])}" if found and not is_unknown(name) else ""
