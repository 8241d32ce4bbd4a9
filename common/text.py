"""Text that came from outside."""

import unicodedata

# Control, format (bidi marks, zero width), surrogate, private use, unassigned, line and paragraph separators.
UNWELCOME = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def has_unwelcome_characters(text: str, *, multiline: bool = False) -> bool:
    """Whether `text` holds a character that no name has: NUL, controls, bidi marks and other invisible ones."""
    allowed = "\n\t" if multiline else ""
    return any(unicodedata.category(c) in UNWELCOME and c not in allowed for c in text)


def searchable(text: str, *, limit: int = 80) -> str:
    """What a person typed in a search box, safe to compare in the database."""
    visible = "".join(c if unicodedata.category(c) not in UNWELCOME else " " for c in text)
    return " ".join(visible.split())[:limit]
