"""Checks at start-up: a misspelt switch stops the portal instead of silently choosing something else.

`check --deploy` also says who can enter and how, and fails when that is wrong.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register  # noqa: A004 -- Django's name
from django.db import DatabaseError

from accounts.models import User
from cadsus.models import Posting
from common import clock
from config.seed.retirement import HAS_PASSWORD, accounts_with_published_password, media_with_published_puk
from pki.models import Certificate, Medium

# Secrets that appear in this repository: fine on one's own machine, never behind a public address.
PUBLISHED_SECRETS = ("local-only-not-a-secret", "test-only-not-a-secret")
SECRET_LENGTH = 50
GOVERNMENT = ".gov.br"
# Asked at each start of the portal: what depends on the machine and its environment. What depends on the code alone,
# which loads every page, is asked by `manage.py check` (make check, the image).
HOUSE = "house"
AT_START = [HOUSE, Tags.staticfiles]


@register(HOUSE)
def check_switches(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every switch has one of its values (common.switches tells them)."""
    return [*_switches(), *_addresses(), *_secret()]


@register(Tags.security, deploy=True)
def check_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What is fine on one machine and not behind a public address."""
    problems: list[CheckMessage] = []
    if settings.SECRET_KEY in PUBLISHED_SECRETS or len(settings.SECRET_KEY) < SECRET_LENGTH:
        problems.append(
            Error(f"SECRET_KEY precisa ser secreta e ter ao menos {SECRET_LENGTH} caracteres.", id="config.E006")
        )
    if not settings.REDIS_URL:
        problems.append(
            Warning("Sem REDIS_URL, cada processo conta sozinho o limite de tokens por minuto.", id="config.W001")
        )
    return problems


@register(Tags.security, deploy=True)
def check_accounts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Which accounts can enter, and how; a database that cannot be read is said, not guessed about."""
    if settings.DEMO:
        return [
            Warning(
                "DEMO ligado: qualquer visitante entra como qualquer pessoa, com senhas, PIN e CPF publicados.",
                hint="Só para treino. Desligue com DEMO=false e rode `manage.py seed`.",
                id="config.W002",
            )
        ]
    try:
        return [*_published(), *_doors()]
    except DatabaseError:
        return [Info("O banco de dados não pôde ser lido: não se sabe que contas podem entrar.", id="config.I002")]


def _published() -> Iterable[CheckMessage]:
    """What a demonstration left behind. The doors refuse it; the rows must go all the same."""
    left = [*(f"conta {user}" for user in accounts_with_published_password())]
    left += [str(medium) for medium in media_with_published_puk(at=clock.now())]
    if left:
        yield Error(
            f"Segredos publicados na demonstração ainda estão no banco: {'; '.join(left)}.",
            hint="Rode `manage.py seed` com DEMO=false: ele os retira e encerra as sessões.",
            id="config.E007",
        )


def _doors() -> Iterable[CheckMessage]:
    """The accounts that a password opens, by kind, the media that a PIN opens, and the link of the command line."""
    open_ = User.objects.filter(HAS_PASSWORD, is_active=True)
    staff = open_.filter(kind=User.Kind.STAFF).order_by("login")
    if not any(user.staff_role == User.StaffRole.ADMINISTRATOR for user in staff):
        yield Warning(
            "Nenhum administrador pode entrar.", hint="Abra o primeiro com `manage.py staff LOGIN`.", id="config.W003"
        )
    funds = open_.filter(kind=User.Kind.ORGANISATION).order_by("name")
    people = open_.filter(kind=User.Kind.PERSON).count()
    in_force = Certificate.objects.exclude(status=Certificate.Status.REVOKED).filter(not_after__gt=clock.now())
    media = Medium.objects.filter(certificate__in=in_force).exclude(status=Medium.Status.DESTROYED).count()
    yield Info(
        "Quem pode entrar: "
        f"equipe, com usuário e senha: {', '.join(_named(user) for user in staff) or 'ninguém'}; "
        f"fundos, com CNPJ e senha: {', '.join(str(fund) for fund in funds) or 'nenhum'}; "
        f"responsáveis pelo envio, com CPF e senha: {people}; "
        f"gestores do SIOPS, com certificado e PIN: {media}; "
        "demais pessoas, com o link de `manage.py access_link`.",
        id="config.I001",
    )
    yield _municipal_it()


def _municipal_it() -> CheckMessage:
    """Without one, nobody registers who works in the units."""
    rows = Posting.objects.in_force_at(clock.now()).filter(function=Posting.Function.MUNICIPAL_IT)
    named = rows.select_related("link__person", "link__establishment__entity__municipality__uf").order_by("pk")
    if not named:
        return Warning(
            "Nenhum município tem TI: ninguém registra quem trabalha nas unidades (CADSUS e SISRede).",
            hint="Nomeie a de cada município com `manage.py municipal_it CPF CNES`.",
            id="config.W004",
        )
    each = (f"{posting.link.person} ({posting.link.establishment.entity})" for posting in named)
    return Info(f"TI municipal, com o link de `manage.py access_link --sgop`: {', '.join(each)}.", id="config.I003")


def _named(user: User) -> str:
    return f"{user.login} ({User.StaffRole(user.staff_role).label})"


def _secret() -> Iterable[CheckMessage]:
    if not settings.DEMO and settings.SECRET_KEY in PUBLISHED_SECRETS:
        yield Error("Fora da demonstração a SECRET_KEY não pode ser a que está publicada no código.", id="config.E008")


def _switches() -> Iterable[CheckMessage]:
    for sentence in settings.UNKNOWN_SWITCHES:
        yield Error(sentence, id="config.E002")


def _addresses() -> Iterable[CheckMessage]:
    """A simulator never stands for a real service, not even by mistake."""
    for setting in ("PORTAL_URL", "TLS_URL"):
        if (urlsplit(getattr(settings, setting)).hostname or "").endswith(GOVERNMENT):
            yield Error(f"{setting} não pode ser um endereço do governo: isto é um simulador.", id="config.E005")
