"""Each fact of an Anexo I beside its rule: what the portal can tell, and what only a person can."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from siops.models import FundUpdate, HealthManager
from siops.services.fund_facts import approved_before, checks_of
from tests.factories import NOON, make_organisation, make_other_entity, make_user, siops
from tests.siops.support import session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
Role = HealthManager.Role


def answers(update: FundUpdate, former: FundUpdate | None = None) -> dict[str, bool | None]:
    return {check.label: check.holds for check in checks_of(update, former, at=NOON)}


def update_by(role: str, **fields: Any) -> FundUpdate:
    """An update whose dirigente holds this role now, of an entity with a fund."""
    record = siops.make_health_manager(role)
    fund = make_organisation(record.entity)
    own = {
        "cnpj": fund.cnpj,
        "entity_name": fund.name,
        "director_cpf": record.person.cpf,
        "director_name": record.person.name,
        "director_position": record.position,
    }
    return siops.make_fund_update(record.entity, at=NOON, **(own | fields))


def test_what_agrees_with_the_portal_needs_no_eye_and_papers_always_do() -> None:
    found = answers(update_by(Role.SECRETARY))
    assert {label for label, holds in found.items() if holds is None} == {"Endereço", "Documento de identidade"}
    assert False not in found.values()


@pytest.mark.parametrize(
    ("fields", "label", "holds"),
    [
        ({"cnpj": "99999999000191"}, "CNPJ da entidade", False),
        ({"entity_name": "Outro nome"}, "Nome da entidade", None),
        ({"institutional_email": "fundo@gmail.com"}, "E-mail institucional", False),
        ({"director_cpf": "52998224725"}, "CPF do dirigente", False),
        ({"director_name": "Outra Pessoa"}, "Nome do dirigente", False),
        ({"director_position": "Assessor"}, "Cargo do dirigente", None),
    ],
)
def test_what_does_not_agree_is_said(fields: dict[str, str], label: str, holds: bool | None) -> None:
    assert answers(update_by(Role.SECRETARY, **fields))[label] is holds


def test_without_a_fund_only_the_letter_can_tell_and_a_fund_elsewhere_is_refused() -> None:
    update = siops.make_fund_update(at=NOON)
    assert answers(update)["CNPJ da entidade"] is None
    make_organisation(make_other_entity(), cnpj=update.cnpj)
    assert answers(update)["CNPJ da entidade"] is False


def test_a_substitute_is_for_a_person_to_judge() -> None:
    update = update_by(Role.SECRETARY_SUBSTITUTE)
    assert answers(update)["CPF do dirigente"] is None


def test_the_desk_shows_what_changed_since_the_last_approval() -> None:
    checker = siops.make_checker()
    update = update_by(Role.SECRETARY, status="sent", sent_at=NOON)
    former = siops.make_fund_update(
        update.entity,
        at=NOON - timedelta(days=9),
        status="approved",
        sent_at=NOON - timedelta(days=9),
        checked_at=NOON - timedelta(days=8),
        checked_by=make_user(),
        director_name="Quem Saiu",
    )
    assert approved_before(update) == former
    assert {check.label: check.was for check in checks_of(update, former, at=NOON)}["Nome do dirigente"] == "Quem Saiu"

    page = session_of(checker).get(reverse("siops:fund_update_check", args=[update.pk])).content.decode()
    assert "antes: Quem Saiu" in page
    assert page.count("CONFERE") >= len([holds for holds in answers(update, former).values() if holds])
