"""The commands `people` and `populate`."""

import json
from collections import namedtuple
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from registry.models import Cns, Person
from registry.population import load
from registry.population.case_list import CASES
from territory.services import load_reference_data

Usage = namedtuple("Usage", "total used free")


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def populate(*words: str, people: str = "60", ibge: str = "3106200") -> str:
    return run("populate", "--people", people, "--ibge", ibge, *words)


@pytest.mark.django_db
@pytest.mark.usefixtures("seeded")
def test_people_tells_the_cases_as_they_are_in_this_room() -> None:
    cases = json.loads(run("people", "--json"))
    assert [case["key"] for case in cases] == [case.key for case in CASES]
    registered = {case.key for case in CASES if case.is_registered}
    for case in cases:
        assert set(case) == {"key", "cpf", "cns", "name", "mother", "birth_date", "ends_in"}
        numbers = {each["number"]: each["type"] for each in case["cns"]}
        assert case["key"] in registered or not numbers
        owners = set(Cns.objects.filter(number__in=numbers).values_list("person__name", flat=True))
        owners |= set(Person.objects.filter(cpf=case["cpf"] or "").values_list("name", flat=True))
        assert owners <= {case["name"]}
        known = Person.objects.filter(name=case["name"], mother=case["mother"], birth_date=case["birth_date"])
        assert known.exists() is (case["key"] in registered)
    table = run("people")
    assert "cpf-suspenso" in table
    assert "Pendente na Receita" in table


@pytest.mark.django_db(transaction=True)
def test_populate_fills_the_room_and_says_how_far_it_is() -> None:
    load_reference_data()
    said = populate()
    assert "Belo Horizonte/MG: faltam 60 de 60 pessoas." in said
    assert "Precisa de 1 MB em disco" in said
    assert "60 de 60 pessoas (100 %)" in said
    assert "Pronto: 60 pessoas, 60 novas" in said
    result = json.loads(populate("--json", people="90"))
    assert (result["people"], result["added"], result["seed"], result["ibge"]) == (90, 30, 1, "3106200")
    assert Person.objects.count() == 90
    assert "faltam 0 de 90 pessoas" in populate(people="90")


@pytest.mark.django_db(transaction=True)
def test_populate_is_refused_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    load_reference_data()
    with pytest.raises(CommandError, match="Não há município"):
        populate(ibge="0000000")
    with pytest.raises(CommandError, match="Informe quantas pessoas"):
        populate(people="0")
    for seed in (2**31, -(2**31) - 1, 2**70):
        with pytest.raises(CommandError, match="A semente vai de -2147483648 a 2147483647"):
            populate("--seed", str(seed))
    with pytest.raises(CommandError, match=r"Acabaram os números de CPF da população: são 3\.000\.000"):
        populate(people="3000001")
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(1, 1, load.bytes_needed(60) - 1))
    with pytest.raises(CommandError, match="Não há espaço em disco"):
        populate()
    assert not Person.objects.exists()
