"""«Mudou o Secretário? Mudou o Prefeito?»: each step is computed from what is recorded."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from pki import services as pki
from siops.models import FundUpdate, HealthManager, Technician
from siops.services.change_steps import STEPS
from siops.services.checklist import Button, Checklist, ChecklistStep
from siops.services.managers import confirm_manager
from tests.actors import acting
from tests.factories import (
    NOON,
    make_membership,
    make_organisation,
    make_other_entity,
    make_person,
    siops,
)
from tests.factories.siops import Acting
from tests.siops.managers_support import Role, Town, make_town, register, register_sender, stored
from tests.siops.support import everybody, session_of
from tests.siops.test_letters import send

ADDRESS = "/siops/mudanca/"
HEAD, SECRETARY, CERTIFICATE, TECHNICIAN, ENTERED, FUND, EGESTOR, AB = range(8)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def steps(acting: Acting) -> list[ChecklistStep]:
    return Checklist(acting).steps


def done(acting: Acting) -> list[bool]:
    return [step.done for step in steps(acting)]


def give_certificate(manager: HealthManager, days: int = 365) -> Any:
    pki.ensure_authorities(at=NOON)
    person = manager.person
    holder = pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date, email=person.email)
    return pki.issue_on_medium(holder=holder, authority_slug="icp", kind="A3", pin="1234", puk="12345678", at=NOON)


def put_in_order(town: Town) -> None:
    give_certificate(town.secretary)
    make_organisation(town.entity)
    make_membership(make_person(), Membership.Role.AB_MANAGER, town.entity)
    siops.make_fund_update(
        town.entity,
        status=FundUpdate.Status.APPROVED,
        director_cpf=town.secretary.person.cpf,
        sent_at=NOON,
        checked_at=NOON,
        checked_by=siops.make_checker(),
    )


def test_an_entity_in_order(town: Town) -> None:
    put_in_order(town)
    checklist = Checklist(town.as_head)
    assert [step.done for step in checklist.steps] == [True] * 8
    assert checklist.done == 8


def test_an_entity_with_nothing_else(town: Town) -> None:
    assert done(town.as_head) == [True, True, False, True, True, False, False, False]


def test_the_change_of_secretary_undoes_what_must_be_done_again(town: Town) -> None:
    give_certificate(town.secretary)
    made = register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)
    facts = steps(siops.acting_of(made))
    assert [facts[n].done for n in (HEAD, SECRETARY, CERTIFICATE, TECHNICIAN, ENTERED)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert "mesmo que o técnico permaneça" in facts[TECHNICIAN].fact.detail
    assert facts[TECHNICIAN].fact.button == Button("Cadastrar responsável", "/siops/gestores/responsavel/")
    give_certificate(made)
    technician = register_sender(siops.acting_of(made), town.technician.person)
    facts = steps(siops.acting_of(made))
    assert [facts[n].done for n in (CERTIFICATE, TECHNICIAN, ENTERED)] == [True, True, False]
    technician.enter_first(at=NOON)
    technician.save()
    entered = steps(siops.acting_of(made))[ENTERED]
    assert (entered.done, entered.fact.when) == (True, NOON)


def test_a_secretary_to_confirm_is_not_done(town: Town) -> None:
    HealthManager.objects.doubt_appointees([town.entity.pk])
    step = steps(town.as_head)[SECRETARY]
    assert not step.done
    assert "A CONFIRMAR" in step.fact.detail
    assert step.fact.button == Button("Confirmar ou substituir", "/siops/gestores/")
    confirm_manager(manager_id=town.secretary.pk, by=acting(town.as_head), at=NOON)
    assert steps(town.as_head)[SECRETARY].done


def test_a_letter_under_review_leaves_the_head_open(town: Town) -> None:
    send(town.as_head)
    step = steps(town.as_head)[HEAD]
    assert not step.done
    assert "ofício em análise" in step.fact.detail


def test_an_expired_certificate_is_not_done(town: Town) -> None:
    medium = give_certificate(town.secretary)
    end = medium.certificate.not_after
    acting = siops.acting_of(town.head, end - timedelta(microseconds=1))
    assert steps(acting)[CERTIFICATE].done
    assert not steps(siops.acting_of(town.head, end))[CERTIFICATE].done


def test_a_destroyed_medium_is_not_a_certificate(town: Town) -> None:
    medium = give_certificate(town.secretary)
    medium.block()
    medium.destroy()
    medium.save()
    assert not steps(town.as_head)[CERTIFICATE].done


def test_the_fund_record_is_of_who_answers_now(town: Town) -> None:
    siops.make_fund_update(
        town.entity,
        status=FundUpdate.Status.APPROVED,
        director_cpf=town.secretary.person.cpf,
        sent_at=NOON,
        checked_at=NOON,
        checked_by=siops.make_checker(),
    )
    assert steps(town.as_head)[FUND].done
    register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)
    step = steps(town.as_head)[FUND]
    assert not step.done
    assert "não responde mais pelo ente" in step.fact.detail


def test_a_fund_without_email_goes_to_the_dicon(town: Town) -> None:
    fund = make_organisation(town.entity)
    fund.user.email = ""
    fund.user.save()
    step = steps(town.as_head)[EGESTOR]
    assert not step.done
    assert "DICON" in step.fact.detail


def test_buttons_are_of_the_role(town: Town) -> None:
    def labels(acting: Acting) -> set[str]:
        return {step.fact.button.label for step in steps(acting) if step.fact.button}

    assert "Cadastrar Secretário" in labels(town.as_head)
    assert "Cadastrar responsável" not in labels(town.as_head)
    assert "Cadastrar responsável" in labels(town.as_secretary)
    assert "Cadastrar Secretário" not in labels(town.as_secretary)
    assert labels(town.as_technician) == set()


def test_every_button_opens_for_who_sees_it(db: None, noon: Any) -> None:
    for name, who in everybody(make_other_entity()).items():
        if not isinstance(who, Acting):
            continue
        client = session_of(who)
        for step in steps(who):
            if step.fact.button:
                assert client.get(step.fact.button.url).status_code in {200, 302}, (name, step.fact.button.url)


class TestThePublicForm:
    def test_it_says_steps_who_and_papers_to_whoever_has_not_entered(self, client: Client) -> None:
        answer = client.get(ADDRESS)
        text = answer.content.decode()
        assert answer.status_code == 200
        for step in STEPS:
            assert step.title in text
            assert step.who in text
            assert step.papers in text
        assert f"/siops/entrar/?next={ADDRESS.replace('/', '%2F')}" in text
        assert "É A VEZ" not in text

    def test_who_answers_for_an_entity_sees_its_status_and_the_others_the_public_form(
        self, db: None, noon: Any
    ) -> None:
        for name, who in everybody(make_other_entity()).items():
            answer = session_of(who).get(ADDRESS)
            assert answer.status_code == 200, name
            assert ("passos feitos" in answer.content.decode()) is (isinstance(who, Acting) and name != "court"), name


class TestWhoseTurnItIs:
    def test_one_step_is_the_next_one_and_the_others_say_what_they_wait_for(self, town: Town) -> None:
        facts = steps(town.as_secretary)
        assert [step.number for step in facts if step.is_next] == [3]
        assert [step.state[0] for step in facts] == [
            "FEITO",
            "FEITO",
            "É A VEZ",
            "FEITO",
            "FEITO",
            "PODE FAZER",
            "AGUARDA 6",
            "AGUARDA 7",
        ]

    def test_it_is_yours_or_of_somebody_named(self, town: Town) -> None:
        name = town.secretary.person.name
        assert Checklist(town.as_secretary).next_step.whose == "você"  # type: ignore[union-attr]  # not done
        assert Checklist(town.as_head).next_step.whose == name  # type: ignore[union-attr]  # not done
        assert [step.number for step in Checklist(town.as_head).meanwhile] == [6]
        assert Checklist(town.as_technician).meanwhile == []

    def test_the_page_marks_it_and_shows_a_bar(self, town: Town, noon: Any) -> None:
        text = session_of(town.as_secretary).get(ADDRESS).content.decode()
        assert text.count('aria-current="step"') == 1
        assert "Próximo passo: 3, com você" in text
        assert re.search(r'<progress class="meter"\s+max="8"\s+value="4"', text)
        assert town.head.person.name in text

    def test_nothing_is_next_when_everything_is_done(self, town: Town, noon: Any) -> None:
        put_in_order(town)
        assert Checklist(town.as_head).next_step is None
        assert "Todos os passos foram feitos." in session_of(town.as_head).get(ADDRESS).content.decode()


def test_the_step_of_the_password_has_its_button_and_the_page_opens(town: Town, noon: Any) -> None:
    button = steps(town.as_head)[EGESTOR].fact.button
    assert button is not None
    assert button.url == "/entrar/esqueci/fundo/"
    assert session_of(town.as_head).get(button.url).status_code == 200


def test_the_page_is_of_the_entity_of_the_session(town: Town, noon: Any) -> None:
    other = make_town(make_other_entity())
    text = session_of(town.as_secretary).get(ADDRESS).content.decode()
    assert town.secretary.person.name in text
    assert other.secretary.person.name not in text
    assert "4 de 8 passos feitos" in text


def test_the_page_costs_the_same_whatever_is_recorded(town: Town, noon: Any) -> None:
    client = session_of(town.as_secretary)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(ADDRESS).status_code == 200
        return len(queries)

    before = cost()
    assert before <= 16
    for _ in range(5):
        register(town.as_secretary, Role.COUNCIL)
        register_sender(town.as_secretary)
    assert Technician.objects.filter(entity=town.entity).count() == 6
    assert stored(town.technician).status == Technician.Status.SUBSTITUTED
    assert cost() == before
