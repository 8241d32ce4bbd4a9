"""The text of a deployment token or of an installation code: 20 characters of Crockford's base 32, in groups of 4.

The last one is a check character, by a linear code over GF(32): character number i weighs αⁱ. The weights of the 20
places are all different and none is zero, so every single wrong character and every exchange of two characters is told
from a right text without asking the database ("formato inválido" instead of "não encontrado").
"""

import re
import secrets

from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
GROUP = 4
# x⁵ + x² + 1, primitive over GF(2).
POLYNOMIAL = 0b100101
# A start other than zero keeps the row of zeros from being well formed.
START = 1
# What people and word processors put between the groups.
SEPARATORS = "-‐‑‒–—_."

_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_CANONICAL = re.compile(rf"[{ALPHABET}]{{{GROUP}}}(-[{ALPHABET}]{{{GROUP}}}){{{LENGTH // GROUP - 1}}}", re.ASCII)


def generate() -> str:
    """A new random token (95 bits), as people read it: `7QK4-…`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _grouped(body + check_character(body))


def normalise(text: str) -> str:
    """The token as stored, from what a person typed: any case, dashes and spaces or none, O for 0, I or L for 1.

    What cannot be a token comes back without its separators, and is then not well formed.
    """
    kept = "".join(c for c in text if not c.isspace() and c not in SEPARATORS)
    plain = (kept.upper() if kept.isascii() else kept).translate(_LOOK_ALIKE)
    return _grouped(plain) if len(plain) == LENGTH else plain


def is_well_formed(value: str) -> bool:
    """Whether a normalised `value` has the shape of a token and its check character."""
    if not _CANONICAL.fullmatch(value):
        return False
    plain = value.replace("-", "")
    return plain[-1] == check_character(plain[:-1])


def check_character(body: str) -> str:
    """The last character of the token that starts with these 19."""
    state = START
    for character in body:
        state = _times_alpha(state) ^ ALPHABET.index(character)
    return ALPHABET[_times_alpha(state)]


def hash_value(value: str, *, salt: str = "egestor.deployment_token") -> str:
    """Keyed digest by which a token is found; hexadecimal, 64 characters.

    Keyed with SECRET_KEY, so that a copy of the database alone can neither confirm a value seen elsewhere nor be
    matched with the copy of another installation. A new SECRET_KEY makes the tokens of the day unknown.
    """
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()


def _times_alpha(element: int) -> int:
    doubled = element << 1
    return doubled ^ POLYNOMIAL if doubled & 0b100000 else doubled


def _grouped(plain: str) -> str:
    return "-".join(plain[i : i + GROUP] for i in range(0, len(plain), GROUP))
