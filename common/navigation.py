"""The main menu: the pages that who is asking may open, by kind of account and by the rules of each page."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

ANONYMOUS, PERSON, FUND, STAFF = "anonymous", "person", "organisation", "staff"
# A session of the SIOPS, whoever the person is elsewhere.
SIOPS = "siops"
SIGNED_IN = frozenset({PERSON, FUND, STAFF})


@dataclass(frozen=True)
class Entry:
    label: str
    route: str
    kinds: frozenset[str]
    permission: str = ""
    is_for_demo: bool = False


ENTRIES = (
    Entry("e-Gestor", "egestor:home", frozenset({PERSON, FUND})),
    Entry("Gerar token", "egestor:token_create", frozenset({FUND})),
    Entry("Tokens gerados", "egestor:token_list", frozenset({FUND})),
    Entry("Gestor da AB", "egestor:ab_manager", frozenset({FUND})),
    Entry("Usuários", "egestor:membership_list", frozenset({PERSON}), "accounts.manage_memberships"),
    Entry("Credenciais", "rnds:credential_list", frozenset({PERSON, STAFF}), "rnds.view_credentials"),
    Entry("PEC", "rnds:pec_list", frozenset({PERSON}), "rnds.view_pec"),
    Entry("SIOPS", "siops:home", frozenset({ANONYMOUS, PERSON, STAFF, SIOPS})),
    Entry("Módulo de Gestores", "siops:manager_list", frozenset({SIOPS}), "siops.view_managers"),
    Entry("Mudança de gestores", "siops:checklist", frozenset({SIOPS}), "siops.view_managers"),
    Entry("Cadastro no FNS", "siops:fund_update_list", frozenset({SIOPS}), "siops.view_fund_record"),
    Entry("Chamados", "siops:ticket_list", frozenset({SIOPS}), "siops.view_ticket"),
    Entry("Posto da certificadora", "siops:certifier_list", frozenset({STAFF}), "siops.issue_certificate"),
    Entry("FNS/SECON", "siops:fund_update_queue", frozenset({STAFF}), "siops.check_fund_record"),
    Entry("Chamados", "siops:ticket_queue", frozenset({STAFF}), "siops.answer_ticket"),
    Entry("Caixa de saída simulada", "accounts:outbox", SIGNED_IN | {SIOPS}),
    Entry("Administração", "admin:index", frozenset({STAFF}), "accounts.read_admin"),
    Entry("Caixa de correio", "accounts:mailbox", frozenset({ANONYMOUS}), is_for_demo=True),
    Entry("Fidelidade", "common:fidelity", frozenset({ANONYMOUS})),
    Entry("Salas", "rooms:choose", frozenset({ANONYMOUS})),
    Entry("Autoridades simuladas", "pki:authority_list", frozenset({ANONYMOUS})),
    Entry("Entrar", "accounts:sign_in", frozenset({ANONYMOUS})),
)


# «Início» of each kind of account: the first one that who is asking may open.
HOMES = (
    Entry("Início", "common:home", frozenset({ANONYMOUS})),
    Entry("Início", "siops:certifier_list", frozenset({STAFF}), "siops.issue_certificate"),
    Entry("Início", "siops:home", frozenset({STAFF, SIOPS})),
    Entry("Início", "egestor:home", frozenset({PERSON, FUND})),
)


# First part of the address, name and first page of each system whose pages are also read from outside of it.
SYSTEMS = (("/siops/", "SIOPS", "siops:home"),)


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_page: bool
    is_section: bool


def system_of(path: str) -> Link | None:
    """The system that an address is in, for the breadcrumb; None where «Início» already is its first page."""
    found = next(((label, route) for start, label, route in SYSTEMS if path.startswith(start)), None)
    return Link(found[0], reverse(found[1]), is_page=False, is_section=True) if found else None


def label_of(route: str) -> str:
    """How the menu names a page, so that the breadcrumb names it alike."""
    return next(entry.label for entry in ENTRIES if entry.route == route)


def menu(request: HttpRequest) -> list[Link]:
    """Links of the menu for who is asking; one query for a person's profiles, none for anybody else."""
    kind, asked = _kind_of(request), _asked(request)
    found = [(entry.label, reverse(entry.route)) for entry in ENTRIES if _is_for(entry, asked, kind)]
    inside = [url for _, url in found if request.path.startswith(url)]
    section = max(inside, key=len, default="")
    return [Link(label, url, url == request.path, url == section) for label, url in found]


def next_url(request: HttpRequest) -> str:
    """The page asked for before sign-in, when it is an address of ours (a word alone would name a route)."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else ""


def with_next(route: str, after: str) -> str:
    """Address of a door that leads on to the page asked for before it."""
    return reverse(route, query={"next": after} if after else {})


def home_url(request: HttpRequest) -> str:
    """Where every way home leads who is asking: the logo, «Início», «Ir para o início», and the end of a sign-in."""
    kind, asked = _kind_of(request), _asked(request)
    return reverse(next((entry.route for entry in HOMES if _is_for(entry, asked, kind)), "common:home"))


def _asked(request: HttpRequest) -> Any:
    """Whose rights count: in a session of the SIOPS those of the role acted in, not of the account."""
    return getattr(request, "acting", None) or getattr(request, "user", None)


def _kind_of(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ANONYMOUS
    session = getattr(request, "session", {})
    return SIOPS if session.get("siops") else str(user.kind)


def _is_for(entry: Entry, asked: Any, kind: str) -> bool:
    if kind not in entry.kinds or (entry.is_for_demo and not settings.DEMO):
        return False
    return not entry.permission or bool(asked.has_perm(entry.permission))
