"""The simulated Receita Federal: the six situations, the comparison, and what a correction leaves behind."""

from datetime import date
from typing import Any

import pytest

from registry import tax
from registry.models import Person, TaxRecord
from registry.models.tables import TaxSituation
from tests.factories import make_cpf, make_person

pytestmark = pytest.mark.django_db

FACTS: dict[str, Any] = {
    "name": "Maria Aparecida Ipê",
    "mother": "Ana Ipê",
    "birth_date": date(1980, 5, 17),
    "sex": "F",
}


def checked(situation: str = TaxSituation.REGULAR, **differs: Any) -> tax.Check:
    """The check of a record whose CPF the Receita has so."""
    person = make_person(**FACTS)
    TaxRecord.objects.create(cpf=person.cpf_text, **(FACTS | differs), situation=situation)
    answer = tax.check(person)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("situation", "allows", "proposes_death", "alerts_manager"),
    [
        ("REGULAR", True, False, False),
        ("PENDENTE_REGULARIZACAO", True, False, False),
        ("SUSPENSA", False, False, False),
        ("CANCELADA", False, False, False),
        ("TITULAR_FALECIDO", False, True, False),
        ("NULA", False, False, True),
    ],
)
def test_each_situation_has_its_effect(
    situation: str, allows: bool, proposes_death: bool, alerts_manager: bool
) -> None:
    found = checked(situation)
    effect = (found.allows, found.proposes_death, found.alerts_manager)
    assert effect == (allows, proposes_death, alerts_manager)
    assert (found.message == "") == found.is_clean == (situation == "REGULAR")


@pytest.mark.parametrize(
    ("differs", "named", "allows"),
    [
        ({"name": "MARIA APARECIDA IPE"}, (), True),
        ({"name": "Maria Aparecida Jatobá"}, ("name",), True),
        ({"name": "Marta Aparecida Ipê"}, ("name",), False),
        ({"mother": "Ana Jatobá"}, ("mother",), False),
        ({"mother": "SEM INFORMAÇÃO"}, (), True),
        ({"birth_date": date(1980, 5, 18)}, ("birth_date",), False),
        ({"name": "Maria Jatobá", "mother": "Ana Jatobá"}, ("name", "mother"), False),
        ({"sex": "M"}, (), True),
    ],
)
def test_the_record_is_compared(differs: dict[str, Any], named: tuple[str, ...], allows: bool) -> None:
    found = checked(**differs)
    assert (found.differs, found.allows, found.is_clean) == (named, allows, not named)


def test_the_message_names_the_fields_in_words() -> None:
    found = checked(mother="Ana Jatobá", birth_date=date(1980, 5, 18))
    assert found.message.startswith("Dados divergentes da Receita Federal: nome da mãe, data de nascimento.")


def test_what_is_not_stored_is_equal_to_the_record() -> None:
    person = make_person(**FACTS)
    found = tax.check(person)
    assert found is not None
    assert found.is_clean
    assert not TaxRecord.objects.exists()


def test_nobody_is_not_there() -> None:
    assert tax.ask(cpf=make_cpf(999_999)) is None
    assert tax.check(make_person(cpf=None)) is None


class TestACorrection:
    def correct(self, person: Person, **fields: Any) -> tax.Check | None:
        tax.keep_former(Person.objects.get(pk=person.pk), becomes=fields)
        Person.objects.filter(pk=person.pk).update(**fields)
        return tax.check(Person.objects.get(pk=person.pk))

    def test_leaves_the_receita_as_it_was(self) -> None:
        person = make_person(**FACTS)
        found = self.correct(person, mother="Ana Jatobá")
        assert found is not None
        assert found.differs == ("mother",)

    def test_is_told_from_the_first_one_also_after_the_second(self) -> None:
        person = make_person(**FACTS)
        self.correct(person, mother="Ana Jatobá")
        found = self.correct(person, mother="Ana Ipê")
        assert found is not None
        assert found.is_clean

    def test_of_what_the_receita_does_not_know_stores_nothing(self) -> None:
        self.correct(make_person(**FACTS), phone="11999998888")
        self.correct(make_person(cpf=None), name="Outro Nome")
        assert not TaxRecord.objects.exists()
