"""The public pages of the house, its error pages and its static files."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import reverse

from common import fidelity, glossary, house, switches
from common.exceptions import RuleBroken
from config.static_files import PUBLISHED
from tests.factories import make_organisation

DOCS = Path(__file__).resolve().parents[2] / "docs"
PUBLIC = ["/", "/fidelidade/", "/glossario/"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PUBLIC)
class TestPublicPages:
    def test_it_costs_no_query(self, client: Client, path: str, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            assert client.get(path).status_code == 200

    def test_it_warns_that_it_is_simulated(self, client: Client, path: str) -> None:
        html = client.get(path).content.decode()
        words = " ".join(re.sub(r"<[^>]+>", "", html).split())
        assert "AMBIENTE SIMULADO – sem valor legal – não use dados reais" in words
        assert '<meta name="robots" content="noindex, nofollow">' in html
        assert '<html lang="pt-BR">' in html

    def test_it_has_one_heading_and_nothing_inline(self, client: Client, path: str) -> None:
        response = client.get(path)
        html = response.content.decode()
        assert len(re.findall(r"<h1[ >]", html)) == 1
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html)
        assert not re.search(r"(src|href)=\"(https?:)?//", html)
        assert "default-src 'self'" in response["Content-Security-Policy"]

    def test_only_reading_is_answered(self, client: Client, path: str) -> None:
        assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_who_is_signed_in_goes_on_to_the_portal(client: Client) -> None:
    client.force_login(make_organisation().user)
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/e-gestor/")


def test_the_home_says_where_the_api_is(client: Client) -> None:
    with override_settings(TLS_URL="https://127.0.0.1:9443"):
        html = client.get("/").content.decode()
    assert "https://127.0.0.1:9443/api/token" in html


def test_the_home_opens_every_system_and_every_path(client: Client) -> None:
    answer = client.get("/")
    html = answer.content.decode()

    for system in house.system_cards():
        assert f'<a href="{reverse(system.route)}">{system.title}</a>' in html
    assert [card.path.minutes for card in answer.context["cards"]] == sorted(p.minutes for p in house.rail_paths())
    for path in house.rail_paths():
        assert f"{path.steps} passos · {path.roles} papéis · {path.minutes} min" in html


def test_outside_the_demonstration_a_path_begins_by_entering(client: Client, settings: Any) -> None:
    settings.DEMO = False
    answer = client.get("/")
    assert [card.start for card in answer.context["cards"]] == [None] * len(house.rail_paths())
    assert reverse("accounts:continue_as") not in answer.content.decode()


def test_the_footer_links_to_the_code_when_told_where_it_is(client: Client) -> None:
    assert ">Código</a>" not in client.get("/glossario/").content.decode()
    with override_settings(SOURCE_URL="https://codigo.example/ensaio"):
        assert '<a href="https://codigo.example/ensaio">Código</a>' in client.get("/glossario/").content.decode()


def test_robots_are_sent_away(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response.content == b"User-agent: *\nDisallow: /\n"


def test_fidelity_in_the_repository_is_the_one_of_the_page(client: Client) -> None:
    assert (DOCS / "fidelity.md").read_text() == fidelity.as_markdown(), "run: python manage.py fidelity"
    html = client.get("/fidelidade/").content.decode()
    for area in fidelity.areas():
        assert area.title in html
        assert all(row.switch in html for row in area.behaviours)
    assert len(fidelity.gaps()) == 22


def test_every_switch_of_the_fidelity_page_is_a_setting_of_the_environment() -> None:
    base = (DOCS.parent / "config" / "settings" / "base.py").read_text()
    named = {row.switch for area in fidelity.areas() for row in area.behaviours} - {""}
    assert {name for name in named - switches.BY_VARIABLE.keys() if f'"{name}"' not in base} == set()


def test_the_glossary_page_shows_every_row_of_the_document(client: Client) -> None:
    html = client.get("/glossario/").content.decode()
    terms = glossary.terms()
    assert len(terms) >= 20
    assert all(f"<code>{term.identifier}</code>" in html for term in terms)
    assert ("RNDS", "Rede Nacional de Dados em Saúde") in glossary.acronyms()


@pytest.mark.django_db
def test_an_unknown_address_answers_in_portuguese_with_the_request_id(client: Client) -> None:
    response = client.get("/nao-existe/")
    assert response.status_code == 404
    assert "Página não encontrada" in response.content.decode()
    assert response["X-Simulador-Request-Id"] in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "405.html", "500.html", "503.html"])
def test_an_error_page_needs_nothing_to_be_drawn(name: str) -> None:
    html = render_to_string(name)
    assert "AMBIENTE SIMULADO" in html
    assert html.count("<h1>") == 1


def test_a_refusal_is_told_in_its_own_words() -> None:
    html = render_to_string("refusal.html", {"refusal": RuleBroken("Token não encontrado.")})
    assert "Token não encontrado." in html


class TestStaticFiles:
    @pytest.mark.parametrize("name", PUBLISHED)
    def test_what_is_published_of_the_wheels_exists(self, name: str) -> None:
        assert Path(str(finders.find(name))).is_file()

    @pytest.mark.parametrize(
        "name", ["vendors/serpro/govbr.svg", "dsgovbr/govbr.png", "favicon.ico", "dsgovbr/core.min.js"]
    )
    def test_nothing_else_of_them_is(self, name: str) -> None:
        assert not finders.find(name)

    def test_production_hashes_every_file_and_our_modules_import_the_hashed_ones(self, tmp_path: Path) -> None:
        storages = {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "config.static_files.HashedStorage"},
        }
        with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
            call_command("collectstatic", interactive=False, verbosity=0)
            html = render_to_string("404.html")
        address = re.search(r'src="/static/(js/ensaio\.[0-9a-f]{12}\.js)"', html)
        assert address
        imports = re.findall(r'from "\./([^"]+)"', (tmp_path / address[1]).read_text())
        assert imports
        for name in imports:
            assert re.fullmatch(r"[a-z]+\.[0-9a-f]{12}\.js", name)
            assert (tmp_path / "js" / name).is_file()
        assert not list(tmp_path.rglob("*govbr.*"))
