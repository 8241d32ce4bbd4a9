"""Words and small things of every page: titles, breadcrumbs, pagers, buttons, words that break, printing."""

import re

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.architecture.sources import ROOT
from tests.factories import make_other_entity
from tests.factories.siops import make_acting, make_fund_update
from tests.refusals import page_after
from tests.siops.support import enter
from tests.titles import title_of

pytestmark = pytest.mark.django_db
BUTTON = re.compile(r'<(a|button)\b[^>]*class="br-button[^>]*>(.*?)</\1>', re.DOTALL)


class TestTheTitleOfAPageInError:
    @pytest.mark.parametrize(
        ("address", "data"),
        [
            ("/siops/entrar/token-virtual/", {"cpf": "1"}),
            ("/entrar/fundo/", {"cnpj": "1"}),
            ("/entrar/esqueci/fundo/", {"cnpj": "1"}),
            ("/siops/certificado/solicitar/", {"cpf": "1"}),
            ("/siops/entrar/tecnico/", {"cpf": "1"}),
        ],
    )
    def test_it_begins_with_the_error(self, client: Client, address: str, data: dict[str, str]) -> None:
        assert title_of(page_after(client, client.post(address, data))).startswith("Erro: ")

    def test_a_page_without_a_wrong_form_does_not(self, client: Client) -> None:
        for address in ("/", "/siops/", "/siops/entrar/token-virtual/", "/entrar/"):
            assert "Erro" not in title_of(client.get(address))


class TestTheBreadcrumb:
    def test_every_page_of_the_siops_names_it(self) -> None:
        client = enter(Client(), make_acting("secretary", make_other_entity()))
        for route in ("letter_list", "letter_send", "ticket_list", "technician_register", "certification_orientation"):
            html = client.get(reverse(f"siops:{route}")).content.decode()
            crumbs = re.search(r'<nav class="breadcrumb".*?</nav>', html, re.DOTALL)
            assert crumbs, route
            assert crumbs[0].count(">SIOPS</a>") == 1, route

    def test_other_pages_do_not(self, client: Client) -> None:
        assert ">SIOPS</a>" not in str(
            re.search(r'<nav class="breadcrumb".*?</nav>', page(client, "/fidelidade/"), re.S)
        )


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize(("rows", "pages"), [(1, False), (20, False), (21, True)])
def test_a_table_of_one_page_has_no_pager(rows: int, pages: bool) -> None:
    shown = Paginator(range(rows), 20).get_page(1)
    html = render_to_string("components/pagination.html", {"page": shown}, RequestFactory().get("/"))
    assert ("<nav" in html) is pages
    assert (f"no total de {rows} registro" in html) is (rows > 1)


def test_no_button_shouts_more_than_three_words() -> None:
    loud = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for _, content in BUTTON.findall(path.read_text()):
            text = re.sub(r"<[^>]*>|{[{%].*?[%}]}", " ", content, flags=re.DOTALL)
            words = re.findall(r"[^\W\d_]{2,}", text)
            if len(words) > 3 and all(word.isupper() for word in words):
                loud.append(f"{path.name}: {' '.join(words)}")
    assert not loud


def test_words_break_after_a_slash_and_addresses_after_the_at() -> None:
    html = render_to_string("components/tile.html", {"title": "INSTALAÇÃO/ATUALIZAÇÃO <PEC>", "url": "/x/"})
    assert "INSTALAÇÃO/<wbr>ATUALIZAÇÃO &lt;PEC&gt;" in html


def test_printing_the_anexo_i_prints() -> None:
    acting = make_acting("secretary", make_other_entity())
    update = make_fund_update(acting.entity)
    html = page(enter(Client(), acting), reverse("siops:fund_update_print", args=[update.pk]))
    assert 'data-print="now"' in html
    assert "window.print()" in (ROOT / "static/js/page.js").read_text()
