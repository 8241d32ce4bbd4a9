"""The PEC takes the contra-chave that answers its key, once, and says which of the two contra-chaves was typed."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from common.exceptions import NotPermitted, RuleBroken
from common.models import AuditEvent
from egestor.installation_key import counter_key_of
from rnds.models import PecInstallation
from rnds.services.activation import activate_installation
from tests.actors import acting
from tests.factories import NOON, make_installation, make_member

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def installation() -> PecInstallation:
    return make_installation()


@pytest.fixture
def administrator(installation: PecInstallation) -> User:
    return make_member(Role.PEC_INSTALLATION_ADMIN, installation.entity)


def activate(installation: PecInstallation, account: User, counter_key: str) -> PecInstallation:
    return activate_installation(installation_id=installation.pk, counter_key=counter_key, by=acting(account), at=NOON)


def test_the_right_one_is_taken_once_and_the_next_key_is_another(
    installation: PecInstallation, administrator: User
) -> None:
    key = installation.installation_key
    done = activate(installation, administrator, counter_key_of(key).lower().replace("-", " "))
    assert (done.activations, done.activated_at) == (1, NOON)
    assert done.installation_key != key
    with pytest.raises(RuleBroken, match="Contra-chave inválida"):
        activate(installation, administrator, counter_key_of(key))


def test_the_key_is_of_one_installation(installation: PecInstallation, administrator: User) -> None:
    other = make_installation(installation.entity)
    with pytest.raises(RuleBroken, match="Contra-chave inválida"):
        activate(installation, administrator, counter_key_of(other.installation_key))


@pytest.mark.parametrize("typed", ["", "1234", "Z" * 16, "\x00" * 16])
def test_what_cannot_be_one_is_refused_and_leaves_no_trace(
    installation: PecInstallation, administrator: User, typed: str
) -> None:
    with pytest.raises(RuleBroken, match="formato inválido"):
        activate(installation, administrator, typed)
    assert not AuditEvent.objects.filter(verb="pec.activated").exists()


def test_the_one_of_the_credentialing_runs_the_other_way(installation: PecInstallation, administrator: User) -> None:
    with pytest.raises(RuleBroken, match="que o PEC mostra para o credenciamento"):
        activate(installation, administrator, installation.counter_key)


def test_only_the_administrator_of_the_installation(installation: PecInstallation) -> None:
    other = make_member(Role.PEC_MUNICIPAL_ADMIN, installation.entity)
    with pytest.raises(NotPermitted):
        activate(installation, other, counter_key_of(installation.installation_key))


def test_the_page(client: Client, installation: PecInstallation, administrator: User) -> None:
    client.force_login(administrator)
    url, key = reverse("rnds:pec_activation", args=[installation.pk]), installation.installation_key
    assert key in client.get(url).content.decode()
    wrong = client.post(url, {"counter_key": counter_key_of("outra")}).content.decode()
    assert "Contra-chave inválida" in wrong
    page = client.post(url, {"counter_key": counter_key_of(key)}, follow=True).content.decode()
    assert "Instalação liberada." in page
    assert key not in page


def test_wrong_ones_are_counted(client: Client, installation: PecInstallation, administrator: User) -> None:
    client.force_login(administrator)
    url = reverse("rnds:pec_activation", args=[installation.pk])
    answers = [client.post(url, {"counter_key": counter_key_of("outra")}).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
