"""«Perfis do e-Gestor»: the SAPS reactivates and excludes from a list of all entities; who only reads has no button."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from egestor.admin import MembershipAdmin
from tests.actors import signed_in
from tests.clock import now
from tests.factories import make_entity, make_membership, make_other_entity, make_person, make_staff

pytestmark = pytest.mark.django_db
Role = Membership.Role
LIST = "egestor:profile_list"


@pytest.fixture
def saps() -> Client:
    return signed_in(make_staff("saps", staff_role=User.StaffRole.SAPS))


def listed(client: Client, **query: str) -> list[int]:
    return [row.membership.pk for row in client.get(reverse(LIST), query).context["rows"]]


def test_reactivated_then_excluded(saps: Client) -> None:
    row = make_membership(make_person(name="Íris Jatobá"), Role.PEC_MUNICIPAL_ADMIN, status="inactive")
    back, away = (reverse(f"egestor:membership_{name}", args=[row.pk]) for name in ("reactivate", "exclude"))
    page = saps.get(reverse(LIST)).content.decode()
    assert (back in page, away in page) == (True, False)
    page = saps.post(back, follow=True).content.decode()
    assert "Perfil reativado." in page
    assert (back in page, away in page) == (False, True)
    assert "Nenhum perfil encontrado." in saps.post(away, follow=True).content.decode()
    assert Membership.objects.get(pk=row.pk).status == "excluded"


def test_found_by_person_or_entity_without_accents(saps: Client) -> None:
    here = make_membership(make_person(name="Íris Jatobá"), entity=make_entity())
    there = make_membership(make_person(name="Rui Lima"), entity=make_other_entity())
    assert set(listed(saps)) == {here.pk, there.pk}
    for text in ("iris jat", "sao paulo", here.entity.ibge):
        assert listed(saps, q=text) == [here.pk], text
    assert listed(saps, q="ninguém") == []


def test_who_only_reads_has_no_button() -> None:
    row = make_membership(make_person(), Role.PEC_MUNICIPAL_ADMIN)
    auditor = signed_in(make_staff("auditor", staff_role=User.StaffRole.AUDITOR))
    page = auditor.get(reverse(LIST)).content.decode()
    assert row.person.name in page
    assert reverse("egestor:membership_exclude", args=[row.pk]) not in page


def test_ten_cost_the_same_as_one(saps: Client, django_assert_max_num_queries: Any) -> None:
    make_membership(make_person())
    with django_assert_max_num_queries(20) as one:
        assert len(listed(saps)) == 1
    for _ in range(9):
        make_membership(make_person())
    with django_assert_max_num_queries(20) as ten:
        assert len(listed(saps)) == 10
    assert len(one) == len(ten)


def test_a_former_gestor_da_ab_takes_the_place_back_after_the_question(saps: Client) -> None:
    entity = make_entity()
    former, present = (
        make_membership(make_person(), Role.AB_MANAGER, entity, status=status) for status in ("inactive", "active")
    )
    back = reverse("egestor:membership_reactivate", args=[former.pk])
    asked = saps.post(back).content.decode()
    assert present.person.name in asked
    assert reverse(LIST) in asked
    saps.post(back, {"replaces": present.pk})
    assert [Membership.objects.get(pk=row.pk).status for row in (former, present)] == ["active", "inactive"]


def test_a_profile_leads_to_the_screen_of_the_saps_and_an_excluded_one_to_none(saps: Client) -> None:
    kept = make_membership(make_person(), status="inactive")
    gone = make_membership(make_person(), status="excluded", ended_at=now())
    listing = saps.get(reverse("admin:accounts_membership_changelist")).content.decode()
    assert reverse("egestor:profile_list") in listing
    assert 'name="action"' not in listing
    screens = [MembershipAdmin(Membership, admin.site).screen_of(row) for row in (kept, gone)]
    assert screens == [reverse("egestor:profile_list", query={"q": kept.person.name}), ""]
