"""Two at once: of the SAPS, one file is one ofício, also where each names another state; of an entity, one adesão."""

import pytest

from accounts.models import User
from common.exceptions import NotAllowedNow, RuleBroken
from common.models import AuditEvent
from gerencia.models import Enrolment, Offer, OfficialLetter
from pki import services as pki
from territory.models import Entity
from tests.clock import now
from tests.concurrency import at_once
from tests.factories import make_staff
from tests.gerencia.conftest import make_state
from tests.gerencia.test_enrolments import accept, start
from tests.gerencia.test_letters import receive

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_file_is_taken_in_once(of_2025: Offer, pdf: bytes) -> None:
    states = (make_state(), make_state("28", "SE", "Sergipe"))
    people = [make_staff(f"saps-{number}", staff_role="saps") for number in range(2)]
    works = [
        lambda state=state, who=who: receive(of_2025, state, who, pdf)
        for state, who in zip(states, people, strict=True)
    ]
    results = at_once(*works)
    assert sorted(getattr(result, "code", "taken in") for result in results) == ["same_file", "taken in"]
    assert any(isinstance(result, RuleBroken) for result in results)
    assert OfficialLetter.objects.count() == 1


def test_two_tabs_enrol_once(practice: Offer, municipality: Entity, manager: User) -> None:
    pki.ensure_authorities(at=now())
    begun = at_once(*[lambda: start(practice, municipality, manager)] * 2)
    draft = Enrolment.objects.get()
    accepted = at_once(*[lambda: accept(draft, manager)] * 2)
    for results in (begun, accepted):
        assert sum(isinstance(result, NotAllowedNow) for result in results) == 1
    assert Enrolment.objects.get().status == "enrolled"
    assert AuditEvent.objects.filter(verb="enrolment.accepted").count() == 1
