"""The guias Contatos and Documentos: what may not be half filled, and that what is written comes up again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cadsus.forms.people import NewPersonForm
from registry.models import Address, Document, Person
from tests.cadsus.test_web_pages import FORM, address
from tests.cadsus.web import make_registrar
from tests.factories import make_municipality, make_uf
from tests.factories.cadsus import session

pytestmark = pytest.mark.django_db

RG = {"rg_number": "MG-12.345", "rg_issuer": "SSP", "rg_issued_on": "2010-05-01"}
CNH = {"cnh_number": "012.345.678-90", "cnh_issued_on": "2019-03-02"}
VOTER = {"voter_number": "0123 4567 8901", "voter_zone": "12", "voter_section": "345"}
CTPS = {"ctps_number": "1234567", "ctps_series": "00012", "ctps_issued_on": "2001-01-09"}
PASSPORT = {
    "passport_number": "FX123456",
    "passport_country": "045",
    "passport_issued_on": "2022-01-01",
    "passport_expires_on": "2032-01-01",
}
IN_BRAZIL = {
    "home_country": "010",
    "municipality": "Osasco/SP",
    "district": "Centro",
    "street_kind": "081",
    "street": "das Flores",
    "number": "S/N",
}
ABROAD = {"home_country": "045", "foreign_city": "Lisboa"}


@pytest.fixture(autouse=True)
def _osasco() -> None:
    make_municipality("3534401", "Osasco", uf=make_uf("35", "SP", "São Paulo"))


def wrong(**typed: str) -> set[str]:
    return set(NewPersonForm(FORM | typed).errors)


@pytest.mark.parametrize("typed", [VOTER, PASSPORT, IN_BRAZIL, ABROAD, {"home_country": ""}, {"home_country": "010"}])
def test_what_is_whole_is_taken(typed: dict[str, str]) -> None:
    assert wrong(**typed) == set()


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        # A number asks for what the document cannot do without; what is left of a document asks for its number.
        ({"rg_number": "1"}, {"rg_issuer", "rg_uf", "rg_issued_on"}),
        ({"cnh_number": "01234567890"}, {"cnh_uf", "cnh_issued_on"}),
        ({"voter_number": "012345678901"}, {"voter_section"}),
        ({"ctps_number": "1"}, {"ctps_series", "ctps_issued_on"}),
        ({"passport_number": "FX1"}, {"passport_country", "passport_issued_on", "passport_expires_on"}),
        ({"voter_zone": "1"}, {"voter_number"}),
        ({"ctps_series": "1"}, {"ctps_number"}),
        ({"cnh_number": "0123"}, {"cnh_number"}),
        ({"voter_section": "٣٤٥"}, {"voter_section"}),
        # An address is whole, and in one country.
        ({"street": "das Flores"}, {"municipality", "district", "street_kind", "number"}),
        ({"home_country": "045"}, {"foreign_city"}),
        (IN_BRAZIL | ABROAD, {"municipality"}),
        (IN_BRAZIL | {"foreign_city": "Lisboa"}, {"foreign_city"}),
        ({"home_country": "Portugal"}, {"home_country"}),
    ],
)
def test_what_is_half_filled_is_asked_for(typed: dict[str, str], fields: set[str]) -> None:
    assert wrong(**typed) == fields


def test_every_document_and_an_address_abroad_come_up_again() -> None:
    client: Client = session(make_registrar())
    uf = make_uf("35", "SP", "São Paulo").pk
    ufs = {"rg_uf": uf, "cnh_uf": uf, "ctps_uf": uf}
    certificate = {"civil_kind": "91", "notary": "1º Ofício", "book": "A1", "sheet": "2", "entry": "3"}
    papers: dict[str, Any] = (
        certificate | RG | CNH | VOTER | CTPS | PASSPORT | {"nis": "12345678901", "dnv": "30123"} | ufs
    )
    client.post(address("person_create"), FORM | papers | ABROAD)
    person = Person.objects.get(name=FORM["name"])
    assert set(person.documents.values_list("kind", "number")) == {
        ("RG", "MG-12.345"),
        ("CNH", "01234567890"),
        ("TITULO", "012345678901"),
        ("CTPS", "1234567"),
        ("PASSAPORTE", "FX123456"),
        ("NIS", "12345678901"),
        ("DNV", "30123"),
    }
    page = client.get(address("person_detail", person.pk)).content.decode()
    assert "zona 12, seção 345" in page
    assert "livro A1, folha 2, termo 3" in page
    assert "Lisboa, país 045" in page

    initial = client.get(address("person_edit", person.pk)).context["form"].initial
    shown = {name: value for name, value in initial.items() if value not in (None, "")}
    # Back home: the same row of the address, and a document that is not typed any more is gone.
    given = {**shown, **FORM, "home_country": "010", "foreign_city": "", **IN_BRAZIL, "voter_number": ""}
    given |= {"voter_zone": "", "voter_section": ""}
    home = Address.objects.get(person=person).pk
    answer = client.post(address("person_edit", person.pk), given)
    assert answer["Location"] == address("person_detail", person.pk)
    moved = Address.objects.get(person=person)
    assert (moved.pk, moved.country, moved.foreign_city, str(moved)) == (home, "010", "", "das Flores, S/N")
    assert not Document.objects.filter(person=person, kind="TITULO").exists()
    assert person.documents.count() == 6
