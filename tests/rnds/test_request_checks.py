"""Each fact of a request under review beside its rule, as the analyst sees it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rnds.models import CredentialRequest
from rnds.services.requests.checks import checks_of
from tests.clock import Clock
from tests.factories import NOON, make_staff
from tests.factories.credentials import accept, make_awaiting_terms
from tests.switches import Switch

pytestmark = pytest.mark.django_db


@pytest.fixture
def under_review(authorities: None, switch: Switch) -> CredentialRequest:
    switch(review_mode="analista")
    return accept(make_awaiting_terms())


def answers(request: CredentialRequest) -> dict[str, bool | None]:
    return {check.label: check.holds for check in checks_of(request, at=NOON)}


def test_a_complete_request_meets_its_rules(under_review: CredentialRequest) -> None:
    assert False not in answers(under_review).values()


@pytest.mark.parametrize(
    ("change", "label", "holds"),
    [
        ({"ip_first": "10.0.0.1", "ip_last": "10.0.0.9"}, "Faixa de IP", None),
        ({"ip_first": "200.130.2.1", "ip_last": "200.130.2.9"}, "Faixa de IP", True),
        ({"peak_accesses": 9_999, "visits_per_day_max": 10}, "Acessos e atendimentos", None),
        ({"portfolio_end": (NOON - timedelta(days=2)).date()}, "Portfólio", None),
    ],
)
def test_what_the_form_only_warns_of_is_for_a_person(
    under_review: CredentialRequest, change: dict[str, Any], label: str, holds: bool | None
) -> None:
    for name, value in change.items():
        setattr(under_review, name, value)
    assert answers(under_review)[label] is holds


def test_a_closed_establishment_does_not_meet_its_rule(under_review: CredentialRequest) -> None:
    under_review.establishment.is_active = False
    assert answers(under_review)["Estabelecimento cessionário"] is False


def test_only_who_may_decide_sees_them_with_the_way_to_decide(under_review: CredentialRequest, clock: Clock) -> None:
    decide = reverse("rnds:request_approve", args=[under_review.pk])
    pages = {}
    for who, user in (("analyst", make_staff()), ("requester", under_review.requested_by)):
        client = Client()
        client.force_login(user)
        pages[who] = client.get(reverse("rnds:request_detail", args=[under_review.pk])).content.decode()
    assert decide in pages["analyst"]
    assert "CONFERE" in pages["analyst"]
    assert decide not in pages["requester"]
    assert "CONFERE" not in pages["requester"]
