"""An operator asks: the record, access by an establishment, the profile, a machine (spec 5.1, M27, M28, M33)."""

from contextlib import nullcontext
from typing import Any

import pytest

from accounts.models import User
from cadsus.messages import M28, M33
from cadsus.models import Machine, Operator, OperatorAccess
from cadsus.services import asking
from cadsus.services.operators import register_operator
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken, RulesBroken
from common.models import AuditEvent, OutboxMessage
from registry import quality
from registry.models import Person
from territory.models import Establishment
from tests.factories import NOON, make_establishment, make_other_entity, person_of
from tests.factories.cadsus import (
    end_link_of,
    in_sgop,
    in_sisrede,
    make_access,
    make_machine,
    make_municipal_it,
    make_operator,
    make_unit_manager,
    make_worker,
)

pytestmark = pytest.mark.django_db


def register(user: User, **given: Any) -> Operator:
    own: dict[str, Any] = {"cpf": person_of(user).cpf_text, "cns": person_of(user).cns, "has_accepted": True}
    return register_operator(**(own | given), by=in_sgop(user), at=NOON)


def ask(user: User, unit: Establishment, profile: str = "registrar") -> OperatorAccess:
    make_operator(user)
    draft = asking.start_access(cnes=unit.cnes, by=in_sgop(user), at=NOON)
    return asking.ask_access(access_id=draft.pk, profile=profile, by=in_sgop(user), at=NOON)


class TestRegistering:
    def test_makes_an_operator_without_access(self, worker: User) -> None:
        operator = register(worker)
        assert (operator.person, operator.registered_at) == (worker.person, NOON)
        assert not OperatorAccess.objects.exists()
        assert AuditEvent.objects.filter(verb="operator.registered", actor=worker).count() == 1

    def test_tells_everything_that_is_wrong_at_once(self, worker: User) -> None:
        other = make_worker()
        with pytest.raises(RulesBroken) as refused:
            register(worker, cpf=person_of(other).cpf_text, cns=person_of(other).cns, has_accepted=False)
        assert [rule.field for rule in refused.value.broken] == ["cpf", "cns", "has_accepted"]
        assert not Operator.objects.exists()

    @pytest.mark.parametrize("missing", ["email", "phone"])
    def test_needs_a_record_of_some_quality(self, worker: User, missing: str) -> None:
        Person.objects.filter(pk=person_of(worker).pk).update(**{missing: ""})
        with pytest.raises(RuleBroken) as refused:
            register(worker)
        assert refused.value.message == M33

    def test_needs_an_address(self, worker: User) -> None:
        person_of(worker).addresses.all().delete()
        with pytest.raises(RuleBroken) as refused:
            register(worker)
        assert refused.value.message == M33

    @pytest.mark.parametrize(("least", "is_refused"), [(85, False), (86, True)])
    def test_needs_the_level_bronze(
        self, worker: User, monkeypatch: pytest.MonkeyPatch, least: int, is_refused: bool
    ) -> None:
        """A record that has everything but race, father and birthplace: 85 points."""
        monkeypatch.setattr(quality, "BRONZE", least)
        with pytest.raises(RuleBroken, match="bronze") if is_refused else nullcontext():
            register(worker)

    def test_happens_once(self, worker: User) -> None:
        register(worker)
        with pytest.raises(RuleBroken, match="já está cadastrado"):
            register(worker)

    def test_is_for_a_session_of_the_sgop(self, worker: User) -> None:
        own: dict[str, Any] = {"cpf": person_of(worker).cpf_text, "cns": person_of(worker).cns, "has_accepted": True}
        with pytest.raises(NotPermitted):
            register_operator(**own, by=in_sisrede(worker), at=NOON)


