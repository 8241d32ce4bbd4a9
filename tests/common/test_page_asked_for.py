"""Every door leads back to a page that was asked for to be read, and never to an act: one behaviour for all of them."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.session import BOND
from siops.models import HealthManager
from tests.factories import make_manager
from tests.factories.siops import make_attendant, make_health_manager
from tests.siops.support import session_of as staff_session

pytestmark = pytest.mark.django_db


def signed_out() -> Client:
    return Client()


def without_role() -> Client:
    """Bound to an office that the person no longer holds."""
    record = make_health_manager(HealthManager.Role.COUNCIL)
    client = Client()
    client.force_login(record.person.user, backend="accounts.backends.CertificateBackend")
    session = client.session
    session[BOND] = {"entity": record.entity_id, "role": HealthManager.Role.SECRETARY, "proof": "prova"}
    session.save()
    return client


def person() -> Client:
    client = Client()
    client.force_login(make_manager(), backend="accounts.backends.AccountBackend")
    return client


CASES = [
    (signed_out, "rnds:request_open", "accounts:sign_in"),
    (signed_out, "siops:technician_register", "siops:sign_in"),
    (signed_out, "siops:certifier_list", "admin:login"),
    (signed_out, "admin:index", "admin:login"),
    (without_role, "siops:technician_register", "siops:sign_in"),
    (person, "admin:common_outboxmessage_changelist", "admin:login"),
]


@pytest.mark.parametrize(("who", "page", "door"), CASES)
def test_a_page_leads_through_its_door_and_back_and_an_act_does_not(who: Any, page: str, door: str) -> None:
    address = f"{reverse(page)}?q=1"
    for method, back in (("get", {"next": address}), ("head", {"next": address}), ("post", {})):
        answer = getattr(who(), method)(address)
        to = urlsplit(answer["Location"])
        assert (answer.status_code, to.path, dict(parse_qsl(to.query))) == (302, reverse(door), back)


def test_a_refused_act_offers_the_door_alone() -> None:
    client = staff_session(make_attendant())
    asked = client.get(reverse("siops:ticket_queue"))
    act = client.post(reverse("siops:ticket_queue"))
    assert "next=" in asked.context["door_url"]
    assert act.status_code in (403, 405)
    assert act.context is None or "next=" not in act.context.get("door_url", "")
