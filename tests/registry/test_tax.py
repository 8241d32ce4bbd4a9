"""The simulated Receita Federal: the six situations, the comparison, and what a correction leaves behind."""

from dataclasses import asdict
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


def holder(**differs: Any) -> tax.Holder:
    return tax.Holder(**(FACTS | differs))


def checked(**differs: Any) -> tax.Check:
    """The check of a record whose holder the Receita has so."""
    return tax.check(Person(**FACTS), holder(**differs))


@pytest.mark.parametrize(
    ("situation", "effect"),
    [
        ("REGULAR", {"allows", "compares", "hands_over"}),
        ("PENDENTE_REGULARIZACAO", {"allows", "compares", "guidance"}),
        ("SUSPENSA", {"guidance"}),
        ("CANCELADA", {"guidance"}),
        ("TITULAR_FALECIDO", {"guidance"}),
        ("NULA", {"guidance", "alerts_manager"}),
    ],
)
def test_each_situation_has_its_effect(situation: str, effect: set[str]) -> None:
    found = checked(situation=TaxSituation(situation))
    assert {name for name, value in asdict(found.effect).items() if value} == effect
    assert found.allows is ("allows" in effect)


@pytest.mark.parametrize(
    ("differs", "divergent"),
    [
        ({"name": "MARIA APARECIDA IPE"}, ()),
        # Married or divorced: the CADSUS wins.
        ({"name": "Maria Aparecida Jatobá"}, ()),
        ({"name": "Marta Aparecida Ipê"}, ("name",)),
        ({"name": "SEM INFORMAÇÃO"}, ()),
        ({"mother": "Ana Jatobá"}, ("mother",)),
        ({"mother": "SEM INFORMAÇÃO"}, ()),
        ({"birth_date": date(1980, 5, 18)}, ("birth_date",)),
        ({"name": "Maria Jatobá", "mother": "Ana Jatobá"}, ("mother",)),
        ({"sex": "M"}, ()),
        ({"situation": TaxSituation.PENDING, "mother": "Ana Jatobá"}, ("mother",)),
        # Its data are not worth comparing.
        ({"situation": TaxSituation.SUSPENDED, "mother": "Ana Jatobá"}, ()),
    ],
)
def test_the_record_is_compared(differs: dict[str, Any], divergent: tuple[str, ...]) -> None:
    found = checked(**differs)
    assert found.divergent == divergent
    assert found.allows is (not divergent and found.effect.allows)


def test_it_is_asked_for_many_at_once(django_assert_num_queries: Any) -> None:
    same, other = make_person(**FACTS), make_person(**FACTS)
    TaxRecord.objects.create(cpf=other.cpf_text, **FACTS | {"mother": "Ana Jatobá"}, situation=TaxSituation.VOID)
    only_there = TaxRecord.objects.create(cpf=make_cpf(999_998), **FACTS).cpf
    with django_assert_num_queries(2):
        found = tax.ask([same.cpf_text, other.cpf_text, only_there, make_cpf(999_999), ""])
    assert found == {
        same.cpf: holder(),
        other.cpf: holder(mother="Ana Jatobá", situation=TaxSituation.VOID),
        only_there: holder(),
    }


class TestACorrection:
    def correct(self, person: Person, **fields: Any) -> tuple[str, ...]:
        """Correct the record; what the Receita then has otherwise."""
        tax.keep_former(Person.objects.get(pk=person.pk), becomes=fields)
        Person.objects.filter(pk=person.pk).update(**fields)
        return tax.check(Person.objects.get(pk=person.pk), tax.ask([person.cpf_text])[person.cpf_text]).divergent

    def test_leaves_the_receita_as_it_was(self) -> None:
        person = make_person(**FACTS)
        assert self.correct(person, mother="Ana Jatobá") == ("mother",)

    def test_is_told_from_the_first_one_also_after_the_second(self) -> None:
        person = make_person(**FACTS)
        self.correct(person, mother="Ana Jatobá")
        assert self.correct(person, mother="Ana Ipê") == ()

    def test_of_what_the_receita_does_not_know_stores_nothing(self) -> None:
        self.correct(make_person(**FACTS), phone="11999998888")
        tax.keep_former(make_person(cpf=None), becomes={"name": "Outro Nome"})
        assert not TaxRecord.objects.exists()