class TestAskingForAccess:
    def test_the_request_waits_for_the_manager_who_is_told(
        self, worker: User, manager: User, unit: Establishment
    ) -> None:
        access = ask(worker, unit)
        assert (access.status, access.profile, access.asked_at) == ("pending", "registrar", NOON)
        letter = OutboxMessage.objects.get()
        assert letter.to_email == person_of(manager).email
        assert person_of(worker).name in letter.subject

    def test_without_a_manager_the_municipal_it_is_told(self, worker: User, unit: Establishment) -> None:
        it = make_municipal_it(make_establishment(unit.entity))
        make_municipal_it(make_establishment(make_other_entity()))
        ask(worker, unit)
        assert OutboxMessage.objects.get().to_email == person_of(it).email

    def test_a_manager_who_asks_is_not_written_to(self, manager: User, unit: Establishment) -> None:
        colleague = make_unit_manager(unit)
        ask(manager, unit)
        assert OutboxMessage.objects.get().to_email == person_of(colleague).email

    def test_m27_without_a_link_with_the_cnes(self, worker: User) -> None:
        make_operator(worker)
        elsewhere = make_establishment()
        with pytest.raises(RuleBroken) as refused:
            asking.start_access(cnes=elsewhere.cnes, by=in_sgop(worker), at=NOON)
        assert refused.value.message == (
            f"Você não está vinculado ao CNES {elsewhere.cnes}. Solicite a atualização do CNES antes de pedir acesso."
        )
        assert not OperatorAccess.objects.exists()

    def test_m27_when_the_link_ended_meanwhile(self, worker: User) -> None:
        draft = make_access(worker, status="draft")
        end_link_of(worker)
        with pytest.raises(RuleBroken, match="Você não está vinculado"):
            asking.ask_access(access_id=draft.pk, profile="registrar", by=in_sgop(worker), at=NOON)

    def test_m28_while_the_same_waits(self, worker: User, unit: Establishment) -> None:
        make_access(worker)
        with pytest.raises(RuleBroken) as refused:
            ask(worker, unit)
        assert refused.value.message == M28
        assert not OutboxMessage.objects.exists()

    def test_what_one_has_already_is_not_asked_again(self, worker: User, unit: Establishment) -> None:
        make_access(worker, status="approved")
        with pytest.raises(RuleBroken, match=r"já tem este perfil neste estabelecimento \(APROVADO\)"):
            ask(worker, unit)

    def test_another_profile_may_be_asked_for_and_the_first_stays(self, worker: User, unit: Establishment) -> None:
        held = make_access(worker, status="approved")
        ask(worker, unit, "consultant")
        assert OperatorAccess.objects.get(pk=held.pk).status == "approved"

    def test_m33_when_the_record_lost_its_quality(self, worker: User) -> None:
        draft = make_access(worker, status="draft")
        Person.objects.filter(user=worker).update(phone="")
        with pytest.raises(RuleBroken) as refused:
            asking.ask_access(access_id=draft.pk, profile="registrar", by=in_sgop(worker), at=NOON)
        assert refused.value.message == M33

    def test_a_second_start_finds_the_same_draft(self, worker: User, unit: Establishment) -> None:
        make_operator(worker)
        first, second = (asking.start_access(cnes=unit.cnes, by=in_sgop(worker), at=NOON) for _ in range(2))
        assert first == second

    def test_a_second_submission_is_not_allowed_any_more(self, worker: User, unit: Establishment) -> None:
        access = ask(worker, unit)
        with pytest.raises(NotAllowedNow):
            asking.ask_access(access_id=access.pk, profile="registrar", by=in_sgop(worker), at=NOON)

    def test_nobody_asks_with_the_draft_of_another(self, worker: User, unit: Establishment) -> None:
        draft, other = make_access(worker, status="draft"), make_worker(unit)
        make_operator(other)
        with pytest.raises(NotPermitted):
            asking.ask_access(access_id=draft.pk, profile="registrar", by=in_sgop(other), at=NOON)
        assert OperatorAccess.objects.get(pk=draft.pk).status == "draft"


class TestCancelling:
    def test_while_nobody_has_decided(self, worker: User) -> None:
        access = asking.cancel_access(access_id=make_access(worker).pk, by=in_sgop(worker), at=NOON)
        assert (access.status, access.closed_at) == ("cancelled", NOON)

    def test_not_afterwards(self, worker: User) -> None:
        access = make_access(worker, status="approved")
        with pytest.raises(NotAllowedNow):
            asking.cancel_access(access_id=access.pk, by=in_sgop(worker), at=NOON)

    def test_not_by_the_manager(self, worker: User, manager: User) -> None:
        with pytest.raises(NotPermitted):
            asking.cancel_access(access_id=make_access(worker).pk, by=in_sgop(manager), at=NOON)


class TestAskingForAMachine:
    @staticmethod
    def ask(user: User, unit: Establishment, **given: Any) -> Machine:
        make_operator(user)
        facts: dict[str, Any] = {"cnes": unit.cnes, "name": "RECEPÇÃO 1", "is_recognised": True} | given
        return asking.ask_machine(**facts, by=in_sgop(user), at=NOON)

    def test_waits_for_the_manager_who_is_told(self, worker: User, manager: User, unit: Establishment) -> None:
        assert self.ask(worker, unit).status == "pending"
        assert "RECEPÇÃO 1" in OutboxMessage.objects.get(to_email=person_of(manager).email).body

    def test_only_once_recognised(self, worker: User, unit: Establishment) -> None:
        with pytest.raises(RuleBroken) as refused:
            self.ask(worker, unit, is_recognised=False)
        assert refused.value.field == "is_recognised"

    def test_the_same_one_once(self, worker: User, unit: Establishment) -> None:
        make_machine(worker)
        with pytest.raises(RuleBroken, match=r"\(PENDENTE\)"):
            self.ask(worker, unit)

    def test_m27(self, worker: User) -> None:
        with pytest.raises(RuleBroken, match="Você não está vinculado"):
            self.ask(worker, make_establishment())
