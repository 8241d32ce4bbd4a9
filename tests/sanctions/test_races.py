"""The midnight of a deadline, and a homologation that has begun before it."""

import threading
from typing import Any

import pytest
from django.db import transaction

from declarations.services.calendar import hold_period
from sanctions.models import Omission
from sanctions.services.recording import record_sanctions
from tests.concurrency import at_once
from tests.factories import make_entity
from tests.factories.declarations import make_period
from tests.sanctions.support import SECOND, homologate, midnight

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_midnight_waits_for_a_homologation_that_has_begun() -> None:
    entity, period, due = make_entity(), make_period(2026, 6), midnight(2027, 1, 31)
    has_begun = threading.Event()

    @transaction.atomic
    def last_second() -> Any:
        hold_period(period.pk)
        has_begun.set()
        return homologate(entity, due - SECOND)

    def sweep() -> int:
        assert has_begun.wait(timeout=10)
        return record_sanctions(at=due)

    at_once(last_second, sweep)
    assert not Omission.objects.exists()


def test_those_of_one_bimestre_do_not_wait_for_each_other() -> None:
    period, both = make_period(2026, 6), threading.Barrier(2)

    @transaction.atomic
    def hold() -> bool:
        hold_period(period.pk)
        both.wait(timeout=10)
        return True

    assert at_once(hold, hold) == [True, True]
