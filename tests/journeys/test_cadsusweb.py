"""In a browser: a cadastrador registers somebody again by mistake, finds both, corrects, unifies and undoes."""

import re

import pytest

from registry.models import Person
from tests.cadsus.web import make_registrar
from tests.factories import make_municipality, make_uf
from tests.journeys.walker import Walker
from tests.live import LivePortal

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]


@pytest.fixture
def seeded_portal(live_portal: LivePortal) -> LivePortal:
    """Nobody of the demonstration is needed: only where people are born."""
    make_municipality("3106200", "Belo Horizonte", uf=make_uf("31", "MG", "Minas Gerais"))
    return live_portal


NAME, MISSPELT = "Quitéria Lobo Serrano", "Kitéria Lobo Serrano"
MOTHER = "Benedita Lobo Serrano"


def register(walker: Walker, name: str) -> Person:
    walker.go("/cadsus/web/cadastros/novo/")
    walker.press("Cadastrar")
    walker.sees("campos a corrigir")
    page = walker.page
    page.get_by_label("Nome", exact=False).and_(page.locator("#id_name")).fill(name)
    page.locator("#id_mother").fill(MOTHER)
    page.locator("label[for=id_has_no_father]").click()
    page.locator("#id_birth_date").fill("1971-08-04")
    page.locator("#id_sex").select_option("F")
    page.locator("#id_race").select_option("03")
    page.locator("#id_birth_city").fill("Belo Horizonte/MG")
    page.locator("#id_phone").fill("(31) 3333-4444")
    walker.press("Cadastrar")
    walker.sees("Cadastro incluído.")
    return Person.objects.get(name=name)


def search(walker: Walker) -> None:
    walker.go("/cadsus/web/consulta/")
    walker.press("Pesquisar")
    walker.sees("Informe ao menos um dado para pesquisar.")
    walker.page.locator("#id_name").fill(NAME)
    walker.page.locator("#id_birth_date").fill("1971-08-04")
    walker.press("Pesquisar")
    walker.sees("Por que casou")
    walker.sees(NAME)
    walker.sees(MISSPELT)


def correct(walker: Walker, person: Person) -> None:
    walker.go(f"/cadsus/web/cadastros/{person.pk}/")
    walker.press("Editar cadastro")
    walker.page.locator("#id_email").fill("quiteria@ensaio.example")
    walker.press("Salvar correção")
    walker.sees("Cadastro corrigido.")


def unify(walker: Walker, first: Person, second: Person) -> None:
    walker.go("/cadsus/web/duplicados/")
    walker.press("Comparar")
    walker.sees("São a mesma pessoa?")
    walker.press("Unificar…")
    walker.press("Escolher")
    walker.press("Confirmar unificação")
    walker.sees("Este campo é obrigatório.")
    walker.fill("Motivo", "Mesma certidão de nascimento")
    walker.press("Confirmar unificação")
    walker.sees(f"CNS principal: {second.cns[:3] if second.cns else ''}")
    assert Person.objects.get(pk=first.pk).survivor_id == second.pk


def undo(walker: Walker, first: Person, second: Person) -> None:
    correct(walker, second)
    walker.go("/cadsus/web/unificacoes/")
    walker.press("Ver")
    walker.press("Desfazer…")
    walker.sees("Editado no principal depois da unificação")
    walker.sees("quiteria@ensaio.example")
    walker.fill("Motivo", "A certidão era de outra pessoa")
    walker.press("Desfazer unificação")
    walker.sees("Unificação desfeita")
    assert Person.objects.get(pk=first.pk).survivor_id is None


def test_register_find_correct_unify_and_undo(walker: Walker) -> None:
    walker.enter_sgop(make_registrar().login)
    first, second = register(walker, NAME), register(walker, MISSPELT)
    search(walker)
    unify(walker, first, second)
    undo(walker, first, second)
    for address in ("cartoes", "qualidade", "cartao", "situacao", ""):
        walker.go(f"/cadsus/web/cadastros/{second.pk}/{address}/".replace("//", "/"))
    walker.go("/cadsus/web/duplicados/")
    walker.press("Comparar")
    walker.press("Adiar…")
    walker.go(re.sub("adiar/$", "descartar/", walker.page.url))
