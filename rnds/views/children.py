"""Step «Indique o estabelecimento filho»: ticks that survive paging and search, without JavaScript."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect

from common.actor import ActorRequest
from common.exceptions import RuleBroken
from common.text import searchable
from rnds.models import CredentialRequest
from rnds.services import requests
from rnds.views.steps import next_slug, step_url

PER_PAGE = 20
SLUG = "filhos"


def table_of(request: ActorRequest, row: CredentialRequest) -> dict[str, Any]:
    """The page of the table that `?q=` and `?pagina=` ask for, and which rows are ticked."""
    search = searchable(request.GET.get("q", ""))
    page = Paginator(requests.selectable_children(row, search), PER_PAGE).get_page(request.GET.get("pagina"))
    chosen = set(row.children.values_list("pk", flat=True))
    return {
        "page": page,
        "rows": [(child, child.pk in chosen) for child in page.object_list],
        "search": search,
        "total": requests.selectable_children(row).count(),
        "chosen": len(chosen),
    }


def handle(request: ActorRequest, row: CredentialRequest, at: datetime) -> HttpResponse | str:
    """Keep the ticks of the page that was sent, then do what its button says; a refusal comes back as its text."""
    sent = request.POST
    given: dict[str, Any] = {"request_id": row.pk, "by": request.actor, "at": at}
    try:
        requests.mark_children(shown=_codes(sent.getlist("shown")), checked=_codes(sent.getlist("children")), **given)
        if "todos" in sent or "nenhum" in sent:
            requests.mark_all_children(search=searchable(sent.get("de", "")), selected="todos" in sent, **given)
        elif "salvar" in sent:
            chosen = list(row.children.values_list("pk", flat=True))
            requests.save_children(cnes=chosen, none_confirmed="none_confirmed" in sent, **given)
            return redirect(step_url(row, next_slug(SLUG)))
    except RuleBroken as refusal:
        return refusal.message
    return redirect(f"{step_url(row, SLUG)}?{_where(request)}")


def _codes(values: list[str]) -> list[str]:
    return [value for value in values if "\x00" not in value]


def _where(request: ActorRequest) -> str:
    """Search and page to show next: a new search begins on the first page."""
    sent = request.POST
    search = searchable(sent.get("q" if "pesquisar" in sent else "de", ""))
    page = sent.get("ir") or ("" if "pesquisar" in sent else sent.get("pagina", ""))
    return urlencode({name: value for name, value in (("q", search), ("pagina", page)) if value})
