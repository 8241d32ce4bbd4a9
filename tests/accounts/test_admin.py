"""Accounts in the admin: to read, never to write; profiles change by the services."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import (
    make_administrator,
    make_establishment,
    make_membership,
    make_organisation,
    make_professional_link,
    make_user,
    person_of,
)

pytestmark = pytest.mark.django_db

MODELS = [
    "accounts_user",
    "accounts_organisation",
    "accounts_membership",
    "accounts_professionallink",
    "registry_person",
    "registry_cns",
]


@pytest.fixture
def staff(client: Client) -> User:
    user = make_administrator()
    client.force_login(user)
    make_organisation()
    person = person_of(make_user())
    make_membership(person)
    make_professional_link(person, make_establishment())
    return user


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("name", MODELS)
def test_staff_read_lists_and_rows(client: Client, name: str) -> None:
    listing = client.get(reverse(f"admin:{name}_changelist"), {"q": "ensaio"})
    assert listing.status_code == 200

    row = client.get(reverse(f"admin:{name}_changelist")).context["cl"].result_list[0]
    page = client.get(reverse(f"admin:{name}_change", args=[row.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("name", MODELS)
def test_nobody_adds_changes_or_deletes(client: Client, name: str) -> None:
    row = client.get(reverse(f"admin:{name}_changelist")).context["cl"].result_list[0]
    assert client.get(reverse(f"admin:{name}_add")).status_code == 403
    assert client.post(reverse(f"admin:{name}_change", args=[row.pk]), {"status": "excluded"}).status_code == 403
    assert client.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.usefixtures("staff")
def test_a_yes_or_a_no_is_said_in_portuguese(client: Client) -> None:
    listing = client.get(reverse("admin:registry_cns_changelist"))
    row = listing.context["cl"].result_list[0]
    page = client.get(reverse("admin:registry_cns_change", args=[row.pk]))
    for answer in (listing, page):
        assert set(re.findall(r'icon-(?:yes|no)\.svg" alt="([^"]*)"', answer.content.decode())) == {"Sim", "Não"}


def test_no_password_is_shown(client: Client, staff: User) -> None:
    page = client.get(reverse("admin:accounts_user_change", args=[staff.pk])).content.decode()

    assert staff.login in page
    assert staff.password not in page
    assert "md5$" not in page


def test_a_person_does_not_enter_the_admin(client: Client) -> None:
    client.force_login(make_user())

    assert client.get(reverse("admin:index")).status_code == 302
