"""The written defence (contraditório): who presents it, until when, who reads it; it stays, and stops no term."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common.exceptions import Refusal
from common.models import AuditEvent
from sanctions.models import Defence, Omission, SanctionEvent, Shortfall
from sanctions.services.defending import present_defence
from siops.models import HealthManager
from siops.models.scoped import TECHNICIAN
from tests.clock import Clock, now
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.sanctions.support import SECOND, go, make_shortfall, midnight, story
from tests.siops.support import enter, session_of

pytestmark = pytest.mark.django_db(databases=["default", "control"])
Role = HealthManager.Role
TEXT = "O demonstrativo do 6º bimestre ficou retido na contabilidade por falha do sistema contratado pelo município."
FOUND = midnight(2027, 2, 1)


@pytest.fixture
def secretary(db: None) -> Acting:
    return siops.make_acting(Role.SECRETARY, make_entity(), FOUND)


@pytest.fixture
def shortfall(secretary: Acting) -> Shortfall:
    return make_shortfall(secretary.entity)


def present(case: Shortfall | Omission, by: Acting, at: Any = FOUND, text: str = TEXT) -> Defence:
    kind = "minimo" if isinstance(case, Shortfall) else "omissao"
    return present_defence(kind=kind, case_id=case.pk, text=text, by=by, at=at)


def refused(case: Shortfall | Omission, by: Acting, **changed: Any) -> str:
    before = Defence.objects.count(), SanctionEvent.objects.count(), AuditEvent.objects.count()
    with pytest.raises(Refusal) as refusal:
        present(case, by, **changed)
    assert (Defence.objects.count(), SanctionEvent.objects.count(), AuditEvent.objects.count()) == before
    return refusal.value.code


def test_it_is_kept_as_written_and_is_in_the_timeline(secretary: Acting, shortfall: Shortfall) -> None:
    defence = present(shortfall, secretary, text=f"  {TEXT}\n")
    assert (defence.text, defence.role, defence.written_by) == (TEXT, "Secretário de Saúde", secretary.user)
    assert story(secretary.entity) == [("01/02/2027", "defended")]
    assert AuditEvent.objects.get(verb="defence.presented").actor == secretary.user
    assert refused(shortfall, secretary) == "already"


@pytest.mark.parametrize("role", [Role.HEAD, Role.HEAD_SUBSTITUTE, Role.SECRETARY_SUBSTITUTE])
def test_who_answers_by_certificate_presents_it(shortfall: Shortfall, role: str) -> None:
    by = siops.make_acting(role, shortfall.entity)
    assert present(shortfall, by, at=FOUND).written_by == by.user


@pytest.mark.parametrize("role", [TECHNICIAN, Role.COUNCIL])
def test_nobody_else_does(shortfall: Shortfall, role: str) -> None:
    assert refused(shortfall, siops.make_acting(role, shortfall.entity)) == "not_permitted"


def test_nor_another_entity(shortfall: Shortfall) -> None:
    assert refused(shortfall, siops.make_acting(Role.SECRETARY, make_other_entity())) == "not_permitted"


@pytest.mark.parametrize(
    ("text", "code"), [("Curta.", "too_short"), (" " * 60, "too_short"), ("a" * 4_001, "too_long")]
)
def test_it_says_something(secretary: Acting, shortfall: Shortfall, text: str, code: str) -> None:
    assert refused(shortfall, secretary, text=text) == code


def test_of_a_shortfall_until_the_last_second_of_the_fifteenth_day(secretary: Acting, shortfall: Shortfall) -> None:
    end = midnight(2027, 2, 17)
    assert refused(shortfall, secretary, at=end) == "closed"
    assert present(shortfall, secretary, at=end - SECOND)


def test_of_an_omission_while_the_thirty_days_run(secretary: Acting) -> None:
    make_period(2026, 6)
    go(now(), midnight(2027, 2, 1))
    omission, end = Omission.objects.get(), midnight(2027, 3, 3)
    assert refused(omission, secretary, at=end) == "closed"
    assert present(omission, secretary, at=end - SECOND)
    # It stops no term.
    go(midnight(2027, 2, 1), midnight(2027, 3, 10))
    assert Omission.objects.get().status == Omission.Status.SUSPENDED


def test_one_that_was_settled_takes_none(secretary: Acting) -> None:
    over = make_shortfall(secretary.entity, status="regularized", closed_on=FOUND.date())
    assert refused(over, secretary) == "closed"


def test_a_shortfall_found_anew_is_answered_anew(secretary: Acting, shortfall: Shortfall) -> None:
    present(shortfall, secretary)
    Shortfall.objects.update(found_on=(FOUND + timedelta(days=40)).date())
    assert present(shortfall, secretary, at=FOUND + timedelta(days=41))
    assert shortfall.defences.count() == 2


def test_the_database_holds_one_of_one_case(secretary: Acting, shortfall: Shortfall) -> None:
    fields = {"entity": shortfall.entity, "text": TEXT, "written_by": secretary.user, "written_at": FOUND}
    with pytest.raises(IntegrityError, match="defence_of_one_case"), transaction.atomic():
        Defence.objects.create(opened_on=FOUND.date(), **fields)
    present(shortfall, secretary)
    with pytest.raises(IntegrityError, match="defence_once_for_a_shortfall"), transaction.atomic():
        Defence.objects.create(shortfall=shortfall, opened_on=shortfall.opened_on, **fields)


def test_the_page_and_who_reads_it(client: Client, secretary: Acting, shortfall: Shortfall, clock: Clock) -> None:
    clock.move_to(FOUND)
    address = below(reverse("sanctions:defence_present", args=["minimo", shortfall.pk]))
    monitoring = below(reverse("sanctions:monitoring"))
    enter(client, secretary)
    assert address in client.get(monitoring).content.decode()
    assert "16/02/2027, inclusive" in client.get(address).content.decode()
    assert "pelo menos 50" in client.post(address, {"text": "Curta."}).content.decode()
    assert client.post(address, {"text": TEXT})["Location"] == monitoring
    text = client.get(monitoring).content.decode()
    assert TEXT in text
    assert address not in text
    desk = below(reverse("sanctions:entity_detail", args=[shortfall.entity_id]))
    assert TEXT in session_of(siops.make_coordinator()).get(desk).content.decode()
    council = session_of(siops.make_acting(Role.COUNCIL, shortfall.entity))
    assert TEXT in council.get(monitoring).content.decode()
    public = below(reverse("transparency:entity_detail", args=[shortfall.entity.ibge]))
    told = Client().get(public).content.decode()
    assert TEXT not in told
