"""The kit of screens: a title said once, a trail that is also the way back, tables whose labels are written once."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.urls import reverse

from common.navigation import label_of

PAGE = """{% extends "molds/MOLD.html" %}
{% block title %}Alterar a vigência{% endblock title %}
{% block crumbs %}{% crumb "siops:manager_list" %}{% endblock crumbs %}BLOCKS"""


class OneField(forms.Form):
    name = forms.CharField(label="Nome", help_text="Como está no CADSUS.")


def page(mold: str, blocks: str = "", **context: Any) -> str:
    request = RequestFactory().get("/siops/gestores/1/vigencia/")
    template = engines["django"].from_string(PAGE.replace("MOLD", mold).replace("BLOCKS", blocks))
    return " ".join(template.render(context, request).split())


def table(source: str, **context: Any) -> str:
    return " ".join(Template(source).render(Context(context)).split())


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


class TestAPage:
    def test_the_title_is_said_once_and_heard_in_the_tab_the_trail_and_the_heading(self) -> None:
        html = page("detail")
        assert "Alterar a vigência – Ensaio" in words(html)
        assert re.search(r"<h1>\s*Alterar a vigência\s*</h1>", html)
        assert re.search(r'<span aria-current="page">\s*Alterar a vigência\s*</span>', html)

    def test_a_page_may_say_the_trail_and_the_heading_otherwise(self) -> None:
        blocks = "{% block here %}Vigência{% endblock %}{% block heading %}Mudar as datas?{% endblock %}"
        html = page("detail", blocks)
        assert re.search(r"<h1>\s*Mudar as datas\?\s*</h1>", html)
        assert re.search(r'<span aria-current="page">\s*Vigência\s*</span>', html)

    def test_the_trail_goes_from_home_through_the_system_to_the_page_above(self) -> None:
        trail = re.search(r'<nav class="breadcrumb".*?</nav>', page("detail"))
        assert trail
        assert words(trail[0]) == "Início SIOPS Módulo de Gestores Alterar a vigência"

    def test_the_way_back_is_the_page_above(self) -> None:
        html = page("detail")
        back = re.search(r'<a class="br-button is-back" href="([^"]*)">', html)
        assert back
        assert back[1] == reverse("siops:manager_list")

    def test_what_is_not_there_leaves_no_trace(self) -> None:
        html = page("detail")
        assert 'class="lead"' not in html
        assert 'class="aside"' not in html
        assert 'class="lead"' in page("detail", "{% block lead %}Fulano{% endblock %}")

    def test_a_form_has_one_primary_and_says_what_it_does(self) -> None:
        html = page("form", "{% block submit %}Salvar{% endblock %}", form=OneField({}))
        assert html.count("br-button primary") == 1 + 1  # The second is in the template of the dialog.
        assert "<title>Erro: Alterar a vigência" in html
        assert "Há 1 campo a corrigir" in html

    def test_the_help_of_a_field_comes_after_its_control(self) -> None:
        html = page("form", form=OneField())
        assert html.index('<input type="text"') < html.index("Como está no CADSUS.")

    def test_a_confirmation_is_a_question_with_a_way_out(self) -> None:
        html = page("confirm", "{% block submit %}Encerrar{% endblock %}")
        assert re.search(r'<form method="post"[^>]*class="action-bar"', html)
        assert "Cancelar" in html

    def test_the_menu_and_the_trail_name_a_page_alike(self) -> None:
        assert label_of("siops:manager_list") == "Módulo de Gestores"
        with pytest.raises(StopIteration):
            label_of("siops:manager_history")


class Cells(HTMLParser):
    """Heads and labels of a table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.labels: list[str | None] = []
        self.classes: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"td", "th"} and "data-label" in dict(attrs):
            self.labels.append(dict(attrs)["data-label"])
            self.classes.append(dict(attrs).get("class"))


ROWS = """{% rows people as person caption="Pessoas" %}
  {% column "CPF/Nome" head %}{{ person.name }}{% endcolumn %}
  {% column "Idade" number %}{{ person.age|default:"" }}{% endcolumn %}
  {% column "Ação" actions when=may_act %}<a href="/">Ver</a>{% endcolumn %}
  {% empty %}<p>Ninguém.</p>
{% endrows %}"""
PEOPLE = [{"name": "Ana", "age": 30}, {"name": "<Rui>", "age": None}]


class TestATable:
    def test_a_label_is_written_once_and_heads_the_column_and_each_cell(self) -> None:
        html = table(ROWS, people=PEOPLE, may_act=True)
        assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html) == ["CPF/<wbr>Nome", "Idade", "Ação"]
        assert Cells(html).labels == ["CPF/Nome", "Idade", "Ação"] * 2

    def test_a_row_is_named_by_its_head(self) -> None:
        html = table(ROWS, people=PEOPLE)
        assert html.count('<th scope="row"') == len(PEOPLE)
        assert "&lt;Rui&gt;" in html

    def test_an_empty_cell_says_so_and_is_left_out_on_a_telephone(self) -> None:
        cells = Cells(table(ROWS, people=PEOPLE))
        assert cells.classes == [None, "is-number", None, "is-number is-empty"]

    def test_a_column_is_shown_when_it_is_of_use(self) -> None:
        assert "Ação" not in table(ROWS, people=PEOPLE, may_act=False)

    @pytest.mark.parametrize("nobody", [[], None])
    def test_without_rows_there_is_no_table(self, nobody: Any) -> None:
        assert table(ROWS, people=nobody) == "<p>Ninguém.</p>"

    def test_rows_of_pairs_are_unpacked_and_counted(self) -> None:
        cell = '{% column "N" %}{{ row_index }}:{{ number }}{{ word }}{% endcolumn %}'
        source = '{% rows pairs as number, word caption="P" %}' + cell + "{% endrows %}"
        assert words(table(source, pairs=[(1, "a"), (2, "b")])) == "P N 0:1a 1:2b"

    def test_it_is_a_region_that_can_be_scrolled_by_keyboard(self) -> None:
        assert 'role="region" aria-label="Tabela: Pessoas" tabindex="0"' in table(ROWS, people=PEOPLE)

    def test_a_kind_of_column_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(TemplateSyntaxError, match="unknown kind: wide"):
            Template('{% rows a as b caption="c" %}{% column "d" wide %}{% endcolumn %}{% endrows %}')


def test_a_pager_of_one_row_is_not_shown() -> None:
    source = '{% include "components/pagination.html" %}'
    assert not table(source, page=Paginator([1], 20).get_page(1))
    assert "Mostrando 2 registros" in table(source, page=Paginator([1, 2], 20).get_page(1))
