"""Names folded for search: capitals without accents, in a column that the database writes with the row."""

import unicodedata
from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Upper

# Letters of Latin-1 that are a plain letter with a mark, and what each becomes.
_MARKED = "".join(c for c in map(chr, range(0xC0, 0x100)) if len(unicodedata.normalize("NFD", c)) > 1)
_PLAIN = "".join(unicodedata.normalize("NFD", c)[0] for c in _MARKED)
# Marks written apart (grave, acute, circumflex, tilde, diaeresis, ring, cedilla) are dropped.
_APART = "\u0300\u0301\u0302\u0303\u0308\u030a\u0327"
_TABLE = str.maketrans(_MARKED, _PLAIN, _APART)


def fold(text: str) -> str:
    """What a person typed, as the folded columns hold it."""
    return text.translate(_TABLE).upper()


def folded_column(of: str, *, max_length: int) -> Any:
    """A column that always holds `of` folded; the database fills it, also for rows written in bulk."""
    plain = Func(F(of), Value(_MARKED + _APART), Value(_PLAIN), function="TRANSLATE")
    return models.GeneratedField(
        expression=Upper(plain), output_field=models.CharField(max_length=max_length), db_persist=True
    )


def folded_sql(column: str) -> str:
    """The same of a column, inside a statement of one's own."""
    return f"upper(translate({column}, '{_MARKED}{_APART}', '{_PLAIN}'))"
