"""The 24-hour code of a PEC's installation: for whom, until when, once, and the contra-chave that it gives."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from egestor import installation_key as keys
from egestor.house import code_expiries, next_code_expiry
from egestor.models import InstallationCode
from egestor.services import codes
from egestor.services.expiry import record_code_expiries
from tests.actors import acting
from tests.cells import walk_cell
from tests.concurrency import at_once
from tests.factories import (
    NOON,
    make_entity,
    make_manager,
    make_member,
    make_organisation,
    make_other_entity,
    make_staff,
    person_of,
)
from tests.factories.credentials import make_code, make_token

pytestmark = pytest.mark.django_db
Role = Membership.Role
Status = InstallationCode.Status
END = NOON + timedelta(hours=24)
MOMENT = timedelta(microseconds=1)
KEY = keys.key_of("PEC", 0)


class Stage:
    """A fund, and the Gestor Técnico of its entity."""

    def __init__(self) -> None:
        entity = make_entity()
        self.fund: Organisation = make_organisation(entity)
        self.technician: User = make_member(Role.TECHNICAL_MANAGER, entity)

    def generate(self, **changes: Any) -> InstallationCode:
        arguments: dict[str, Any] = {
            "organisation_id": self.fund.pk,
            "manager_id": person_of(self.technician).pk,
            "reason": InstallationCode.Reason.UPDATE,
            "by": acting(self.fund.user),
            "at": NOON,
        }
        return codes.generate_code(**(arguments | changes))

    def use(self, code: InstallationCode, **changes: Any) -> InstallationCode:
        arguments: dict[str, Any] = {
            "code_id": code.pk,
            "installation_key": KEY,
            "by": acting(self.technician),
            "at": NOON,
        }
        return codes.generate_counter_key(**(arguments | changes))


@pytest.fixture
def stage() -> Stage:
    return Stage()


def stored(code: InstallationCode) -> InstallationCode:
    return InstallationCode.objects.get(pk=code.pk)


def traces() -> tuple[Any, ...]:
    """Everything a refused act must leave as it was."""
    rows = InstallationCode.objects.order_by("pk").values_list("pk", "status", "used_at", "installation_key")
    return AuditEvent.objects.count(), OutboxMessage.objects.count(), list(rows)


def test_it_lasts_24_hours_and_is_told_without_its_value(stage: Stage) -> None:
    code = stored(stage.generate())
    assert (code.entity, code.manager, code.expires_at) == (stage.fund.entity, person_of(stage.technician), END)
    mail = OutboxMessage.objects.get()
    assert mail.addressee == stage.technician
    assert "24 horas" in mail.body
    assert code.value not in mail.subject + mail.body + str(AuditEvent.objects.last())


def test_a_new_one_takes_the_place_of_the_former(stage: Stage) -> None:
    former = stage.generate()
    code = stage.generate(at=NOON + MOMENT)
    assert stored(former).status == Status.CANCELLED
    assert list(InstallationCode.objects.all().replaced_by(code)) == [former]
    assert "gerou outro no lugar" in OutboxMessage.objects.get(subject__contains="cancelado").body


def test_one_past_its_time_is_expired_and_not_cancelled_by_the_next(stage: Stage) -> None:
    former = stage.generate()
    stage.generate(at=END)
    assert stored(former).status == Status.EXPIRED


@pytest.mark.parametrize("role", [role for role in Role if role != Role.TECHNICAL_MANAGER])
def test_only_a_technical_manager_of_the_entity_is_chosen(stage: Stage, role: str) -> None:
    other = make_member(role, stage.fund.entity)
    elsewhere = make_member(Role.TECHNICAL_MANAGER, make_other_entity())
    before = traces()
    for account in (other, elsewhere):
        with pytest.raises(RuleBroken, match="Selecione o gestor"):
            stage.generate(manager_id=person_of(account).pk)
    assert traces() == before


def test_an_idle_technical_manager_is_not_chosen(stage: Stage) -> None:
    with pytest.raises(RuleBroken, match="Selecione o gestor"):
        stage.generate(at=NOON + timedelta(days=90))


def test_only_the_fund_generates_and_cancels(stage: Stage) -> None:
    code = stage.generate()
    others = (
        stage.technician,
        make_manager(stage.fund.entity),
        make_staff(),
        make_organisation(make_other_entity()).user,
    )
    before = traces()
    for account in others:
        with pytest.raises(NotPermitted):
            stage.generate(by=acting(account))
        with pytest.raises(NotPermitted):
            codes.cancel_code(code_id=code.pk, by=acting(account), at=NOON)
    assert traces() == before


def test_it_gives_the_contra_chave_once(stage: Stage) -> None:
    code = stage.use(stage.generate(), installation_key=KEY.lower().replace("-", " "))
    code = stored(code)
    assert (code.status, code.installation_key, code.value) == (Status.USED, KEY, "")
    assert code.counter_key == keys.counter_key_of(KEY)
    with pytest.raises(RuleBroken, match=r"já foi utilizado em 23/11/2026 às 12:00"):
        stage.use(code)


@pytest.mark.parametrize("key", ["", "1234", KEY[:-1] + "Z", KEY + "0", "\x00" * 16])
def test_a_key_that_cannot_be_one_leaves_the_code_alive(stage: Stage, key: str) -> None:
    code = stage.generate()
    before = traces()
    with pytest.raises(RuleBroken, match="Chave em formato inválido") as refused:
        stage.use(code, installation_key=key)
    assert refused.value.field == "installation_key"
    assert traces() == before


def test_expiry_is_asked_at_use(stage: Stage) -> None:
    code = stage.generate()
    with pytest.raises(RuleBroken, match="vale 24 horas"):
        stage.use(code, at=END)
    assert stage.use(code, at=END - MOMENT).status == Status.USED


def test_one_of_another_manager_or_cancelled_does_not_work(stage: Stage) -> None:
    code = stage.generate()
    with pytest.raises(RuleBroken, match="gerado para outro gestor"):
        stage.use(code, by=acting(make_member(Role.TECHNICAL_MANAGER, stage.fund.entity)))
    codes.cancel_code(code_id=code.pk, by=acting(stage.fund.user), at=NOON)
    with pytest.raises(RuleBroken, match=r"cancelado em 23/11/2026 às 12:00"):
        stage.use(code)
    with pytest.raises(NotAllowedNow):
        codes.cancel_code(code_id=code.pk, by=acting(stage.fund.user), at=NOON)


@pytest.mark.parametrize("account", ["programme", "fund", "staff"])
def test_nobody_else_generates_the_contra_chave(stage: Stage, account: str) -> None:
    code = stage.generate()
    who = {"programme": make_manager(stage.fund.entity), "fund": stage.fund.user, "staff": make_staff()}[account]
    with pytest.raises(NotPermitted):
        stage.use(code, by=acting(who))
    assert stored(code).status == Status.GENERATED


def test_what_was_typed_is_told_apart(stage: Stage) -> None:
    code, here = stage.generate(), {stage.fund.entity_id}
    assert codes.find_code(value=code.value.lower().replace("-", " "), entity_ids=here) == code
    token = make_token(make_manager(stage.fund.entity), organisation=stage.fund, at=NOON)
    typed = {
        "Código em formato inválido": (code.value[:-1], here),
        "Código não encontrado": (code.value, {make_other_entity().pk}),
        "Este é o token para implantação": (token.value, {token.entity_id}),
    }
    for words, (value, entities) in typed.items():
        with pytest.raises(RuleBroken, match=words):
            codes.find_code(value=value, entity_ids=entities)


def test_the_sweep_records_what_is_past_and_the_clock_foresees_it(stage: Stage) -> None:
    code = stage.generate()
    assert next_code_expiry(NOON) == END
    assert [due.at for due in code_expiries(NOON, END)] == [END]
    assert record_code_expiries(at=END - MOMENT) == 0
    assert record_code_expiries(at=END) == 1
    assert record_code_expiries(at=END) == 0
    assert (stored(code).status, stored(code).value) == (Status.EXPIRED, "")
    assert AuditEvent.objects.get(verb="installation_code.expired").details == {"count": 1}
    assert next_code_expiry(NOON) is None


TABLE: dict[str, dict[str, str]] = {
    "generated": {"use": "used", "cancel": "cancelled", "expire": "expired"},
    "used": {},
    "cancelled": {},
    "expired": {},
}


@pytest.mark.parametrize("name", ["use", "cancel", "expire"])
@pytest.mark.parametrize("source", Status.values)
def test_every_cell_of_the_machine(source: str, name: str) -> None:
    arguments: dict[str, dict[str, Any]] = {
        "use": {"installation_key": KEY, "at": NOON},
        "cancel": {"by": acting(User(pk=1)), "at": NOON},
        "expire": {},
    }
    code = InstallationCode(status=source, sealed_value=b"sealed")
    if walk_cell(code, name, TABLE, arguments[name]) is not None:
        assert code.sealed_value is None


def test_the_database_refuses_states_without_their_facts(stage: Stage) -> None:
    row = InstallationCode.objects.filter(pk=stage.generate().pk)
    for fields in (
        {"status": "used", "sealed_value": None, "used_at": NOON},
        {"status": "used", "sealed_value": None, "installation_key": KEY},
        {"status": "cancelled", "sealed_value": None},
        {"status": "expired"},
        {"installation_key": KEY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**fields)


@pytest.mark.django_db(transaction=True)
def test_of_many_generations_one_lives_and_of_many_uses_one_counts(stage: Stage) -> None:
    assert all(isinstance(result, InstallationCode) for result in at_once(*[stage.generate] * 4))
    live = InstallationCode.objects.get(status=Status.GENERATED)
    results = at_once(*[lambda: stage.use(live)] * 4)
    assert sum(isinstance(result, InstallationCode) for result in results) == 1
    assert sum(isinstance(result, RuleBroken) for result in results) == 3
    assert AuditEvent.objects.filter(verb="installation_code.used").count() == 1


# The pages


def test_the_fund_generates_reads_and_cancels(client: Client) -> None:
    technician = make_member(Role.TECHNICAL_MANAGER)
    fund = make_organisation(person_of(technician).memberships.get().entity)
    client.force_login(fund.user)
    posted = {"manager": person_of(technician).pk, "reason": "installation"}
    page = client.post(reverse("egestor:code_create"), posted, follow=True).content.decode()
    code = InstallationCode.objects.get()
    assert "Código de autenticação gerado com sucesso." in page
    assert code.value in page
    again = client.post(reverse("egestor:code_create"), posted, follow=True).content.decode()
    assert "O código anterior deste gestor foi cancelado." in again
    code = InstallationCode.objects.get(status=Status.GENERATED)
    page = client.post(reverse("egestor:code_cancel", args=[code.pk]), follow=True).content.decode()
    assert "Código cancelado." in page
    assert f"····-{code.last4}" in page


def test_a_fund_without_technical_manager_is_told_who_makes_one(client: Client) -> None:
    client.force_login(make_organisation().user)
    assert "Não há Gestor Técnico com perfil ativo" in client.get(reverse("egestor:code_create")).content.decode()


def test_the_technical_manager_frees_the_access_and_gets_the_contra_chave(client: Client) -> None:
    technician = make_member(Role.TECHNICAL_MANAGER)
    code, url = make_code(technician), reverse("egestor:counter_key")
    client.force_login(technician)
    value = code.value
    freed = client.post(url, {"code": value}).content.decode()
    assert "Acesso liberado" in freed
    assert stored(code).status == Status.GENERATED
    page = client.post(url, {"code": value, "installation_key": KEY, "gerar": "1"}, follow=True).content.decode()
    assert keys.counter_key_of(KEY) in page
    assert "já foi utilizado" in client.post(url, {"code": value}).content.decode()


def test_wrong_codes_are_counted(client: Client) -> None:
    technician = make_member(Role.TECHNICAL_MANAGER)
    code, url = make_code(technician), reverse("egestor:counter_key")
    client.force_login(technician)
    answers = [client.post(url, {"code": "0000"}).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
    assert client.post(url, {"code": code.value}).status_code == 429
