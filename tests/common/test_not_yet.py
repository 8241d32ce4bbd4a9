"""Where the next step of the real system would be, the page says that it is not simulated yet."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from common.fidelity import not_yet
from tests.clock import now
from tests.factories import make_entity, make_installation, make_member, make_organisation
from tests.factories.siops import make_acting
from tests.siops.doors import text_of
from tests.siops.support import enter

pytestmark = pytest.mark.django_db
LIST = "/fidelidade/#ainda-nao"


def test_the_fidelity_page_lists_what_is_missing(client: Client) -> None:
    page = text_of(client.get(reverse("common:fidelity")))
    assert 'id="ainda-nao"' in page
    for item in not_yet():
        assert item in page
    for subject in ("Saúde na Hora", "serviços EHR", "CADSUSWEB"):
        assert subject in page


def test_the_home_of_the_technician() -> None:
    client = enter(Client(), make_acting("technician", at=now()))
    page = text_of(client.get(reverse("siops:technician_home")))
    assert "Painel do ente" in page
    assert f'href="{reverse("siops:technician_home")}"' in text_of(client.get(reverse("siops:home")))


@pytest.mark.parametrize("role", [Membership.Role.PEC_MUNICIPAL_ADMIN, Membership.Role.PEC_INSTALLATION_ADMIN])
def test_the_rnds_tab_of_the_pec(client: Client, role: str) -> None:
    entity = make_entity()
    installation = make_installation(entity)
    client.force_login(make_member(role, entity))
    address = reverse("rnds:pec_rnds", args=[installation.pk])
    assert f'href="{address}"' in text_of(client.get(reverse("rnds:pec_list")))
    page = text_of(client.get(address))
    assert "Ainda não simulado" in page
    assert f'href="{LIST}"' in page


def test_the_home_of_the_fund(client: Client) -> None:
    client.force_login(make_organisation().user)
    page = text_of(client.get(reverse("egestor:home")))
    assert "Ainda não simulado" in page
    assert f'href="{LIST}"' in page
