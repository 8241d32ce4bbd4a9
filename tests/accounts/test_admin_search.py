"""The searches of the admin: the number of a person stands in no address and in no log."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from structlog.testing import capture_logs

from accounts.models import User
from common.documents import format_cns, format_cpf
from registry.models import Contact, Person, TaxRecord
from registry.models.tables import ContactKind
from tests.factories import make_administrator, make_membership, make_staff, make_user, person_of

pytestmark = pytest.mark.django_db

# Who reads it all, and who reads and writes nothing.
READERS = [User.StaffRole.ADMINISTRATOR, User.StaffRole.AUDITOR]
BY_CPF = ["registry_person", "registry_contact", "registry_taxrecord", "accounts_membership", "accounts_user"]
ADDRESSES = re.compile(r' (?:href|action|src|formaction|hx-\w+)="([^"]*)"')
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def person() -> Person:
    """Somebody who is in every list that is searched by CPF."""
    found = person_of(make_user())
    make_membership(found)
    Contact.objects.create(person=found, kind=ContactKind.EMAIL, value="outro@ensaio.example")
    TaxRecord.objects.create(
        cpf=found.cpf_text, name=found.name, mother=found.mother, birth_date=found.birth_date, sex=found.sex
    )
    return found


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, client: Client) -> Client:
    client.force_login(make_staff(staff_role=request.param))
    return client


def listing(name: str) -> str:
    return reverse(f"admin:{name}_changelist")


def found_in(page: Any) -> list[Any]:
    return list(page.context["cl"].result_list)


def assert_no_address_tells(page: Any, person: Person) -> None:
    addresses = ADDRESSES.findall(page.content.decode())
    assert len(addresses) > 5
    told = [address for address in addresses for number in numbers_of(person) if number in address]
    assert told == []


def numbers_of(person: Person) -> list[str]:
    return [person.cpf_text, format_cpf(person.cpf_text), str(person.cns), format_cns(str(person.cns))]


@pytest.mark.parametrize("name", BY_CPF)
def test_a_cpf_is_answered_where_it_was_sent(
    reader: Client, person: Person, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    for typed in (person.cpf_text, f" {format_cpf(person.cpf_text)}"):
        with caplog.at_level("DEBUG"), capture_logs() as lines:
            page = reader.post(listing(name), {"q": typed})
        assert len(found_in(page)) == 1
        assert_no_address_tells(page, person)
        assert not [line for line in (*map(str, lines), caplog.text) for number in numbers_of(person) if number in line]


def test_a_cns_too(reader: Client, person: Person) -> None:
    for name in ("registry_person", "registry_cns"):
        page = reader.post(listing(name), {"q": format_cns(str(person.cns))})
        assert len(found_in(page)) == 1
        assert_no_address_tells(page, person)


def test_other_words_become_an_address_and_the_filters_stay(reader: Client, person: Person) -> None:
    page = reader.get(listing("registry_person"), {"is_active__exact": "1"})
    form = page.content.decode().partition('id="changelist-search"')[2].partition("</form>")[0]
    assert 'method="post"' in form.partition(">")[0]
    sent = dict(HIDDEN.findall(form)) | {"q": person.name}
    answer = reader.post(listing("registry_person"), sent)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, listing("registry_person"))
    page = reader.get(answer["Location"])
    assert found_in(page) == [person]
    assert page.context["cl"].params == {"q": person.name, "is_active__exact": "1"}


def test_no_list_leads_to_an_address_with_a_number(client: Client, person: Person) -> None:
    client.force_login(make_administrator())
    models = [model._meta for model in admin.site._registry]
    for meta in models:
        page = client.get(listing(f"{meta.app_label}_{meta.model_name}"))
        assert page.status_code == 200
        assert_no_address_tells(page, person)


def test_what_stands_is_filtered_in_portuguese(reader: Client, person: Person) -> None:
    page = reader.get(listing("registry_person"))
    filters = {
        found.title: [choice["display"] for choice in found.choices(page.context["cl"])]
        for found in page.context["cl"].filter_specs
    }
    assert filters == {"ativo": ["Todos", "Sim", "Não"], "não absorvido": ["Todos", "Sim", "Não"]}
    assert found_in(reader.get(listing("registry_person"), {"is_standing__exact": "0"})) == []
