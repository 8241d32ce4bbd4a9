"""What never enters a log: identifiers of people and long secrets."""

import re

# Anything long that somebody put in a path, then deployment tokens, CPF, CNPJ and CNS (with or without their marks).
# The longest kind first: a secret that begins with eleven digits is one secret and not a CPF with a rest to be read.
SENSITIVE = re.compile(
    r"[A-Za-z0-9_\-+=%]{32,}|(?:[0-9A-Za-z]{4}-){4}[0-9A-Za-z]{4}|[0-9]{11,}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}"
)


def redact(text: str) -> str:
    """The text with identifiers of people and long secrets replaced by `***`."""
    return SENSITIVE.sub("***", text)
