"""Checks at start-up: a misspelt switch stops the portal instead of silently choosing something else."""

from collections.abc import Iterable
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's name

# Setting → (environment variable, values).
CHOICES = {
    "CER_POLICY": ("CER_POLICY", ("recusar", "avisar", "aceitar")),
    "REVIEW_MODE": ("MODO_ANALISE", ("automatico", "analista")),
    "AUTH_ERROR_MODE": ("AUTH_MODO_ERRO", ("http", "tls")),
    "WITHOUT_CREDENTIAL": ("SEM_CREDENCIAL", ("token_emitido", "401")),
    "SIMULATED_ENVIRONMENT": ("AMBIENTE", ("homologacao", "producao")),
}
POSITIVE = {"AUTH_RATE_LIMIT": "AUTH_LIMITE_POR_MINUTO", "MEMBERSHIP_IDLE_DAYS": "EGESTOR_DIAS_INATIVIDADE"}
# Secrets that appear in this repository: fine on one's own machine, never behind a public address.
PUBLISHED_SECRETS = ("local-only-not-a-secret", "test-only-not-a-secret")
SECRET_LENGTH = 50
GOVERNMENT = ".gov.br"


@register
def check_switches(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every switch has one of its values."""
    return [*_choices(), *_cutoff(), *_numbers(), *_addresses()]


@register(Tags.security, deploy=True)
def check_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What is fine on one machine and not behind a public address."""
    problems: list[CheckMessage] = []
    if settings.SECRET_KEY in PUBLISHED_SECRETS or len(settings.SECRET_KEY) < SECRET_LENGTH:
        problems.append(
            Error(f"SECRET_KEY precisa ser secreta e ter ao menos {SECRET_LENGTH} caracteres.", id="config.E006")
        )
    if not settings.REDIS_URL:
        problems.append(Warning("Sem REDIS_URL, cada processo conta tentativas e limites sozinho.", id="config.W001"))
    return problems


def _choices() -> Iterable[CheckMessage]:
    for setting, (variable, values) in CHOICES.items():
        if getattr(settings, setting) not in values:
            given = getattr(settings, setting)
            yield Error(f"{variable}={given!r} não existe. Valores: {', '.join(values)}.", id="config.E002")


def _cutoff() -> Iterable[CheckMessage]:
    try:
        time.fromisoformat(settings.TOKEN_CUTOFF)
    except ValueError:
        yield Error(f"TOKEN_CORTE={settings.TOKEN_CUTOFF!r} não é uma hora (HH:MM:SS).", id="config.E003")


def _numbers() -> Iterable[CheckMessage]:
    for setting, variable in POSITIVE.items():
        if getattr(settings, setting) < 1:
            yield Error(f"{variable} precisa ser 1 ou mais.", id="config.E004")


def _addresses() -> Iterable[CheckMessage]:
    """A simulator never stands for a real service, not even by mistake."""
    for setting in ("PORTAL_URL", "TLS_URL"):
        if (urlsplit(getattr(settings, setting)).hostname or "").endswith(GOVERNMENT):
            yield Error(f"{setting} não pode ser um endereço do governo: isto é um simulador.", id="config.E005")
