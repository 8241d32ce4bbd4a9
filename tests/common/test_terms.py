"""Terms of a wait: when it is late, and which waits have used up how much of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.legal_time import BRASILIA
from common.terms import INSTANT, BusinessDays, Hours, Term

# A Friday; Monday 7 September is a national holiday.
FRIDAY = datetime(2026, 9, 4, 16, 30, tzinfo=BRASILIA)
TERMS: tuple[Term, ...] = (Hours(72), BusinessDays(1), BusinessDays(10))


def test_hours_run_day_and_night() -> None:
    assert Hours(72).due(FRIDAY) == FRIDAY + timedelta(hours=72)
    assert Hours(72).words == "72 horas"


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (1, datetime(2026, 9, 9, tzinfo=BRASILIA)),
        (2, datetime(2026, 9, 10, tzinfo=BRASILIA)),
        (5, datetime(2026, 9, 15, tzinfo=BRASILIA)),
    ],
)
def test_business_days_begin_after_the_day_and_end_with_the_last(days: int, due: datetime) -> None:
    assert BusinessDays(days).due(FRIDAY) == due


def test_the_day_is_that_of_brasilia() -> None:
    late_in_utc = datetime(2026, 9, 5, 1, 0, tzinfo=UTC)
    assert BusinessDays(1).due(late_in_utc) == BusinessDays(1).due(FRIDAY)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.words)
@given(minutes=st.integers(0, 3 * 365 * 24 * 60))
def test_what_began_up_to_the_edge_is_late_and_nothing_after_it(term: Term, minutes: int) -> None:
    since = FRIDAY + timedelta(minutes=minutes)
    due = term.due(since)
    assert since <= term.edge(due, 1.0)
    assert since > term.edge(due - INSTANT, 1.0)
