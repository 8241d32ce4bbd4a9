"""What the approval of an Anexo I opens: the fund's own account, by a one-time link to the institutional e-mail."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, PasswordLink, User
from accounts.services.organisations import OTHER_CNPJ
from accounts.services.passwords import send_organisation_recovery, set_password_by_link
from common.exceptions import RuleBroken
from common.models import AuditEvent, OutboxMessage
from siops.models import FundUpdate
from siops.services.fund_updates import approve_update, take_update
from tests.accounts.doors import post_fund
from tests.actors import acting
from tests.factories import NOON, PASSWORD, make_entity, make_organisation, make_other_entity, siops
from tests.siops.support import traces

pytestmark = pytest.mark.django_db
NEW = "gabinete@saude.ensaio.example"
WORDS = {"password": "Outra-Senha-2026", "confirmation": "Outra-Senha-2026"}


def under_check(**fields: Any) -> FundUpdate:
    update = siops.make_fund_update(status="sent", sent_at=NOON, institutional_email=NEW, **fields)
    return take_update(update_id=update.pk, by=acting(siops.make_checker()), at=NOON)


def approve(update: FundUpdate) -> OutboxMessage:
    approve_update(update_id=update.pk, by=acting(siops.make_checker("conferente")), at=NOON)
    return OutboxMessage.objects.get(to_email=NEW)


def secret_in(message: OutboxMessage) -> str:
    found = re.search(r"/entrar/senha/([0-9a-f]{32})/", message.body)
    assert found
    return found[1]


def test_the_link_sets_the_password_of_the_fund() -> None:
    fund = make_organisation()
    message = approve(under_check(cnpj=fund.cnpj))
    assert message.subject == "Atualização cadastral aprovada: acesso ao sítio do FNS"
    user = set_password_by_link(secret=secret_in(message), at=NOON + timedelta(minutes=29), **WORDS)
    assert user == fund.user
    assert user.check_password(WORDS["password"])


def test_the_link_enters_the_e_gestor_as_the_fund(client: Client) -> None:
    fund = make_organisation()
    set_password_by_link(secret=secret_in(approve(under_check(cnpj=fund.cnpj))), at=NOON, **WORDS)
    answer = post_fund(client, fund.cnpj, WORDS["password"])
    assert (answer.status_code, answer["Location"]) == (302, "/e-gestor/")


@pytest.mark.parametrize(("late", "lives"), [(timedelta(microseconds=-1), True), (timedelta(0), False)])
def test_the_link_lives_thirty_minutes_and_serves_once(late: timedelta, lives: bool) -> None:
    fund = make_organisation()
    secret, at = secret_in(approve(under_check(cnpj=fund.cnpj))), NOON + timedelta(minutes=30) + late
    if lives:
        set_password_by_link(secret=secret, at=at, **WORDS)
    with pytest.raises(RuleBroken, match="não vale mais"):
        set_password_by_link(secret=secret, at=at, **WORDS)


def test_the_institutional_e_mail_becomes_the_funds_and_the_former_box_gets_nothing_more() -> None:
    fund = make_organisation()
    former = fund.user.email
    old = send_organisation_recovery(cnpj=fund.cnpj, at=NOON)
    approve(under_check(cnpj=fund.cnpj))
    assert User.objects.get(pk=fund.user_id).email == NEW
    assert old is not None
    assert not PasswordLink.objects.get(pk=old.pk).is_live_at(NOON)
    written = OutboxMessage.objects.filter(to_email=former).count()
    send_organisation_recovery(cnpj=fund.cnpj, at=NOON)
    assert OutboxMessage.objects.filter(to_email=former).count() == written
    assert AuditEvent.objects.filter(verb="organisation.readdressed", target_id=str(fund.pk)).count() == 1


def test_the_present_password_holds_until_the_link_is_used() -> None:
    fund = make_organisation()
    approve(under_check(cnpj=fund.cnpj))
    assert User.objects.get(pk=fund.user_id).check_password(PASSWORD)


def test_an_entity_without_fund_gets_its_account() -> None:
    update = under_check(cnpj="11222333000181", entity_name="Fundo Municipal de Ensaio")
    message = approve(update)
    fund = Organisation.objects.get(entity=update.entity)
    assert (fund.cnpj, fund.name, fund.kind) == ("11222333000181", "Fundo Municipal de Ensaio", Organisation.Kind.FMS)
    assert (fund.user.login, fund.user.kind, fund.user.email) == (fund.cnpj, User.Kind.ORGANISATION, NEW)
    assert not fund.user.has_usable_password()
    assert set_password_by_link(secret=secret_in(message), at=NOON, **WORDS) == fund.user


@pytest.mark.parametrize("whose", ["the entity has another fund", "another entity's fund"])
def test_a_cnpj_that_is_not_the_entitys_opens_nothing(whose: str) -> None:
    if whose == "another entity's fund":
        update = under_check(cnpj=make_organisation(make_other_entity()).cnpj)
    else:
        make_organisation(make_entity())
        update = under_check(cnpj="11222333000181")
    before, accounts = traces(), list(User.objects.order_by("pk").values_list("pk", "email", "password"))
    staff = siops.make_checker("conferente")
    with pytest.raises(RuleBroken, match=OTHER_CNPJ):
        approve_update(update_id=update.pk, by=acting(staff), at=NOON)
    assert traces() == before
    assert list(User.objects.exclude(pk=staff.pk).order_by("pk").values_list("pk", "email", "password")) == accounts


def test_neither_secret_nor_cpf_stays_where_it_should_not() -> None:
    fund = make_organisation()
    update = under_check(cnpj=fund.cnpj)
    message = approve(update)
    assert update.director_cpf not in message.body
    assert secret_in(message) not in str(list(AuditEvent.objects.values_list()))


def test_the_ministry_is_told_and_stays_on_the_page() -> None:
    make_organisation(make_entity())
    update = under_check(cnpj="11222333000181")
    client = Client()
    client.force_login(siops.make_checker("conferente"))
    answer = client.post(f"/siops/ministerio/fns/{update.pk}/aprovar/", follow=True)
    assert answer.redirect_chain == [(f"/siops/ministerio/fns/{update.pk}/", 302)]
    assert OTHER_CNPJ in answer.content.decode()
    assert FundUpdate.objects.get(pk=update.pk).status == FundUpdate.Status.UNDER_CHECK
