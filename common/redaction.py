"""What never enters a log: identifiers of people and long secrets."""

import re

# CPF, CNPJ, CNS (with or without their marks), deployment tokens and anything longer that somebody put in a path.
SENSITIVE = re.compile(
    r"[0-9]{11,}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|(?:[0-9A-Za-z]{4}-){4}[0-9A-Za-z]{4}|[A-Za-z0-9_\-+=%]{32,}"
)


def redact(text: str) -> str:
    """The text with identifiers of people and long secrets replaced by `***`."""
    return SENSITIVE.sub("***", text)
