"""Text that came from outside."""

import unicodedata
from functools import lru_cache

# Control, format (bidi marks, zero width), surrogate, private use, unassigned, line and paragraph separators.
UNWELCOME = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


# Marks that lose their meaning with their accents, or have no accent to lose.
_IN_ASCII = str.maketrans(
    {"«": '"', "»": '"', "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "º": "o", "ª": "a"}
)


@lru_cache(maxsize=256)
def in_ascii(text: str) -> str:
    """`text` as every HTTP client shows it in a header: letters without their accents, marks in their plain form."""
    bare = unicodedata.normalize("NFKD", text.translate(_IN_ASCII))
    return "".join(c for c in bare if not unicodedata.combining(c)).encode("ascii", "replace").decode()


def has_unwelcome_characters(text: str, *, multiline: bool = False) -> bool:
    """Whether `text` holds a character that no name has: NUL, controls, bidi marks and other invisible ones."""
    allowed = "\n\t" if multiline else ""
    return any(unicodedata.category(c) in UNWELCOME and c not in allowed for c in text)


def searchable(text: str, *, limit: int = 80) -> str:
    """What a person typed in a search box, safe to compare in the database."""
    visible = "".join(c if unicodedata.category(c) not in UNWELCOME else " " for c in text)
    return " ".join(visible.split())[:limit]
