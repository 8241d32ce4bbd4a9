"""Dates, numbers, tags, pager and menu: what the parts of every page print."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from common import house
from common.navigation import menu
from common.templatetags import ensaio
from common.text import searchable
from common.ui import Step, StepState, Tone, paginate, search_text

MIDNIGHT = datetime(2023, 6, 8, 3, 0, tzinfo=UTC)
BEFORE_MIDNIGHT = datetime(2023, 6, 8, 2, 59, 59, 999999, tzinfo=UTC)


def text_of(source: str, **context: Any) -> str:
    return " ".join(Template("{% load ensaio %}" + source).render(Context(context)).split())


@pytest.mark.parametrize(
    ("expression", "value", "shown"),
    [
        ("v|cpf", "52998224725", "529.982.247-25"),
        ("v|cpf_masked", "52998224725", "***.982.247-**"),
        ("v|cnpj", "12ABC34501DE35", "12.ABC.345/01DE-35"),
        ("v|cns", "700000000000005", "700 0000 0000 0005"),
        ("v|phone", "68999991234", "(68) 99999-1234"),
        ("v|cep", "07084250", "07084-250"),
        ("v|brasilia", BEFORE_MIDNIGHT, "07/06/2023 às 23:59"),
        ("v|brasilia", MIDNIGHT, "08/06/2023 às 00:00"),
        ("v|brasilia_date", BEFORE_MIDNIGHT, "07/06/2023"),
        ("v|brasilia", None, "–"),
        ("v|cpf", "", "–"),
    ],
)
def test_filters(expression: str, value: Any, shown: str) -> None:
    assert text_of("{{ " + expression + " }}", v=value) == shown


def test_a_status_is_a_word_with_a_colour() -> None:
    html = render_to_string("components/tag.html", {"text": "REVOGADA", "status": "revoked"})
    assert "REVOGADA" in html
    assert "is-danger" in html
    assert "is-neutral" in render_to_string("components/tag.html", {"text": "OUTRA", "status": "unheard_of"})


def test_a_draft_is_neutral_and_what_runs_is_not() -> None:
    tones = house.tones()
    assert tones["draft"] == Tone.NEUTRAL
    assert tones["sent"] == Tone.INFO


def pager(rows: int, *, address: str = "/", per_page: int = 20, total: int | None = None) -> str:
    request = RequestFactory().get(address)
    page = paginate(request, range(rows), per_page=per_page)
    context = {"page": page, "request": request} | ({} if total is None else {"total": total})
    return " ".join(render_to_string("components/pagination.html", context).split())


def test_the_pager_speaks_as_the_real_screen() -> None:
    assert "Mostrando 4 registros nessa página, 4 filtrados no total de 4 registros" in pager(4)
    html = pager(21, address="/?pagina=2")
    words = " ".join(Template("{{ h|striptags }}").render(Context({"h": html})).split())
    assert "nessa página, 21 filtrados" in words
    assert "Primeiro Página anterior" in words.replace("« ", "").replace(" «", "")
    assert "Página 2" in words
    assert words.endswith("» Último")


def test_the_pager_keeps_the_search_and_tells_filtered_from_all() -> None:
    html = pager(45, address="/?q=ubs&pagina=2", total=183)
    assert "Mostrando 20 registros nessa página, 45 filtrados no total de 183 registros" in html
    assert 'href="?q=ubs&amp;pagina=3"' in html
    assert 'aria-current="page"' in html


@pytest.mark.parametrize(("asked", "given"), [("0", 3), ("99", 3), ("abc", 1), ("-1", 3), ("2", 2), ("\x00", 1)])
def test_a_bad_page_number_gives_a_page(asked: str, given: int) -> None:
    assert paginate(RequestFactory().get("/", {"pagina": asked}), range(45)).number == given


def test_many_pages_are_elided() -> None:
    numbers = ensaio.page_numbers(Paginator(range(2000), 20).get_page(50))
    assert numbers == [1, 0, 48, 49, 50, 51, 52, 0, 100]


def test_what_is_searched_is_fit_for_the_database() -> None:
    assert search_text(RequestFactory().get("/", {"q": "  ubs\x00  cen\u202etro "})) == "ubs cen tro"
    assert len(searchable("a" * 500)) == 80


def test_steps_say_state_date_and_who_in_words() -> None:
    steps = [
        Step("Token", "done", MIDNIGHT, "Maria de Souza"),
        Step("Termo", "current"),
        Step("Credencial", "todo"),
        Step("Recusa", "failed"),
    ]
    html = " ".join(render_to_string("components/steps.html", {"steps": steps}).split())
    assert html.count('aria-current="step"') == 1
    for words in (
        "08/06/2023 às 00:00",
        "Maria de Souza",
        "(concluída)",
        "(etapa atual)",
        "(a fazer)",
        "(não concluída)",
    ):
        assert words in html


def test_a_table_is_a_region_that_can_be_scrolled_by_keyboard() -> None:
    html = text_of("{% table caption=c %}<tbody><tr><td>x</td></tr></tbody>{% endtable %}", c="<CREDENCIAIS>")
    assert 'role="region" aria-label="Tabela: &lt;CREDENCIAIS&gt;" tabindex="0"' in html
    assert "<caption>&lt;CREDENCIAIS&gt;</caption>" in html
    assert "<td>x</td>" in html


def request_of(kind: str | None, path: str = "/", *, allowed: tuple[str, ...] = ()) -> Any:
    request: Any = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=kind is not None, kind=kind)
    request.actor = SimpleNamespace(has_perm=allowed.__contains__)
    return request


def test_the_menu_follows_the_kind_of_account() -> None:
    labels = {kind: {link.label for link in menu(request_of(kind))} for kind in (None, "organisation", "person")}
    assert "Entrar" in labels[None]
    assert "Gerar token" in labels["organisation"]
    assert "Gerar token" not in labels["person"]
    assert "Entrar" not in labels["organisation"] | labels["person"]


def test_the_menu_offers_only_what_the_person_may_open() -> None:
    offered = [
        {link.label for link in menu(request_of("person", allowed=allowed))} for allowed in ((), ("rnds.view_pec",))
    ]
    assert "PEC" not in offered[0]
    assert offered[1] - offered[0] == {"PEC"}


def test_the_menu_marks_the_page_and_only_the_nearest_section() -> None:
    where = reverse("egestor:token_create")
    marked = [link for link in menu(request_of("organisation", where)) if link.is_section]
    assert [(link.url, link.is_page) for link in marked] == [(where, True)]
    inside = [link for link in menu(request_of("organisation", f"{where}responsavel/")) if link.is_section]
    assert [(link.url, link.is_page) for link in inside] == [(where, False)]


@pytest.mark.parametrize(
    ("states", "line"),
    [
        (("done", "current", "todo"), "Etapa 2 de 3 – B"),
        (("done", "done", "done"), "Todas as etapas concluídas"),
        (("done", "failed", "todo"), "Ver as etapas"),
    ],
)
def test_the_steps_in_one_line(states: tuple[StepState, ...], line: str) -> None:
    steps = [Step(label, state) for label, state in zip("ABC", states, strict=True)]
    page = render_to_string("components/steps.html", {"steps": steps})
    assert f"<summary>{line}</summary>" in page
