"""The key that a PEC shows when it is installed or updated (chave), and the contra-chave that answers it.

The contra-chave is a function of the key alone: the e-Gestor and the PEC compute it apart, so that a PEC without
network knows the right one. Sixteen characters each, in groups of four.
"""

import re

from django.utils.crypto import constant_time_compare, salted_hmac

GROUP, GROUPS = 4, 4
_CANONICAL = re.compile(rf"[0-9A-F]{{{GROUP}}}(-[0-9A-F]{{{GROUP}}}){{{GROUPS - 1}}}", re.ASCII)


def key_of(installation: str, done: int) -> str:
    """What the PEC of that pairing code shows after `done` installations and updates."""
    return _derived("egestor.installation_key", f"{installation}:{done}")


def counter_key_of(key: str) -> str:
    """The contra-chave that answers a key."""
    return _derived("egestor.installation_counter_key", key)


def answers(counter_key: str, key: str) -> bool:
    """Whether the contra-chave, as typed, answers the key."""
    return constant_time_compare(normalise(counter_key), counter_key_of(key))


def normalise(text: str) -> str:
    """What a person typed, in capitals and groups; what cannot be a key comes back without its separators."""
    plain = re.sub(r"[\s\-]", "", text).upper()
    if len(plain) != GROUP * GROUPS:
        return plain
    return "-".join(plain[i : i + GROUP] for i in range(0, len(plain), GROUP))


def is_well_formed(text: str) -> bool:
    """Whether a normalised text has the shape of a key."""
    return _CANONICAL.fullmatch(text) is not None


def _derived(salt: str, text: str) -> str:
    return normalise(salted_hmac(salt, text, algorithm="sha256").hexdigest()[: GROUP * GROUPS])
