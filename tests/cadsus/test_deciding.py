"""The manager decides: approval, denial, revocation; never the own request, never another unit's (M30, M31)."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from cadsus import offices
from cadsus.models import Machine, OperatorAccess
from cadsus.services import deciding
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from territory.models import Establishment
from tests.factories import NOON, make_establishment, make_other_entity, person_of
from tests.factories.cadsus import (
    end_link_of,
    in_sgop,
    make_access,
    make_machine,
    make_municipal_it,
    make_unit_manager,
    make_worker,
)

pytestmark = pytest.mark.django_db
M30 = "Você não pode aprovar a própria solicitação."
REASON = "Mudou de função"
DECISIONS: dict[str, dict[str, Any]] = {
    "approve": {},
    "deny": {"reason": REASON},
    "revoke": {"reason": REASON},
}


def decide(verb: str, request: OperatorAccess | Machine, by: User, *, at: Any = NOON) -> Any:
    kind = "access" if isinstance(request, OperatorAccess) else "machine"
    service = getattr(deciding, f"{verb}_{kind}")
    return service(request_id=request.pk, **DECISIONS[verb], by=in_sgop(by, at), at=at)


def is_operator(user: User, role: str, at: Any = NOON) -> bool:
    return in_sgop(user, at).holds(offices.OPERATOR, role)


def make_any(kind: str, user: User, status: str) -> OperatorAccess | Machine:
    return make_access(user, status=status) if kind == "access" else make_machine(user, status=status)


BEFORE = {"approve": "pending", "deny": "pending", "revoke": "approved"}
AFTER = {"approve": "approved", "deny": "denied", "revoke": "revoked"}


@pytest.mark.parametrize("kind", ["access", "machine"])
@pytest.mark.parametrize("verb", DECISIONS)
class TestEveryDecision:
    def test_is_the_managers_and_the_operator_is_told(self, worker: User, manager: User, kind: str, verb: str) -> None:
        row = decide(verb, make_any(kind, worker, BEFORE[verb]), manager)
        assert row.status == AFTER[verb]
        assert OutboxMessage.objects.get().to_email == person_of(worker).email
        assert AuditEvent.objects.get().role.split(",") == ["sgop_person", "manager"]
        assert (REASON in OutboxMessage.objects.get().body) is (verb != "approve")

    def test_is_that_of_the_municipal_it_where_there_is_no_manager(
        self, worker: User, unit: Establishment, kind: str, verb: str
    ) -> None:
        it = make_municipal_it(make_establishment(unit.entity))
        assert decide(verb, make_any(kind, worker, BEFORE[verb]), it).status == AFTER[verb]

    def test_m31_for_everybody_else(self, worker: User, unit: Establishment, kind: str, verb: str) -> None:
        row = make_any(kind, worker, BEFORE[verb])
        others = [
            worker,
            make_worker(unit),
            make_unit_manager(make_establishment(unit.entity)),
            make_municipal_it(make_establishment(make_other_entity())),
            make_unit_manager(make_establishment(make_other_entity())),
        ]
        for other in others:
            with pytest.raises(NotPermitted) as refused:
                decide(verb, row, other)
            assert refused.value.message == (
                f"Somente o gerente do estabelecimento {unit.cnes} pode aprovar esta solicitação."
            )
        assert type(row)._default_manager.get(pk=row.pk).status == BEFORE[verb]
        assert not AuditEvent.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_m30_for_the_own_one(self, manager: User, unit: Establishment, kind: str, verb: str) -> None:
        for own in (manager, make_municipal_it(unit)):
            row = make_any(kind, own, BEFORE[verb])
            with pytest.raises(NotPermitted) as refused:
                decide(verb, row, own)
            assert refused.value.message == M30
        assert not AuditEvent.objects.exists()

    def test_comes_once(self, worker: User, manager: User, kind: str, verb: str) -> None:
        row = decide(verb, make_any(kind, worker, BEFORE[verb]), manager)
        with pytest.raises(NotAllowedNow):
            decide(verb, row, manager)
        assert OutboxMessage.objects.count() == 1

    def test_is_not_of_a_manager_whose_own_link_ended(self, worker: User, manager: User, kind: str, verb: str) -> None:
        row = make_any(kind, worker, BEFORE[verb])
        end_link_of(manager)
        with pytest.raises(NotPermitted):
            decide(verb, row, manager)


class TestApproving:
    @pytest.mark.parametrize("profile", ["registrar", "consultant"])
    def test_gives_the_office_at_once(self, worker: User, manager: User, profile: str) -> None:
        access = make_access(worker, profile=profile)
        assert not is_operator(worker, profile)
        decide("approve", access, manager)
        assert is_operator(worker, profile)

    def test_has_no_limit_of_operators(self, unit: Establishment, manager: User) -> None:
        for _ in range(30):
            decide("approve", make_access(make_worker(unit)), manager)
        assert OperatorAccess.objects.in_force_at(NOON).count() == 30

    def test_is_refused_once_the_link_is_over(self, worker: User, manager: User) -> None:
        access = make_access(worker)
        end_link_of(worker)
        with pytest.raises(RuleBroken, match="Você não está vinculado"):
            decide("approve", access, manager)

    def test_of_another_profile_ends_the_one_held(self, worker: User, manager: User) -> None:
        held = make_access(worker, status="approved")
        decide("approve", make_access(worker, profile="consultant"), manager)
        assert (is_operator(worker, "registrar"), is_operator(worker, "consultant")) == (False, True)
        ended = OperatorAccess.objects.get(pk=held.pk)
        assert (ended.status, ended.reason) == ("revoked", "Troca de perfil para Consultador.")

    def test_until_thirty_days_are_over(self, worker: User, manager: User) -> None:
        end, microsecond = NOON + timedelta(days=30), timedelta(microseconds=1)
        access = make_access(worker)
        for late in (end, end + microsecond):
            with pytest.raises(NotAllowedNow, match="EXPIRADO"):
                decide("approve", access, manager, at=late)
        decide("approve", access, manager, at=end - microsecond)


class TestRevoking:
    def test_takes_the_office_from_a_session_that_is_open(self, worker: User, manager: User) -> None:
        access, actor = make_access(worker, status="approved"), in_sgop(worker)
        assert actor.has_perm("cadsus.consult_registry")
        decide("revoke", access, manager)
        actor.read_again()
        assert not actor.has_perm("cadsus.consult_registry")
