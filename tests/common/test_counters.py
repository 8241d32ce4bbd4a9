"""Counters that protect: in the database, atomic, forgotten when their time is over."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from common import counters
from common.models import Counter
from tests.concurrency import at_once
from tests.factories import NOON

MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
CPF = "11144477735"


def count(times: int = 1, *, at: object = NOON, limit: int = 0) -> int:
    return [counters.count("porta", CPF, lasts=MINUTE, at=at, limit=limit) for _ in range(times)][-1].times  # type: ignore[arg-type]  # an instant


@pytest.mark.django_db
class TestCounting:
    def test_each_is_one_more_until_the_time_is_over(self) -> None:
        assert count(3) == 3
        assert count(at=NOON + MINUTE - MICROSECOND) == 4
        assert count(at=NOON + MINUTE) == 1

    def test_what_is_counted_is_remembered_for_who_it_is_of(self) -> None:
        count(2)
        assert counters.tally("porta", CPF, at=NOON).times == 2
        assert counters.tally("porta", CPF, at=NOON + MINUTE).times == 0
        assert counters.tally("porta", "outro", at=NOON).times == 0
        assert counters.tally("janela", CPF, at=NOON).times == 0

    def test_reaching_the_limit_begins_the_time_anew_and_trying_beyond_does_not(self) -> None:
        count(2, limit=3)
        late = NOON + timedelta(seconds=50)
        assert count(at=late, limit=3) == 3
        assert (
            counters.count("porta", CPF, lasts=MINUTE, at=late + MINUTE - MICROSECOND, limit=3).ends_at == late + MINUTE
        )
        assert count(at=late + MINUTE, limit=3) == 1

    def test_a_count_is_given_back_never_below_none(self) -> None:
        count()
        for _ in range(3):
            counters.give_back("porta", CPF)
        assert counters.tally("porta", CPF, at=NOON).times == 0

    def test_forgetting(self) -> None:
        count(5)
        counters.forget("porta", CPF)
        assert count() == 1

    def test_a_flood_of_others_and_an_empty_cache_forget_nothing(self) -> None:
        count(3)
        cache.clear()
        for number in range(400):
            counters.count("porta", str(number), lasts=MINUTE, at=NOON)
        assert count() == 4

    def test_the_table_names_nobody(self) -> None:
        count()
        assert CPF not in str(list(Counter.objects.values()))

    def test_the_sweep_erases_what_is_over_and_only_that(self) -> None:
        count(2)
        counters.count("porta", "velho", lasts=MINUTE, at=NOON - MINUTE)
        assert counters.sweep(at=NOON) == 1
        assert counters.tally("porta", CPF, at=NOON).times == 2

    def test_how_long_to_wait(self) -> None:
        tally = counters.count("porta", CPF, lasts=MINUTE, at=NOON)
        assert tally.seconds_left(NOON) == 60
        assert tally.seconds_left(NOON + timedelta(seconds=59, microseconds=1)) == 1
        assert tally.seconds_left(NOON + 2 * MINUTE) == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_each_read_their_own_number() -> None:
    assert sorted(at_once(*[count] * 8)) == [1, 2, 3, 4, 5, 6, 7, 8]
