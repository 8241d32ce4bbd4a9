"""Search without accents finds: names are folded by the database as `fold` folds what was typed."""

import unicodedata

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from common.folding import fold
from egestor.models import DeploymentToken
from pki import services as pki
from registry.models import Person
from rnds.models import Credential
from rnds.services.requests.children import selectable_children
from rnds.services.terms import ensure_terms_text
from siops.models import CertificationRequest
from tests.clock import now
from tests.factories import (
    NOON,
    make_administrator,
    make_entity,
    make_establishment,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.credentials import make_credential, make_draft, make_token
from tests.factories.siops import make_certification, make_health_manager
from tests.siops.support import session_of

pytestmark = pytest.mark.django_db
NAME, UNIT = "João Estêvão Conceição Ipê", "UBS Açaí da Várzea"
# Without accents, with other ones, in any case, and written with marks apart.
TYPED = ["joao estevao", "JOÃO", "conceicao ipe", "Conceição", unicodedata.normalize("NFD", "estêvão")]
TYPED_UNIT = ["acai da varzea", "AÇAÍ", "várzea", unicodedata.normalize("NFD", "açaí")]


@pytest.mark.parametrize("text", [NAME, UNIT, "Müller & Açaizeiro-Ñandu", "", "ÀÈÌÒÙ ãõ ç", "ÿ"])
def test_the_column_holds_what_fold_gives(text: str) -> None:
    person = make_person(name=text or "-")
    (row,) = Person.objects.filter(pk=person.pk).values_list("search_name", flat=True)
    assert row == fold(text or "-")


def test_rows_written_in_bulk_and_changed_in_bulk_are_folded_too() -> None:
    person = make_person(name="Antigo")
    Person.objects.filter(pk=person.pk).update(name=NAME)
    assert list(Person.objects.named("joao estevao")) == [person]


@pytest.mark.parametrize("typed", TYPED)
class TestPeople:
    def test_the_holders_of_profiles(self, client: Client, typed: str) -> None:
        manager = make_member(Membership.Role.AB_MANAGER)
        make_membership(make_person(name=NAME), Membership.Role.PEC_MUNICIPAL_ADMIN, at=now())
        client.force_login(manager)
        page = client.get(reverse("egestor:membership_list"), {"q": typed}).context["page"]
        assert [person.name for person in page] == [NAME]

    def test_the_responsible_of_a_token(self, typed: str) -> None:
        token = make_token()
        Person.objects.filter(pk=token.responsible_id).update(name=NAME)
        make_token()
        assert list(DeploymentToken.objects.all().matching(typed)) == [token]

    def test_who_comes_to_the_certifier(self, typed: str) -> None:
        row = make_certification(make_health_manager("head", person=make_person(name=NAME)))
        make_certification()
        assert list(CertificationRequest.objects.all().matching(typed)) == [row]

    def test_the_admin(self, typed: str) -> None:
        person = make_person(name=NAME)
        make_person()
        client = session_of(make_administrator("chefia"))
        found = client.get(reverse("admin:registry_person_changelist"), {"q": typed}).context["cl"].result_list
        assert list(found) == [person]


@pytest.mark.parametrize("typed", TYPED_UNIT)
class TestUnits:
    def test_the_establishment_of_a_token(self, typed: str) -> None:
        token = make_token(establishment=make_establishment(name=UNIT))
        make_token()
        assert list(DeploymentToken.objects.all().matching(typed)) == [token]

    def test_the_establishment_of_a_credential(self, typed: str) -> None:
        pki.ensure_authorities(at=NOON)
        ensure_terms_text(at=NOON)
        credential = make_credential(establishment=make_establishment(name=UNIT))
        assert list(Credential.objects.all().matching(typed)) == [credential]

    def test_the_children_of_a_request(self, typed: str) -> None:
        draft = make_draft(establishment=make_establishment(make_entity()))
        child = make_establishment(make_entity(), name=UNIT)
        by_type = make_establishment(make_entity(), unit_type=UNIT)
        make_establishment(make_entity())
        assert set(selectable_children(draft, typed)) == {child, by_type}


def test_a_wildcard_is_a_letter_like_any_other() -> None:
    make_person(name=NAME)
    assert not Person.objects.named("%").exists()
    assert not Person.objects.named("jo_o").exists()
