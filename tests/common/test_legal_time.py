"""The end of the legal day: one microsecond before, at and after; and every zone of the country looks at Brasília."""

from datetime import datetime, time

import pytest

from common.legal_time import end_of_legal_day


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-23T23:59:00-03:00", "2026-11-24T00:00:00-03:00"),
        ("2026-11-23T23:59:59.999999-03:00", "2026-11-24T00:00:00-03:00"),
        ("2026-11-24T00:00:00-03:00", "2026-11-25T00:00:00-03:00"),
        ("2026-11-24T00:00:00.000001-03:00", "2026-11-25T00:00:00-03:00"),
        ("2026-11-24T02:59:59.999999Z", "2026-11-24T03:00:00Z"),
        ("2026-11-24T03:00:00Z", "2026-11-25T03:00:00Z"),
        ("2026-11-23T22:00:00-05:00", "2026-11-25T00:00:00-03:00"),
        ("2026-11-24T00:30:00-02:00", "2026-11-24T00:00:00-03:00"),
        ("2026-12-31T12:00:00-03:00", "2027-01-01T00:00:00-03:00"),
        ("2028-02-29T12:00:00-03:00", "2028-03-01T00:00:00-03:00"),
        # Summer time still existed on this day and ended the next midnight.
        ("2019-02-15T12:00:00-02:00", "2019-02-16T00:00:00-02:00"),
    ],
)
def test_the_day_ends_at_the_next_midnight_in_brasilia(at: str, end: str) -> None:
    assert end_of_legal_day(datetime.fromisoformat(at)) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-23T23:58:59.999999-03:00", "2026-11-23T23:59:00-03:00"),
        ("2026-11-23T23:59:00-03:00", "2026-11-24T23:59:00-03:00"),
    ],
)
def test_the_strict_cutoff_is_one_minute_earlier(at: str, end: str) -> None:
    assert end_of_legal_day(datetime.fromisoformat(at), cutoff=time(23, 59)) == datetime.fromisoformat(end)
