"""What the database itself refuses in the registry, whoever writes: asked by SQL."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from registry.models import Address, CivilRecord, Cns, Contact, Person, TaxRecord, Transaction
from tests.factories import NOON, make_cns, make_cpf, make_municipality, make_person, make_user

pytestmark = pytest.mark.django_db

OTHER = make_cns(9001)


def run(*statements: str, **values: str | int | None) -> None:
    """The statements in one transaction, with the deferred keys judged at its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def absorb(absorbed: Person, survivor: Person) -> None:
    """What a unification does to the numbers of who is absorbed."""
    run(
        "UPDATE registry_person SET cns = NULL, cpf = NULL, survivor_id = %(survivor)s WHERE id = %(absorbed)s",
        "UPDATE registry_cns SET person_id = %(survivor)s, is_principal = false WHERE person_id = %(absorbed)s",
        absorbed=absorbed.pk,
        survivor=survivor.pk,
    )


def refused(constraint: str, *statements: str, **values: str | int | None) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        run(*statements, **values)


class TestTheNumbersOfAPerson:
    def test_the_one_on_the_record_is_a_number_of_that_person(self) -> None:
        person, other = make_person(), make_person()
        statement = "UPDATE registry_person SET cns = %(cns)s WHERE id = %(id)s"
        refused("person_cns_is_the_principal", statement, cns=other.cns, id=person.pk)
        refused("person_cns_is_the_principal", statement, cns=OTHER, id=person.pk)

    def test_and_the_principal_one(self) -> None:
        person = make_person()
        Cns.objects.create(number=OTHER, person=person, kind="D")
        refused("person_cns_is_the_principal", "UPDATE registry_person SET cns = %(cns)s", cns=OTHER)
        refused("person_cns_is_the_principal", "UPDATE registry_cns SET is_principal = false")

    def test_it_changes_together_with_the_number(self) -> None:
        person = make_person()
        Cns.objects.create(number=OTHER, person=person, kind="D")
        run(
            "UPDATE registry_person SET cns = %(cns)s",
            "UPDATE registry_cns SET is_principal = false",
            "UPDATE registry_cns SET is_principal = true WHERE number = %(cns)s",
            cns=OTHER,
        )
        assert Person.objects.get(pk=person.pk).cns == OTHER

    def test_the_principal_is_definitive_and_the_only_one(self) -> None:
        person = make_person()
        statement = (
            "INSERT INTO registry_cns (number, person_id, kind, is_principal, is_active, is_manual, manual_reason)"
            " VALUES (%(cns)s, %(id)s, %(kind)s, true, true, false, '')"
        )
        refused("cns_principal_is_definitive", statement, cns=OTHER, id=person.pk, kind="P")
        refused("cns_one_principal", statement, cns=OTHER, id=person.pk, kind="D")

    def test_a_number_has_one_owner(self) -> None:
        person = make_person()
        with pytest.raises(IntegrityError, match="registry_cns_pkey"), transaction.atomic():
            Cns.objects.create(number=str(person.cns), person=make_person(), kind="D")

    def test_nobody_shares_a_cpf(self) -> None:
        person, other = make_person(), make_person()
        refused("cpf", "UPDATE registry_person SET cpf = %(cpf)s WHERE id = %(id)s", cpf=person.cpf_text, id=other.pk)

    def test_people_without_numbers_exist(self) -> None:
        for _ in range(2):
            make_person(cpf=None, cns=None)
        assert Person.objects.filter(cpf=None, cns=None).count() == 2


class TestUnification:
    def test_who_was_absorbed_has_no_number_left(self) -> None:
        person, survivor = make_person(cns=None), make_person()
        statement = "UPDATE registry_person SET survivor_id = %(survivor)s WHERE id = %(id)s"
        refused("person_absorbed_has_no_number", statement, survivor=survivor.pk, id=person.pk)

    def test_no_chain_can_exist(self) -> None:
        first, second, third = (make_person() for _ in range(3))
        absorb(first, second)
        with pytest.raises(IntegrityError, match="person_survivor_stands"):
            absorb(second, third)
        with pytest.raises(IntegrityError, match="person_survivor_stands"):
            absorb(third, first)

    def test_not_even_of_one(self) -> None:
        person = make_person()
        with pytest.raises(IntegrityError, match="person_survivor_stands"):
            absorb(person, person)

    def test_one_survivor_may_have_absorbed_several_and_pass_them_on(self) -> None:
        first, second, third = (make_person() for _ in range(3))
        absorb(first, second)
        run("UPDATE registry_person SET survivor_id = %(to)s WHERE survivor_id = %(by)s", by=second.pk, to=third.pk)
        absorb(second, third)
        assert list(Person.objects.filter(is_standing=True)) == [third]
        assert third.cns_numbers.filter(is_principal=True).count() == 1
        assert third.cns_numbers.count() == 3

    def test_who_has_an_account_cannot_be_absorbed(self) -> None:
        user, survivor = make_user(), make_person()
        assert user.person
        with pytest.raises(IntegrityError, match="user_person_stands"):
            absorb(user.person, survivor)

    def test_nor_can_who_was_absorbed_get_one(self) -> None:
        person = make_person()
        absorb(person, make_person())
        with pytest.raises(IntegrityError, match="user_person_stands"), transaction.atomic():
            User.objects.create_user("alguem", kind=User.Kind.PERSON, name=person.name, person=person)


