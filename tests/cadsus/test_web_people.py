"""The verbs on one record: what they write, whom they refuse, and that a refusal leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from cadsus.models import SuspectedPair
from cadsus.services import people, revenue
from cadsus.services.people import ManualCns, Record
from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from registry import keys, numbers
from registry.models import Cns, Person, TaxRecord, Transaction
from territory.models import Establishment
from tests.cadsus.web import facts_of, fresh, make_citizen, make_cns_row, make_pair, make_registrar, registrar, unify
from tests.clock import now, today
from tests.concurrency import at_once
from tests.factories import make_cns, make_cpf, make_user
from tests.factories.cadsus import in_sgop, make_municipal_it, make_unit_manager
from tests.switches import Switch

pytestmark = pytest.mark.django_db


def new(**changed: Any) -> Record:
    """Somebody whom nobody registered yet."""
    given = {"cpf": None, "name": "Rosalva Quintão Bispo", "birth_date": date(1999, 2, 1)}
    return facts_of(make_citizen(), **given | changed)


def create(record: Record, manual: ManualCns | None = None, by: Actor | None = None) -> Person:
    return people.create_person(record=record, manual=manual, by=by or registrar(), at=now())


def correct(person: Person, **options: Any) -> Person:
    changed = {name: options.pop(name) for name in list(options) if name in facts_of(person).person}
    by, why = options.get("by") or registrar(), options.get("why", "")
    record = facts_of(person, **changed)
    return people.correct_person(person_id=person.pk, version=person.version, record=record, why=why, by=by, at=now())


def code_of(refusal: Any) -> set[str]:
    return {broken.code for broken in refusal.value.broken}


class TestCreate:
    def test_numbers_come_one_after_the_other(self) -> None:
        made = [create(new()).cns for _ in range(2)]
        assert made == [numbers.screen_cns("D", 1), numbers.screen_cns("D", 2)]

    def test_the_record_is_whole(self) -> None:
        made = create(new())
        row = Cns.objects.get(person=made)
        assert (row.kind, row.is_principal, row.is_manual, row.assigned_on) == ("D", True, False, today())
        assert made.phonetic == keys.key(made.name)
        assert made.quality > 50
        assert Transaction.objects.get(person=made).kind == "ADICIONADO"
        assert AuditEvent.objects.get(verb="person.created").target_id == str(made.pk)

    def test_a_provisional_number_typed_is_no_principal(self) -> None:
        made = create(new(), ManualCns(number=make_cns(5), kind="P", reason="Cartão antigo"))
        row = Cns.objects.get(person=made)
        assert (made.cns, row.is_manual, row.is_principal, row.manual_reason) == (None, True, False, "Cartão antigo")

    def test_a_definitive_number_typed_is_the_principal(self) -> None:
        made = create(new(), ManualCns(number=make_cns(5), kind="D", reason="Cartão antigo"))
        assert fresh(made).cns == make_cns(5)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"race": "05"}, "no_ethnicity"),
            ({"birth_city": None}, "no_birth_city"),
            ({"birth_date": date(1800, 1, 1)}, "birth_date"),
        ],
    )
    def test_a_rule_of_the_record(self, changed: dict[str, Any], code: str) -> None:
        before = Person.objects.count()
        with pytest.raises(RuleBroken) as refusal, transaction.atomic():
            create(new(**changed))
        assert code_of(refusal) == {code}
        assert Person.objects.count() <= before + 2
        assert not Person.objects.filter(name="Rosalva Quintão Bispo").exists()

    def test_born_today_and_not_tomorrow(self) -> None:
        create(new(birth_date=today()))
        with pytest.raises(RuleBroken, match="Data de nascimento inválida"):
            create(new(birth_date=today() + timedelta(days=1)))

    def test_a_number_has_one_owner(self) -> None:
        other = make_citizen()
        with pytest.raises(RuleBroken, match="Já existe cadastro com este CPF"):
            create(new(cpf=other.cpf))
        with pytest.raises(RuleBroken) as refusal:
            create(new(), ManualCns(number=other.cns or "", kind="D", reason=""))
        assert code_of(refusal) == {"cns_taken", "no_reason"}

    def test_what_came_from_the_receita_is_asked_again(self) -> None:
        cpf = make_cpf(77_777)
        TaxRecord.objects.create(cpf=cpf, name="Nair Prado", mother="Eva Prado", birth_date="1970-02-03", sex="F")
        record = new(cpf=cpf, name="Outro Nome")
        made = create(Record(person=record.person, from_revenue=True))
        assert (made.name, made.mother, made.birth_date, made.from_revenue) == (
            "Nair Prado",
            "Eva Prado",
            date(1970, 2, 3),
            True,
        )

    def test_somebody_alike_goes_to_the_queue(self) -> None:
        first, _ = make_pair()
        made = create(facts_of(first, cpf=None))
        assert {(pair.left_id, pair.right_id) for pair in SuspectedPair.objects.filter(right=made)} >= {
            (first.pk, made.pk)
        }


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_different_numbers() -> None:
    records, users = [new(), new(name="Outra Pessoa Qualquer")], [make_registrar(), make_registrar()]
    made = at_once(
        lambda: create(records[0], by=in_sgop(users[0])),
        lambda: create(records[1], by=in_sgop(users[1])),
    )
    assert len({person.cns for person in made}) == 2


class TestCorrect:
    def test_keys_and_history_are_written_anew(self) -> None:
        person = make_citizen()
        correct(person, name="Wellington Sousa")
        after = fresh(person)
        assert after.phonetic == keys.key("Wellington Sousa")
        assert after.search_name == "WELLINGTON SOUSA"
        assert after.version == person.version + 1
        row = Transaction.objects.get(person=person)
        assert (row.kind, row.before["person"][0]["name"], row.after["person"][0]["name"]) == (
            "ATUALIZADO",
            person.name,
            "Wellington Sousa",
        )

    def test_the_receita_goes_on_knowing_what_it_knew(self) -> None:
        person = make_citizen()
        correct(person, phone="1133334444")
        assert not TaxRecord.objects.exists()
        correct(fresh(person), name="Nome de Casada Ribeiro")
        assert TaxRecord.objects.get(cpf=person.cpf).name == person.name

    def test_who_was_slower_is_told(self) -> None:
        person = make_citizen()
        correct(person, phone="1133334444")
        with pytest.raises(RuleBroken, match="Os dados do CADSUS mudaram durante a conferência"):
            correct(person, phone="1155556666")
        assert fresh(person).phone == "1133334444"

    def test_what_came_from_the_receita_does_not_change(self) -> None:
        person = make_citizen(from_revenue=True)
        with pytest.raises(RuleBroken, match="veio da Receita"):
            correct(person, name="Outro Nome Qualquer")
        correct(person, phone="1133334444")

    def test_a_cpf_is_added_and_then_stays(self) -> None:
        person = make_citizen(cpf=None)
        correct(person, cpf=make_cpf(4242))
        with pytest.raises(RuleBroken, match="CPF do cadastro não se altera"):
            correct(fresh(person), cpf=make_cpf(4243))

    def test_an_absorbed_record_is_not_written(self) -> None:
        first, second = make_pair()
        unify(first, second, by=registrar())
        with pytest.raises(NotAllowedNow):
            correct(fresh(second))

    def test_a_protected_record_needs_a_reason(self) -> None:
        person = make_citizen(is_protected=True, protected_reason="Programa")
        with pytest.raises(RuleBroken, match="acesso restrito"):
            correct(person, phone="1133334444")
        correct(person, phone="1133334444", why="Urgência")

    @pytest.mark.parametrize("who", ["consultant", "manager", "it", "nobody"])
    def test_only_the_cadastrador_writes(self, who: str, unit: Establishment) -> None:
        person = make_citizen()
        makers: dict[str, Callable[[], User]] = {
            "consultant": lambda: make_registrar("consultant"),
            "manager": lambda: make_unit_manager(unit),
            "it": lambda: make_municipal_it(unit),
            "nobody": make_user,
        }
        user = makers[who]()
        with pytest.raises(NotPermitted):
            correct(person, phone="1133334444", by=in_sgop(user))
        assert fresh(person).phone == person.phone
        assert not Transaction.objects.exists()


class TestStanding:
    def set(self, person: Person, *, is_active: bool, reason: str = "Erro de digitação") -> Person:
        return people.set_standing(
            person_id=person.pk,
            version=fresh(person).version,
            is_active=is_active,
            reason=reason,
            why="",
            by=registrar(),
            at=now(),
        )

    def test_there_and_back(self) -> None:
        person = make_citizen()
        self.set(person, is_active=False)
        assert (fresh(person).is_active, fresh(person).inactive_reason) == (False, "Erro de digitação")
        self.set(person, is_active=True)
        assert (fresh(person).is_active, fresh(person).inactive_reason) == (True, "")
        assert set(Transaction.objects.values_list("kind", flat=True)) == {"DESATIVO", "ATIVO"}

    def test_not_twice(self) -> None:
        with pytest.raises(NotAllowedNow):
            self.set(make_citizen(), is_active=True)


class TestDefinitive:
    def test_who_has_only_provisional_ones_gets_one(self) -> None:
        person = make_citizen(cns=None)
        old = make_cns_row(person)
        people.give_definitive(person_id=person.pk, version=1, why="", by=registrar(), at=now())
        assert fresh(person).cns == numbers.screen_cns("D", 1)
        assert Cns.objects.get(pk=old.pk).person == person

    def test_not_a_second_one(self) -> None:
        with pytest.raises(RuleBroken, match="já tem CNS definitivo"):
            people.give_definitive(person_id=make_citizen().pk, version=1, why="", by=registrar(), at=now())


class TestRevenue:
    def test_without_a_row_it_knows_what_the_registry_knows(self) -> None:
        person = make_citizen()
        assert revenue.look_up(person.cpf_text, of=person).name == person.name

    def test_it_never_tells_what_another_record_says(self) -> None:
        with pytest.raises(RuleBroken, match="Já existe cadastro com este CPF"):
            revenue.look_up(make_citizen().cpf_text, of=None)

    def test_it_goes_on_knowing_what_it_knew_when_the_cpf_moves(self) -> None:
        first, second = make_pair(name="Zuleika Pinho")
        unify(second, first, by=registrar())
        assert revenue.look_up(first.cpf_text, of=fresh(second)).name == first.name

    def test_not_regular(self) -> None:
        person = make_citizen()
        TaxRecord.objects.create(
            cpf=person.cpf_text, name="Nair", mother="Eva", birth_date="1970-02-03", sex="F", situation="SUSPENSA"
        )
        with pytest.raises(RuleBroken, match="Situação do CPF na Receita Federal: Suspensa"):
            revenue.look_up(person.cpf_text, of=person)

    def test_unknown(self) -> None:
        with pytest.raises(RuleBroken, match="não consta"):
            revenue.look_up(make_cpf(31_415), of=None)

    def test_unavailable(self, switch: Switch) -> None:
        switch(cadsus_available=False)
        with pytest.raises(RuleBroken, match="indisponível"):
            revenue.look_up(make_cpf(31_415), of=None)
