"""The main menu: which pages exist, for which kind of account. Whether an action is allowed is the page's question."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse

ANONYMOUS, PERSON, FUND, STAFF = "anonymous", "person", "organisation", "staff"
SIGNED_IN = frozenset({PERSON, FUND, STAFF})


@dataclass(frozen=True)
class Entry:
    label: str
    route: str
    kinds: frozenset[str]


ENTRIES = (
    Entry("e-Gestor", "egestor:home", frozenset({PERSON, FUND})),
    Entry("Gerar token", "egestor:token_create", frozenset({FUND})),
    Entry("Tokens gerados", "egestor:token_list", frozenset({FUND})),
    Entry("Gestor da AB", "egestor:ab_manager", frozenset({FUND})),
    Entry("Usuários", "egestor:membership_list", frozenset({PERSON})),
    Entry("Credenciais", "rnds:credential_list", frozenset({PERSON, STAFF})),
    Entry("PEC", "rnds:pec_list", frozenset({PERSON})),
    Entry("Caixa de saída simulada", "accounts:outbox", SIGNED_IN),
    Entry("Administração", "admin:index", frozenset({STAFF})),
    Entry("Fidelidade", "common:fidelity", frozenset({ANONYMOUS})),
    Entry("Autoridades simuladas", "pki:authority_list", frozenset({ANONYMOUS})),
    Entry("Entrar", "accounts:sign_in", frozenset({ANONYMOUS})),
)


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_page: bool
    is_section: bool


def find_route(*names: str) -> str:
    """Address of the first of these URL names that exists, or ""."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    return next((address for name in names if (address := _address(name, urlconf))), "")


@cache
def _address(name: str, urlconf: str) -> str:
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return ""


def menu(request: HttpRequest) -> list[Link]:
    """Links of the menu for who is asking; costs no query beyond the user already loaded."""
    user = getattr(request, "user", None)
    kind = user.kind if user is not None and user.is_authenticated else ANONYMOUS
    found = [(entry.label, find_route(entry.route)) for entry in ENTRIES if kind in entry.kinds]
    inside = [url for _, url in found if url and request.path.startswith(url)]
    section = max(inside, key=len, default="")
    return [Link(label, url, url == request.path, url == section) for label, url in found if url]
