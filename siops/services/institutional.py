"""The institutional e-mail (e-mail institucional): the access goes to it, so it must be of the entity."""

import re

from common.exceptions import RuleBroken

# Inference of the simulator: the orientation only says "institucional". Free and paid mailboxes of people in Brazil.
_PUBLIC_NAMES = re.compile(
    r"(?:.*\.)?(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail)\.(?:com|com?\.[a-z]{2}|[a-z]{2})"
)
_PUBLIC_DOMAINS = frozenset(
    {
        "aol.com",
        "bol.com.br",
        "gmx.com",
        "globo.com",
        "globomail.com",
        "icloud.com",
        "ig.com.br",
        "mac.com",
        "me.com",
        "oi.com.br",
        "proton.me",
        "protonmail.com",
        "r7.com",
        "terra.com.br",
        "uol.com.br",
        "zipmail.com.br",
        "zoho.com",
    }
)


def is_public_mailbox(email: str) -> bool:
    """Whether the address is of a provider that gives mailboxes to anybody (gmail, hotmail, outlook, yahoo…)."""
    domain = email.rpartition("@")[2].lower().rstrip(".")
    return bool(_PUBLIC_NAMES.fullmatch(domain)) or any(
        domain == public or domain.endswith(f".{public}") for public in _PUBLIC_DOMAINS
    )


def public_mailbox_text(email: str) -> str:
    """Why the address is refused."""
    domain = email.rpartition("@")[2]
    return f"Informe um e-mail institucional: {domain} é um provedor público e o acesso é enviado a este endereço."


def require_institutional(email: str, *, field: str) -> None:
    """Raise RuleBroken for a public mailbox."""
    if is_public_mailbox(email):
        raise RuleBroken(public_mailbox_text(email), code="public_mailbox", field=field)
