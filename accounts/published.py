"""Passwords, PINs and PUKs that the demonstration prints for everybody: outside DEMO not one of them opens anything.

Asked where a secret is used, so that it holds also in a database that was seeded, or used, as a demonstration.
"""

import hashlib
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from accounts.personas import Persona

PUBLISHED = "Esta senha é publicada na demonstração do simulador. Escolha outra."


def every_persona() -> tuple[Persona, ...]:
    """Those of the demonstration, whether or not this installation is one."""
    return _personas(settings.DEMO_PERSONAS) if settings.DEMO_PERSONAS else ()


def is_refused_password(password: str) -> bool:
    """Whether this is a published password and this installation is no demonstration."""
    return not settings.DEMO and any(password == persona.password != "" for persona in every_persona())


def is_refused_code(cpf: str, code: str) -> bool:
    """The same of a PIN or PUK, which are published together with whose they are."""
    published = [persona for persona in every_persona() if persona.cpf == cpf]
    return not settings.DEMO and any(code in (persona.pin, persona.puk) for persona in published)


def published_secret(login: str) -> bytes | None:
    """What a member of the demonstration's team shares with an authenticator, for whoever reads it; None for others."""
    is_published = any(persona.login_kind == "staff" and persona.login == login for persona in every_persona())
    return hashlib.sha256(f"ensaio {login}".encode()).digest()[:20] if is_published else None


class PublishedPasswordValidator:
    """No account is given a password that this installation would refuse at the door."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_refused_password(password):
            raise ValidationError(PUBLISHED, code="published")

    def get_help_text(self) -> str:
        return "A senha não pode ser uma das publicadas na demonstração."


@lru_cache(maxsize=2)
def _personas(path: str) -> tuple[Persona, ...]:
    return tuple(import_string(path)())
