"""Cancelling and redeeming a token, the whole table of its machine, and the words for a token that no longer works."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed

from accounts.models import Membership
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from egestor.models import DeploymentToken
from egestor.services.expiry import record_expiries
from egestor.services.tokens import cancel_token, explain_dead_token, redeem_token
from tests.actors import acting
from tests.egestor.support import Stage, instant, make_stage, stored, traces
from tests.factories import (
    NOON,
    make_manager,
    make_member,
    make_organisation,
    make_other_entity,
    make_staff,
    person_of,
)

pytestmark = pytest.mark.django_db
Status = DeploymentToken.Status
END = instant("2026-11-24T00:00:00-03:00")
LAST = END - timedelta(microseconds=1)
EXPIRED = (
    "Token expirado. A validade do token é até às 23:59h do dia de sua geração (horário de Brasília). "
    "Gere um novo token."
)


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def make_token(stage: Stage, status: str) -> DeploymentToken:
    """A token of the stage in the given state, reached by the services."""
    token = stage.generate()
    if status == Status.USED:
        redeem_token(token_id=token.pk, by=acting(stage.manager), at=NOON)
    elif status == Status.CANCELLED:
        cancel_token(token_id=token.pk, by=acting(stage.fund.user), at=NOON)
    elif status == Status.EXPIRED:
        record_expiries(at=END)
    return stored(token)


# (state, transition) → state it leads to; None where the machine refuses.
TABLE = {
    ("generated", "use"): "used",
    ("generated", "cancel"): "cancelled",
    ("generated", "expire"): "expired",
    ("used", "use"): None,
    ("used", "cancel"): None,
    ("used", "expire"): None,
    ("cancelled", "use"): None,
    ("cancelled", "cancel"): None,
    ("cancelled", "expire"): None,
    ("expired", "use"): None,
    ("expired", "cancel"): None,
    ("expired", "expire"): None,
}
MOVES: dict[str, Callable[[DeploymentToken, Stage], Any]] = {
    "use": lambda token, stage: token.use(at=NOON),
    "cancel": lambda token, stage: token.cancel(by=acting(stage.fund.user), at=NOON),
    "expire": lambda token, stage: token.expire(),
}


def test_the_table_is_whole() -> None:
    assert set(TABLE) == {(state, move) for state in Status.values for move in MOVES}


@pytest.mark.parametrize(("state", "move"), TABLE)
def test_transition(stage: Stage, state: str, move: str) -> None:
    token = make_token(stage, state)
    target = TABLE[state, move]
    if target is None:
        with pytest.raises(TransitionNotAllowed):
            MOVES[move](token, stage)
        assert stored(token).status == state
        return
    MOVES[move](token, stage)
    token.save()
    assert stored(token).status == target
    assert stored(token).value == ""


def test_the_state_cannot_be_assigned(stage: Stage) -> None:
    token = stage.generate()
    with pytest.raises(AttributeError):
        token.status = Status.USED


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "used"},
        {"status": "used", "sealed_value": None},
        {"status": "cancelled", "sealed_value": None},
        {"status": "expired"},
        {"sealed_value": None},
        {"used_at": NOON},
    ],
)
def test_the_database_refuses_a_state_without_its_facts(stage: Stage, columns: dict[str, Any]) -> None:
    token = stage.generate()
    with pytest.raises(IntegrityError), transaction.atomic():
        DeploymentToken.objects.filter(pk=token.pk).update(**columns)


def test_redeeming_consumes_the_token_and_erases_its_value(stage: Stage) -> None:
    token = stored(redeem_token(token_id=stage.generate().pk, by=acting(stage.manager), at=LAST))
    assert (token.status, token.used_at, token.value) == (Status.USED, LAST, "")
    assert AuditEvent.objects.get(verb="token.used").actor == stage.manager


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (Status.CANCELLED, "Este token foi cancelado em 23/11/2026 às 12:00.", "token_cancelled"),
        (Status.USED, "Este token já foi utilizado na solicitação nº 4507.", "token_used"),
        (Status.EXPIRED, EXPIRED, "token_expired"),
    ],
)
def test_a_dead_token_is_refused_with_its_reason(stage: Stage, status: str, message: str, code: str) -> None:
    token = make_token(stage, status)
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        redeem_token(token_id=token.pk, by=acting(stage.manager), at=NOON, request_number=4507)
    assert (refused.value.message, refused.value.code, refused.value.field) == (message, code, "token")
    assert traces() == before


def test_a_used_token_is_explained_without_a_request_number_too(stage: Stage) -> None:
    assert explain_dead_token(make_token(stage, Status.USED), NOON) == "Este token já foi utilizado."


def test_a_live_token_has_nothing_to_explain(stage: Stage) -> None:
    assert explain_dead_token(stage.generate(), LAST) == ""


def test_a_token_past_its_end_is_refused_although_no_sweep_ran(stage: Stage) -> None:
    token = stage.generate()
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        redeem_token(token_id=token.pk, by=acting(stage.manager), at=END)
    assert refused.value.message == EXPIRED
    assert traces() == before
    assert stored(token).status == Status.GENERATED
    assert stored(token).effective_status(END) == Status.EXPIRED


def test_another_cpf_is_refused_before_the_state_of_the_token_is_told(stage: Stage) -> None:
    token = make_token(stage, Status.CANCELLED)
    colleague = make_manager(stage.fund.entity)
    with pytest.raises(RuleBroken) as refused:
        redeem_token(token_id=token.pk, by=acting(colleague), at=NOON)
    assert refused.value.message == (
        "Este token foi gerado para outro responsável. "
        "O CPF que gera o token deve ser o mesmo que realiza a solicitação de credenciamento."
    )


@pytest.mark.parametrize("role", [role for role in Membership.Role if role != Membership.Role.PROGRAMME_MANAGER])
def test_redeeming_takes_the_profile_of_the_programme(stage: Stage, role: str) -> None:
    member = make_member(role, stage.fund.entity)
    token = stage.generate(responsible_cpf=person_of(member).cpf)
    before = traces()
    with pytest.raises(NotPermitted):
        redeem_token(token_id=token.pk, by=acting(member), at=NOON)
    assert traces() == before


def test_the_profile_of_another_entity_or_an_account_that_is_no_person_does_not_redeem(stage: Stage) -> None:
    manager = make_manager(make_other_entity())
    token = stage.generate(responsible_cpf=person_of(manager).cpf)
    for account in (manager, stage.fund.user, make_staff()):
        with pytest.raises(NotPermitted):
            redeem_token(token_id=token.pk, by=acting(account), at=NOON)
    assert stored(token).status == Status.GENERATED


def test_cancelling_keeps_who_and_when(stage: Stage) -> None:
    token = stored(cancel_token(token_id=stage.generate().pk, by=acting(stage.fund.user), at=LAST))
    assert (token.status, token.cancelled_by, token.cancelled_at) == (Status.CANCELLED, stage.fund.user, LAST)
    assert token.value == ""
    assert AuditEvent.objects.get(verb="token.cancelled").actor == stage.fund.user
    told = OutboxMessage.objects.get(subject__contains="cancelado")
    assert (told.to_email, told.addressee) == (token.responsible.email, token.responsible.user)
    assert f"O token de final {token.last4}" in told.body
    assert "peça outro token" in told.body


@pytest.mark.parametrize(("status", "label"), [("used", "USADO"), ("cancelled", "CANCELADO"), ("expired", "EXPIRADO")])
def test_a_dead_token_cannot_be_cancelled(stage: Stage, status: str, label: str) -> None:
    token = make_token(stage, status)
    before = traces()
    with pytest.raises(NotAllowedNow) as refused:
        cancel_token(token_id=token.pk, by=acting(stage.fund.user), at=NOON)
    assert refused.value.message == f"Operação não permitida na situação atual ({label})."
    assert traces() == before


def test_a_token_past_its_end_cannot_be_cancelled_although_no_sweep_ran(stage: Stage) -> None:
    token = stage.generate()
    with pytest.raises(NotAllowedNow, match="EXPIRADO"):
        cancel_token(token_id=token.pk, by=acting(stage.fund.user), at=END)
    assert stored(token).status == Status.GENERATED


def test_only_the_fund_of_the_token_cancels_it(stage: Stage) -> None:
    token = stage.generate()
    before_accounts = (stage.manager, make_staff(), make_organisation(make_other_entity()).user)
    before = traces()
    for account in before_accounts:
        with pytest.raises(NotPermitted):
            cancel_token(token_id=token.pk, by=acting(account), at=NOON)
    assert traces() == before
