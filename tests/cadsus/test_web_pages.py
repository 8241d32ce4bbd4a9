"""The pages of the CADSUSWEB, asked of the server: who gets what, what is told, and what a page never says."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cadsus.forms.fields import M01, M03
from cadsus.messages import M06, M07, M32, M46, M47
from cadsus.models import SuspectedPair, Unification
from cadsus.session import SISREDE
from common.documents import format_cns
from common.models import AuditEvent
from registry.models import Cns, Person, TaxRecord, Transaction
from registry.models.tables import CnsKind
from tests.cadsus.suspects import suspect
from tests.cadsus.web import fresh, make_pair, make_registrar, registrar, unify
from tests.clock import now
from tests.factories import (
    make_cpf,
    make_entity,
    make_establishment,
    make_municipality,
    make_organisation,
    make_person,
    make_staff,
)
from tests.factories.cadsus import end_link_of, link_of, make_municipal_it, make_unit_manager, make_worker, session
from tests.in_room import below
from tests.matrix import Asking, Key, Tables, column_of, has_every_role, roles_of, unlisted

# In groups: nobody; whoever entered the SGOP, cadastrador, consultador; manager and TI; cadastrador whose link ended;
# SISRede; fund and auditor.
COLUMNS = (
    ("anon",),
    ("newcomer", "registrar", "consultant"),
    ("manager", "it"),
    ("late",),
    ("reception",),
    ("fund", "auditor"),
)
ROLES = roles_of(COLUMNS)

# fmt: off
#                                            a nrc mi l r fa
ROUTES: dict[Key, str] = {
    ("person_search", "GET"):               "D F.. .. F D DD",
    ("person_search", "POST"):              "D F.. .. F D DD",
    ("person_create", "GET"):               "D F.F FF F D DD",
    ("person_create", "POST"):              "D F.F FF F D DD",
    ("person_detail", "GET"):               "D F.. .. F D DD",
    ("person_reason", "GET"):               "D F>> >> F D DD",
    ("person_reason", "POST"):              "D F>> >> F D DD",
    ("person_edit", "GET"):                 "D F.F FF F D DD",
    ("person_edit", "POST"):                "D F>F FF F D DD",
    ("person_standing", "GET"):             "D F.F FF F D DD",
    ("person_standing", "POST"):            "D F>F FF F D DD",
    ("person_cards", "GET"):                "D F.. .. F D DD",
    ("cns_give", "POST"):                   "D F>F FF F D DD",
    ("person_quality", "GET"):              "D F.. .. F D DD",
    ("person_card", "GET"):                 "D F.. .. F D DD",
    ("pair_queue", "GET"):                  "D F.. .. F D DD",
    ("pair_detect", "POST"):                "D F>F FF F D DD",
    ("pair_detail", "GET"):                 "D F.. .. F D DD",
    ("pair_postpone", "GET"):               "D F.F FF F D DD",
    ("pair_postpone", "POST"):              "D F.F FF F D DD",
    ("pair_dismiss", "GET"):                "D F.F FF F D DD",
    ("pair_dismiss", "POST"):               "D F.F FF F D DD",
    ("unification_preview", "GET"):         "D F>F FF F D DD",
    ("unification_preview", "POST"):        "D F>F FF F D DD",
    ("unification_list", "GET"):            "D F.. .. F D DD",
    ("unification_detail", "GET"):          "D F.. .. F D DD",
    ("unification_undo", "GET"):            "D F.F FF F D DD",
    ("unification_undo", "POST"):           "D F>F FF F D DD",
}
# fmt: on
TABLES: Tables = (Person, Cns, SuspectedPair, Unification, Transaction)


class World:
    """One unit, two suspects, a record and a unification."""

    def __init__(self) -> None:
        unit = make_establishment()
        self.sgop: dict[str, User] = {
            "newcomer": make_worker(unit),
            "registrar": make_registrar(unit=unit),
            "consultant": make_registrar("consultant", unit=unit),
            "manager": make_unit_manager(unit),
            "it": make_municipal_it(make_establishment(unit.entity)),
            "late": make_registrar(unit=unit),
        }
        end_link_of(self.sgop["late"])
        self.reception = make_worker(unit, "reception")
        self.others = {
            "fund": make_organisation(make_entity()).user,
            "auditor": make_staff("auditor", staff_role=User.StaffRole.AUDITOR),
        }
        pair = suspect(pair=make_pair(), score=96, at=now())
        assert pair is not None
        done = unify(*make_pair(name="Quitéria Lobo Serrano"), by=registrar())
        person = make_person()
        self.arguments: dict[str, list[Any]] = {
            **{name: [person.pk] for name, _ in ROUTES if name.startswith("person_") or name == "cns_give"},
            **{name: [pair.pk] for name, _ in ROUTES if name.startswith("pair_")},
            **{name: [done.pk] for name, _ in ROUTES if name.startswith("unification_")},
            **{
                name: [] for name in ("person_search", "person_create", "pair_queue", "pair_detect", "unification_list")
            },
            "unification_preview": [],
        }

    def enter(self, role: str) -> Client:
        if role in self.sgop:
            return session(self.sgop[role])
        if role == "reception":
            return session(self.reception, SISREDE)
        client = Client()
        if role != "anon":
            client.force_login(self.others[role])
        return client


def answers(roles: Collection[str], rows: Collection[Key]) -> dict[str, dict[Key, str]]:
    world = World()
    addresses = {row: below(reverse(f"cadsus:{row[0]}", args=world.arguments.get(row[0], []))) for row in rows}
    letters: dict[str, dict[Key, str]] = {}
    for role in roles:
        client, asked = world.enter(role), Asking(TABLES)
        letters[role] = {row: asked(client, row[1], address) for row, address in addresses.items()}
    return letters


@pytest.mark.django_db(databases=["default", "control"])
class TestAccess:
    def test_a_row_says_something_of_every_role(self) -> None:
        assert [row for row, letters in ROUTES.items() if not has_every_role(letters, COLUMNS)] == []

    def test_every_route_answers_the_role(self) -> None:
        assert answers(ROLES, ROUTES) == {role: column_of(ROUTES, role, COLUMNS) for role in ROLES}

    def test_a_method_that_is_not_listed_does_not_exist(self) -> None:
        missing = unlisted(ROUTES)
        assert answers(["registrar"], missing)["registrar"] == dict.fromkeys(missing, "-")


@pytest.fixture
def desk() -> Client:
    """The browser of a cadastrador."""
    return session(make_registrar())


def address(name: str, *args: Any) -> str:
    return reverse(f"cadsus:{name}", args=args)


FORM = {
    "name": "Iracema Tavares Mourão",
    "mother": "Jandira Tavares Mourão",
    "has_no_father": "on",
    "birth_date": "1990-05-12",
    "sex": "F",
    "race": "03",
    "nationality": "B",
    "birth_country": "010",
    "birth_city": "Osasco/SP",
    "phone": "(11) 3333-4444",
}


@pytest.mark.django_db
class TestSearch:
    def test_a_number_finds_its_record_and_stays_out_of_the_address(self, desk: Client) -> None:
        person = make_person(name="Belmira Castanho Rios")
        page = desk.post(address("person_search"), {"cns": person.cns, "kind": "approximate"})
        assert "Belmira Castanho Rios" in page.content.decode()
        assert "Número idêntico" in page.content.decode()
        assert person.cpf_text not in page.content.decode()

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({}, M06),
            ({"name": "Belmira Castanho"}, M07),
            ({"cns": "7000"}, M01),
            ({"cns": "700000000000014"}, "CNS inválido: dígito verificador não confere."),
            ({"cns": "7000000000000139"}, M03),
            ({"birth_date": "1700-01-01"}, M46),
            ({"birth_city": "Atlântida/XX"}, "Município não encontrado."),
        ],
    )
    def test_what_is_wrong_is_told(self, desk: Client, typed: dict[str, str], told: str) -> None:
        assert told in desk.post(address("person_search"), {"kind": "identical"} | typed).content.decode()

    def test_why_it_matched_is_said_field_by_field(self, desk: Client) -> None:
        first, _ = make_pair()
        typed = {"name": first.name, "mother": first.mother, "birth_date": "1984-03-09", "kind": "phonetic"}
        page = desk.post(address("person_search"), typed).content.decode()
        assert ["Nome 40 de 40" in page, "Mãe 25 de 25" in page, "Nascimento 25 de 25" in page] == [True] * 3

    def test_a_protected_record_is_found_by_its_number_and_hidden(self, desk: Client) -> None:
        person = make_person(is_protected=True, protected_reason="Programa", name="Otília Segredo Dias")
        page = desk.post(address("person_search"), {"cns": person.cns, "kind": "identical"}).content.decode()
        assert "Cadastro com acesso restrito" in page
        assert "Otília" not in page

    def test_a_list_costs_the_same_with_one_row_and_with_ten(
        self, desk: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(10):
            make_person(name="Zulmira Prates", mother="Ana Prates", birth_date="1970-01-01")
        with django_assert_max_num_queries(14):
            page = desk.post(
                address("person_search"), {"name": "Zulmira Prates", "birth_date": "1970-01-01", "kind": "identical"}
            )
        assert page.content.decode().count("Zulmira Prates") >= 10


@pytest.mark.django_db
class TestRecord:
    def test_it_is_made_with_a_definitive_number(self, desk: Client) -> None:
        make_municipality("3534401", "Osasco")
        answer = desk.post(address("person_create"), FORM)
        made = Person.objects.get(name=FORM["name"])
        assert answer["Location"] == address("person_detail", made.pk)
        assert made.cns is not None
        assert made.cns.startswith("70988")
        assert made.father == "SEM INFORMAÇÃO"
        page = desk.get(answer["Location"]).content.decode()
        assert "Adicionado" in page

    def test_errors_come_all_at_once(self, desk: Client) -> None:
        page = desk.post(address("person_create"), {"name": "J. Silva2", "civil_kind": "91", "street": "Rua A"})
        told = page.content.decode()
        for text in (
            M47,
            "O nome da mãe é obrigatório (use &quot;SEM INFORMAÇÃO&quot; quando desconhecido).",
            "Informe o nome do pai",
            "Informe a matrícula",
            "falta bairro",
            "Telefone",
        ):
            assert text in told
        assert not Person.objects.filter(name="J. Silva2").exists()

    def test_acceptance_10_consultador_edits_by_direct_post(self) -> None:
        person = make_person()
        client = session(make_registrar("consultant"))
        changed = FORM | {"version": person.version, "cpf": person.cpf}
        for name in ("person_edit", "person_standing", "cns_give"):
            answer = client.post(address(name, person.pk), changed | {"reason": "Teste"})
            assert answer.status_code == 403
            assert M32 in answer.content.decode()
        assert client.post(address("person_create"), FORM).status_code == 403
        assert fresh(person).version == person.version
        assert not Transaction.objects.exists()

    def test_opening_one_is_in_the_trail(self) -> None:
        person, user = make_person(), make_registrar()
        session(user).get(address("person_detail", person.pk))
        event = AuditEvent.objects.get(verb="person.consulted")
        assert (event.target_id, event.actor_id) == (str(person.pk), user.pk)
        assert event.details["cnes"] == link_of(user).establishment_id

    def test_a_protected_one_opens_for_who_says_why(self, desk: Client) -> None:
        person = make_person(is_protected=True, protected_reason="Programa", name="Otília Segredo Dias")
        refused = desk.get(address("person_detail", person.pk))
        assert refused["Location"] == address("person_reason", person.pk)
        page = desk.get(refused["Location"]).content.decode()
        assert "Cadastro com acesso restrito. O acesso será auditado." in page
        assert "Otília" not in page
        assert not AuditEvent.objects.filter(verb="person.consulted").exists()
        desk.post(refused["Location"], {"why": "Atendimento de urgência"})
        assert "Otília" in desk.get(address("person_detail", person.pk)).content.decode()
        assert AuditEvent.objects.get(verb="person.consulted").details["why"] == "Atendimento de urgência"

    def test_another_session_must_say_it_again(self) -> None:
        person, user = make_person(is_protected=True, protected_reason="Programa"), make_registrar()
        session(user).post(address("person_reason", person.pk), {"why": "Urgência"})
        assert session(user).get(address("person_detail", person.pk)).status_code == 302

    def test_the_receita_fills_and_locks_four_fields(self, desk: Client) -> None:
        known = {"name": "Aurora Vilas Novaes", "mother": "Célia Vilas Novaes", "birth_date": "1970-02-03", "sex": "F"}
        cpf = TaxRecord.objects.create(cpf=make_cpf(27_182), **known).cpf
        page = desk.post(address("person_create"), FORM | {"cpf": cpf, "buscar": "1"}).content.decode()
        assert "Aurora Vilas Novaes" in page
        assert page.count("readonly") >= 3
        assert not Person.objects.filter(name=FORM["name"]).exists()

    @pytest.mark.parametrize(
        "hostile",
        [
            {"name": "Ana\x00 Souza"},
            {"name": "Ana \u202eazuoS"},
            {"name": "A" * 1_000_000},
            {"name": "<script>alert(1)</script>"},
            {"cpf": "١٢٣٤٥٦٧٨٩٠٩"},
            {"phone": "１１９８７６５４３２１"},
            {"birth_date": "9999-99-99"},
            {"version": "9" * 40},
            {"rg_uf": "\x00"},
            {"birth_city": "\x00/SP"},
            {"registration": "٣" * 32},
        ],
        ids=lambda hostile: next(iter(hostile)),
    )
    def test_what_is_hostile_is_refused_in_words(self, desk: Client, hostile: dict[str, str]) -> None:
        person = make_person()
        for name, args in (("person_create", ()), ("person_edit", (person.pk,))):
            typed = FORM | {"version": str(person.version), "cpf": person.cpf or ""} | hostile
            answer = desk.post(address(name, *args), typed)
            refused = answer.status_code == 200 and "a corrigir" in answer.content.decode()
            assert refused or (name == "person_create" and "version" in hostile)
            assert "<script>alert" not in answer.content.decode()

    @pytest.mark.parametrize(
        "where",
        [
            "duplicados/?fila=%00&pagina=abc",
            "unificacoes/?pagina=-1",
            "unificar/?cadastros=%00&cadastros=١&principal=²",
            "unificar/?cadastros=-1&cadastros=1e9",
        ],
    )
    def test_a_hostile_address_is_answered(self, desk: Client, where: str) -> None:
        assert desk.get(f"{address('web_home')}{where}").status_code in (200, 302)

    @pytest.mark.parametrize("typed", ["\x00", "\u202eanA", "A" * 1_000_000, "<script>", "%", "'; --", "٣"])
    def test_a_hostile_search_is_answered(self, desk: Client, typed: str) -> None:
        for name in ("cpf", "cns", "name", "mother", "birth_date", "birth_city", "kind", "pagina"):
            asked = {"name": "Ana Souza", "birth_date": "1970-01-01", "kind": "identical"} | {name: typed}
            assert desk.post(address("person_search"), asked).status_code == 200

    @pytest.mark.parametrize("name", ["person_detail", "pair_detail", "unification_detail"])
    def test_what_does_not_exist_is_404(self, desk: Client, name: str) -> None:
        assert desk.get(address(name, 2**62)).status_code == 404


@pytest.mark.django_db
def test_a_pair_shows_every_number_with_its_kind(desk: Client) -> None:
    left, right = make_pair()
    provisional = Cns.objects.get(person=right, kind=CnsKind.PROVISIONAL).number
    pair = suspect(pair=(left, right), score=96, at=now())
    assert pair is not None
    told = desk.get(address("pair_detail", pair.pk)).content.decode()
    assert f"{format_cns(left.cns or '')} (Definitivo)" in told
    assert f"{format_cns(right.cns or '')} (Definitivo), {format_cns(provisional)} (Provisório)" in told


@pytest.mark.django_db
class TestUnificationPages:
    def test_the_preview_says_what_stays_and_confirming_does_it(self, desk: Client) -> None:
        first, second = make_pair()
        where = f"{address('unification_preview')}?cadastros={first.pk}&cadastros={second.pk}&principal={second.pk}"
        page = desk.get(where)
        told = page.content.decode()
        assert "Definitivo, principal" in told
        assert "(definitivo)" in told
        answer = desk.post(where, {"reason": "Mesma pessoa", "shown_hash": page.context["preview"].shown_hash})
        assert fresh(first).survivor_id == second.pk
        after = desk.get(answer["Location"]).content.decode()
        assert f"Unificação realizada. CNS principal: {(second.cns or '')[:3]}" in after

    def test_a_reason_is_needed(self, desk: Client) -> None:
        first, second = make_pair()
        where = f"{address('unification_preview')}?cadastros={first.pk}&cadastros={second.pk}"
        shown = desk.get(where).context["preview"].shown_hash
        assert "Este campo é obrigatório." in desk.post(where, {"shown_hash": shown}).content.decode()
        assert fresh(second).survivor_id is None

    @pytest.mark.parametrize("query", ["", "?cadastros=1", "?cadastros=x&cadastros=9", "?cadastros=" + "9" * 400])
    def test_less_than_two(self, desk: Client, query: str) -> None:
        answer = desk.get(address("unification_preview") + query)
        assert answer.status_code in (302, 404)

    def test_undoing_says_first_what_stays(self, desk: Client) -> None:
        first, second = make_pair()
        done = unify(first, second, by=registrar())
        Person.objects.filter(pk=first.pk).update(phone="1144445555")
        page = desk.get(address("unification_undo", done.pk))
        assert "1144445555" in page.content.decode()
        desk.post(
            address("unification_undo", done.pk),
            {"reason": "Eram duas", "shown_hash": page.context["preview"].shown_hash},
        )
        assert (fresh(second).survivor_id, fresh(first).phone) == (None, "1144445555")

    def test_an_absorbed_record_says_into_which(self, desk: Client) -> None:
        first, second = make_pair()
        unify(first, second, by=registrar())
        assert f"cadastro {first.pk}" in desk.get(address("person_detail", second.pk)).content.decode()
        assert desk.get(address("person_edit", second.pk)).status_code == 409