class TestTheRecord:
    @pytest.mark.parametrize(
        ("constraint", "change"),
        [
            ("person_inactive_has_reason", "UPDATE registry_person SET is_active = false"),
            ("person_protected_has_reason", "UPDATE registry_person SET is_protected = true"),
            ("person_quality_is_a_percentage", "UPDATE registry_person SET quality = 101"),
            ("person_name_and_mother_are_said", "UPDATE registry_person SET mother = ''"),
            ("person_numbers_are_whole", "UPDATE registry_person SET cpf = ''"),
            ("cns_manual_has_reason", "UPDATE registry_cns SET is_manual = true"),
        ],
    )
    def test_says_what_it_must(self, constraint: str, change: str) -> None:
        make_person()
        refused(constraint, change)

    def test_an_address_is_whole_in_brazil_and_a_city_abroad(self) -> None:
        person = make_person()
        with pytest.raises(IntegrityError, match="address_in_brazil_or_abroad"), transaction.atomic():
            Address.objects.create(person=person, municipality=make_municipality(), street="Rua do Ensaio")
        Address.objects.create(person=person, kind="WP", country="045", foreign_city="Lisboa")

    @pytest.mark.parametrize(
        ("facts", "is_whole"),
        [
            ({"registration": "1" * 32}, True),
            ({"registration": "1" * 31}, False),
            ({"registration": "1" * 32, "book": "A1"}, False),
            ({"notary": "1º Ofício", "book": "A1", "sheet": "7", "entry": "99"}, True),
            ({"notary": "1º Ofício", "book": "A1", "sheet": "7"}, False),
        ],
    )
    def test_a_certidao_is_of_the_old_model_or_of_the_new_one(self, facts: dict[str, str], is_whole: bool) -> None:
        row = CivilRecord(person=make_person(), kind="91", **facts)
        with nullcontext() if is_whole else pytest.raises(IntegrityError, match="of_one_model"), transaction.atomic():
            row.save()

    @pytest.mark.parametrize(("kind", "value"), [("NET", "11987654321"), ("PRN", "ana@ensaio.example"), ("ASN", "")])
    def test_a_contact_is_of_its_kind(self, kind: str, value: str) -> None:
        with pytest.raises(IntegrityError, match="contact_is_of_its_kind"), transaction.atomic():
            Contact.objects.create(person=make_person(), kind=kind, value=value)

    def test_the_receita_knows_a_year_of_death_only_of_the_dead(self) -> None:
        row = TaxRecord(
            cpf=make_cpf(1), name="Ana", mother="Rita", birth_date=date(1950, 1, 1), sex="F", death_year=2020
        )
        with pytest.raises(IntegrityError, match="tax_record_death_has_year"), transaction.atomic():
            row.save()

    def test_the_history_is_never_changed(self) -> None:
        row = Transaction.objects.create(kind="ADICIONADO", at=NOON, person=make_person(), routine="ensaio")
        refused("append-only", "UPDATE registry_transaction SET kind = 'ATIVO'")
        refused("append-only", "DELETE FROM registry_transaction")
        assert Transaction.objects.get() == row


def test_enrolled_people_have_their_keys_and_their_principal_number() -> None:
    rows = [
        Person(cpf=None, cns=make_cns(n), name=f"Maria {n} Souza", mother="Ana Souza", birth_date=date(1980, 1, n))
        for n in (1, 2)
    ]
    first, second = Person.objects.enrol(rows)
    assert all((person.phonetic, person.mother_phonetic) != ("", "") for person in (first, second))
    numbers = Cns.objects.order_by("number").values_list("number", "person", "kind", "is_principal")
    assert list(numbers) == [(person.cns, person.pk, "D", True) for person in (first, second)]


def test_a_mother_nobody_knows_has_no_key() -> None:
    assert make_person(mother="SEM INFORMAÇÃO").mother_phonetic == ""
