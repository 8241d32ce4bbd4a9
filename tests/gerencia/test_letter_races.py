"""Two of the SAPS at once: one file is one ofício, also where each names another state."""

import pytest

from common.exceptions import RuleBroken
from gerencia.models import Offer, OfficialLetter
from tests.concurrency import at_once
from tests.factories import make_staff
from tests.gerencia.conftest import make_state
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
