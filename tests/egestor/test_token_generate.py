"""Generating a deployment token: for whom, by whom, and what becomes of the former one."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from common.exceptions import NotPermitted, Refusal, RuleBroken
from common.models import AuditEvent, OutboxMessage
from egestor import token_value
from egestor.models import DeploymentToken
from egestor.services.tokens import find_responsible, find_token, generate_token
from tests.actors import acting
from tests.egestor.support import Stage, instant, make_stage, stored, traces
from tests.factories import (
    NOON,
    make_establishment,
    make_member,
    make_organisation,
    make_other_entity,
    make_person,
    make_staff,
)

pytestmark = pytest.mark.django_db
Status = DeploymentToken.Status


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def test_the_token_is_of_the_fund_the_person_and_the_establishment(stage: Stage) -> None:
    token = stored(stage.generate())
    assert (token.organisation, token.entity) == (stage.fund, stage.fund.entity)
    assert (token.responsible, token.establishment) == (stage.person, stage.establishment)
    assert token.status == Status.GENERATED
    assert token.generated_at == NOON
    assert token.expires_at == instant("2026-11-24T00:00:00-03:00")


def test_the_value_is_readable_but_only_its_digest_and_end_are_stored_in_the_clear(stage: Stage) -> None:
    token = stored(stage.generate())
    assert token_value.is_well_formed(token.value)
    assert token.last4 == token.value[-4:]
    assert token.value_hash == token_value.hash_value(token.value)
    assert token.value.encode() not in bytes(token.sealed_value or b"")
    assert token.value not in str(token)


def test_it_is_audited_with_the_account_of_the_fund(stage: Stage) -> None:
    token = stage.generate()
    event = AuditEvent.objects.get(verb="token.generated")
    assert (event.actor, event.target_id, event.entity_id) == (stage.fund.user, str(token.pk), token.entity_id)
    assert token.value not in str(event.details) + event.target_label


def test_the_responsible_is_told_that_a_token_exists_but_not_its_value(stage: Stage) -> None:
    token = stage.generate()
    mail = OutboxMessage.objects.get()
    assert (mail.to_email, mail.addressee) == (stage.person.email, stage.manager)
    assert stage.establishment.cnes in mail.subject
    assert "Válido até 23:59 (horário de Brasília), em 23/11/2026" in mail.body
    assert token.value not in mail.body + mail.subject
    assert stage.person.cpf_text not in mail.body


def test_a_person_without_email_gets_no_mail_and_the_token_all_the_same(stage: Stage) -> None:
    nobody = make_person(email="")
    assert stage.generate(responsible_cpf=nobody.cpf).responsible == nobody
    assert not OutboxMessage.objects.exists()


def test_a_masked_cpf_is_accepted(stage: Stage) -> None:
    cpf = stage.person.cpf_text
    token = stage.generate(responsible_cpf=f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}")
    assert token.responsible == stage.person


@pytest.mark.parametrize(
    ("cpf", "message"),
    [
        ("", "CPF inválido."),
        ("123", "CPF inválido."),
        ("11111111111", "CPF inválido."),
        ("\x00" * 11, "CPF inválido."),
        ("9" * 10_000, "CPF inválido."),
        ("529.982.247-25", "CPF não encontrado."),
    ],
)
def test_the_person_must_exist(stage: Stage, cpf: str, message: str) -> None:
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        stage.generate(responsible_cpf=cpf)
    assert (refused.value.message, refused.value.field) == (message, "cpf")
    assert traces() == before


@pytest.mark.parametrize("cnes", ["", "abc", "\x00" * 7, "7" * 10_000, "0000001"])
def test_the_establishment_must_exist(stage: Stage, cnes: str) -> None:
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        stage.generate(cnes=cnes)
    assert (refused.value.message, refused.value.field) == ("Selecione o estabelecimento.", "establishment")
    assert traces() == before


def test_an_establishment_of_another_entity_is_as_unknown_as_none(stage: Stage) -> None:
    foreign = make_establishment(make_other_entity())
    with pytest.raises(RuleBroken, match=r"^Selecione o estabelecimento\.$"):
        stage.generate(cnes=foreign.cnes)


def test_a_closed_establishment_is_refused(stage: Stage) -> None:
    closed = make_establishment(stage.fund.entity, is_active=False)
    before = traces()
    with pytest.raises(RuleBroken, match="ativo no SCNES") as refused:
        stage.generate(cnes=closed.cnes)
    assert refused.value.field == "establishment"
    assert traces() == before


@pytest.mark.parametrize("role", list(Membership.Role))
def test_no_profile_of_a_person_generates(stage: Stage, role: str) -> None:
    before = traces()
    member = make_member(role, stage.fund.entity)
    with pytest.raises(NotPermitted):
        stage.generate(by=acting(member))
    assert traces() == before


def test_neither_the_ministry_nor_another_fund_generates(stage: Stage) -> None:
    other = make_organisation(make_other_entity())
    for account in (make_staff(), other.user):
        with pytest.raises(NotPermitted):
            stage.generate(by=acting(account))
    assert not DeploymentToken.objects.exists()


def test_permission_is_asked_before_the_data_are_judged(stage: Stage) -> None:
    with pytest.raises(NotPermitted):
        stage.generate(by=acting(make_staff()), responsible_cpf="", cnes="")


def test_a_new_token_cancels_the_former_one_of_the_same_pair(stage: Stage) -> None:
    former = stage.generate()
    token = stage.generate(NOON + timedelta(minutes=1))
    former = stored(former)
    assert former.status == Status.CANCELLED
    assert (former.cancelled_by, former.cancelled_at) == (stage.fund.user, NOON + timedelta(minutes=1))
    assert former.value == ""
    assert DeploymentToken.objects.replaced_by(token).get() == former
    assert AuditEvent.objects.filter(verb="token.cancelled", target_id=str(former.pk)).count() == 1
    told = OutboxMessage.objects.get(subject__contains="cancelado")
    assert told.to_email == former.responsible.email
    assert "gerou outro no lugar dele" in told.body


def test_tokens_of_other_people_and_establishments_stay(stage: Stage) -> None:
    first = stage.generate()
    second = stage.generate(cnes=make_establishment(stage.fund.entity).cnes)
    third = stage.generate(responsible_cpf=make_person().cpf_text)
    assert {stored(token).status for token in (first, second, third)} == {Status.GENERATED}
    assert not DeploymentToken.objects.replaced_by(third).exists()


def test_a_token_that_expired_unswept_does_not_block_and_is_recorded_as_expired(stage: Stage) -> None:
    former = stage.generate()
    next_day = instant("2026-11-24T00:00:00-03:00")
    token = stage.generate(next_day)
    former = stored(former)
    assert (former.status, former.cancelled_at, former.value) == (Status.EXPIRED, None, "")
    assert not DeploymentToken.objects.replaced_by(token).exists()
    assert AuditEvent.objects.filter(verb="token.expired", target_id=str(former.pk)).count() == 1
    assert not AuditEvent.objects.filter(verb="token.cancelled").exists()


def test_one_microsecond_before_its_end_the_former_one_is_cancelled(stage: Stage) -> None:
    former = stage.generate()
    stage.generate(instant("2026-11-24T02:59:59.999999Z"))
    assert stored(former).status == Status.CANCELLED


def test_a_used_token_lets_the_pair_have_a_new_one(stage: Stage) -> None:
    former = stage.generate()
    former.use(at=NOON)
    former.save(update_fields=["status", "used_at", "sealed_value"])
    stage.generate()
    assert stored(former).status == Status.USED


def test_a_fund_that_does_not_exist(stage: Stage) -> None:
    with pytest.raises(stage.fund.DoesNotExist):
        generate_token(
            organisation_id=0,
            responsible_cpf=stage.person.cpf_text,
            cnes=stage.establishment.cnes,
            by=acting(stage.fund.user),
            at=NOON,
        )


def test_find_token_forgives_typing_and_hides_other_entities(stage: Stage) -> None:
    token = stage.generate()
    other = make_other_entity()
    typed = token.value.lower().replace("-", " ").replace("0", "o")
    assert find_token(value=typed, entity_ids={stage.fund.entity_id, other.pk}) == token
    assert find_token(value=typed, entity_ids={other.pk}) is None
    assert find_token(value=typed, entity_ids=set()) is None
    assert find_token(value=token_value.generate(), entity_ids={stage.fund.entity_id}) is None


@pytest.mark.parametrize("value", ["", "\x00", "\u202e7QK4", "A" * 10_000])
def test_find_token_survives_hostile_text(value: str) -> None:
    assert find_token(value=value, entity_ids={1}) is None


def test_find_token_finds_dead_ones_too_so_that_they_can_be_explained(stage: Stage) -> None:
    value = stage.generate().value
    stage.generate()
    found = find_token(value=value, entity_ids={stage.fund.entity_id})
    assert found is not None
    assert found.status == Status.CANCELLED


def test_find_responsible_says_whether_the_token_could_be_used(stage: Stage) -> None:
    entity = stage.fund.entity_id
    assert find_responsible(cpf=stage.person.cpf_text, entity_id=entity, at=NOON) == (stage.person, True)
    stranger = make_person()
    assert find_responsible(cpf=stranger.cpf_text, entity_id=entity, at=NOON) == (stranger, False)
    assert not find_responsible(cpf=stage.person.cpf_text, entity_id=make_other_entity().pk, at=NOON).can_redeem
    idle = NOON + timedelta(days=90)
    assert not find_responsible(cpf=stage.person.cpf_text, entity_id=entity, at=idle).can_redeem
    assert find_responsible(cpf=stage.person.cpf_text, entity_id=entity, at=idle - timedelta(microseconds=1)).can_redeem


def test_find_responsible_refuses_who_does_not_exist(stage: Stage) -> None:
    with pytest.raises(Refusal, match="CPF não encontrado"):
        find_responsible(cpf="52998224725", entity_id=stage.fund.entity_id, at=NOON)
