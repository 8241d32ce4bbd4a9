"""The planning of SM-6 and SM-7, without a database: any order of facts and jumps ends as day-by-day stepping does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations.engine.periods import Period
from declarations.models import ReportingPeriod
from sanctions import terms
from sanctions.models import Omission, SanctionEvent, Shortfall
from sanctions.planning import Case, OmissionCase, ShortfallCase, Step, happen
from territory.models import Entity

Kind = SanctionEvent.Kind
DAY = timedelta(days=1)
START = date(2027, 1, 31)
LAST = START + timedelta(days=450)
# The machine of a test may be slow: what is measured here is the end, not the time.
CHEAP = settings(deadline=None, max_examples=40)
Facts = dict[date, dict[str, Any]]


def omission(year: int = 2026, **fields: Any) -> OmissionCase:
    period = ReportingPeriod.legal(Period(year, 6))
    return OmissionCase(Omission(period=period, notified_on=period.closes_on + DAY), **fields)


def shortfall(amount: int = 500_000_00) -> ShortfallCase:
    entity = Entity(kind=Entity.Kind.MUNICIPALITY, municipality_id="1200401", uf_id="12")
    period = ReportingPeriod.legal(Period(2026, 6))
    return ShortfallCase(Shortfall(entity=entity, period=period, amount=amount, found_on=START))


def learn(case: Any, facts: dict[str, Any]) -> None:
    """Facts of a day: of the case, or of its row or bimestre."""
    for name, value in facts.items():
        owner = {"amount": lambda: case.row, "closes_on": lambda: case.row.period}.get(name, lambda: case)()
        setattr(owner, name, value)


def daily(case: Case, facts: Facts, until: date) -> list[Step]:
    """Every day has its first instant, and then its facts."""
    told: list[Step] = []
    day = START
    while day < until:
        learn(case, facts.get(day, {}))
        day += DAY
        told += happen(case, day)
    return told


def jumping(case: Any, facts: Facts, until: date, stops: list[date]) -> list[Step]:
    """From stop to stop, through the due days alone; a fact is learnt while the room stands on its day."""
    told: list[Step] = []
    here = START
    learn(case, facts.get(here, {}))
    for stop in sorted({*stops, *facts, until}):
        if here < stop <= until:
            while (day := next_day(case, facts, here)) and day <= stop:
                told += happen(case, day)
                here = day
            here = stop
            learn(case, facts.get(here, {}))
    return told


def next_day(case: Case, facts: Facts, here: date) -> date | None:
    """The first due day; the one after a homologation of the year itself is one, because it is then assessed."""
    is_assessed = "amount" in facts.get(here, {})
    return here + DAY if is_assessed else case.next_day(here)


DAYS = st.integers(0, 440).map(lambda days: START + timedelta(days=days))
AMOUNTS = st.integers(0, 3_000_000_00)
STOPS = st.lists(DAYS, max_size=6)


@st.composite
def omission_facts(draw: Callable[..., Any]) -> Facts:
    """A homologation or none, and a prorogation or none, on any days."""
    facts: Facts = {}
    if draw(st.booleans()):
        day = draw(DAYS)
        facts.setdefault(day, {})["homologated_on"] = day
    if draw(st.booleans()):
        facts.setdefault(draw(DAYS), {})["closes_on"] = date(2027, 1, 30) + timedelta(days=draw(st.integers(-5, 90)))
    return facts


@st.composite
def shortfall_facts(draw: Callable[..., Any]) -> Facts:
    """A proof or none, and rectifications, on any days."""
    facts: Facts = {}
    if draw(st.booleans()):
        day = draw(DAYS)
        facts.setdefault(day, {})["proven_on"] = day
    for day in draw(st.lists(DAYS, max_size=2)):
        facts.setdefault(day, {})["amount"] = draw(AMOUNTS)
    return facts


@CHEAP
@given(facts=omission_facts(), stops=STOPS)
def test_an_omission_ends_the_same_by_any_jumps(facts: Facts, stops: list[date]) -> None:
    stepped, jumped = omission(), omission()
    assert daily(stepped, facts, LAST) == jumping(jumped, facts, LAST, stops)
    assert fields(stepped.row) == fields(jumped.row)


@CHEAP
@given(facts=shortfall_facts(), stops=STOPS, amount=st.integers(1, 3_000_000_00))
def test_a_shortfall_ends_the_same_by_any_jumps(facts: Facts, stops: list[date], amount: int) -> None:
    stepped, jumped = shortfall(amount), shortfall(amount)
    assert daily(stepped, facts, LAST) == jumping(jumped, facts, LAST, stops)
    assert fields(stepped.row) == fields(jumped.row)
    owed = [amount, *(fact["amount"] for fact in facts.values() if "amount" in fact)]
    assert stepped.deposited == jumped.deposited <= max(owed)


@CHEAP
@given(day=DAYS, late=st.integers(0, 3), stops=STOPS)
def test_a_homologation_that_is_written_late_ends_as_if_it_had_not_been(
    day: date, late: int, stops: list[date]
) -> None:
    """Stamped on its day, and known to the room only when later days were judged already."""
    known = day + late * DAY
    stepped, jumped = omission(), omission()
    facts: Facts = {known: {"homologated_on": day}}
    assert daily(stepped, facts, LAST) == jumping(jumped, facts, LAST, [*stops, known])
    assert fields(stepped.row) == fields(jumped.row)
    in_time = omission()
    daily(in_time, {day: {"homologated_on": day}}, LAST)
    assert stepped.row.status == in_time.row.status


def test_homologated_before_midnight_and_written_after_is_no_delay() -> None:
    last = date(2027, 3, 2)
    assert days_of(daily(omission(), {last + DAY: {"homologated_on": last}}, LAST)) == [
        ("suspension_reported", date(2027, 3, 3)),
        ("voided", date(2027, 3, 4)),
    ]


def test_a_proof_of_the_last_day_that_is_written_after_midnight_is_no_delay() -> None:
    last = date(2028, 2, 10)
    steps = days_of(daily(shortfall(), {last + DAY: {"proven_on": last}}, LAST))
    assert steps[-2:] == [("proof_suspended", date(2028, 2, 11)), ("regularized", date(2028, 2, 12))]


def fields(row: Omission | Shortfall) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.WRITTEN}


def days_of(steps: list[Step]) -> list[tuple[str, date]]:
    return [(step.kind, step.on) for step in steps]


def test_silence_suspends_at_the_decendio_after_the_thirty_days() -> None:
    assert days_of(daily(omission(), {}, LAST)) == [
        ("suspension_reported", date(2027, 3, 3)),
        ("transfers_suspended", date(2027, 3, 10)),
    ]


@pytest.mark.parametrize(
    ("homologated_on", "story"),
    [
        # The last day counts whole.
        (date(2027, 3, 2), [("settled", date(2027, 3, 3))]),
        (
            date(2027, 3, 3),
            [
                ("suspension_reported", date(2027, 3, 3)),
                ("restoration_requested", date(2027, 3, 4)),
                ("restored", date(2027, 3, 6)),
            ],
        ),
        (
            date(2027, 3, 9),
            [
                ("suspension_reported", date(2027, 3, 3)),
                ("restoration_requested", date(2027, 3, 10)),
                ("restored", date(2027, 3, 12)),
            ],
        ),
        (
            date(2027, 3, 10),
            [
                ("suspension_reported", date(2027, 3, 3)),
                ("transfers_suspended", date(2027, 3, 10)),
                ("restoration_requested", date(2027, 3, 11)),
                ("restored", date(2027, 3, 13)),
            ],
        ),
    ],
)
def test_a_homologation_settles_or_restores(homologated_on: date, story: list[tuple[str, date]]) -> None:
    assert days_of(daily(omission(), {homologated_on: {"homologated_on": homologated_on}}, LAST)) == story


@pytest.mark.parametrize(
    ("year", "notified_after", "last_day"),
    # The sources disagree on leap years: the day of the notification is a setting.
    [(2026, 1, date(2027, 3, 2)), (2027, 1, date(2028, 3, 1)), (2027, 2, date(2028, 3, 2))],
)
def test_the_thirty_days_run_from_the_notification(year: int, notified_after: int, last_day: date) -> None:
    case = omission(year)
    case.row.notified_on = case.row.period.closes_on + notified_after * DAY
    assert case.row.last_day == last_day


def test_a_prorogation_moves_what_is_not_applied_yet() -> None:
    prorogued = {date(2027, 2, 10): {"closes_on": date(2027, 3, 31)}}
    assert days_of(daily(omission(), prorogued, LAST))[0] == ("suspension_reported", date(2027, 5, 2))
    too_late = {date(2027, 3, 3): {"closes_on": date(2027, 3, 31)}}
    assert days_of(daily(omission(), too_late, LAST))[0] == ("suspension_reported", date(2027, 3, 3))


def test_parcels_are_directed_until_the_amount_and_never_beyond_the_rate() -> None:
    case = shortfall()
    steps = daily(case, {}, date(2028, 1, 31))
    directed = [step for step in steps if step.kind == Kind.DIRECTED]
    assert [step.on for step in directed][:3] == [date(2027, 2, 10), date(2027, 2, 20), date(2027, 2, 28)]
    assert sum(step.amount or 0 for step in directed) == 500_000_00
    assert all((step.amount or 0) <= step.transfer * 15 // 100 for step in directed)
    assert directed[-1].on == case.row.deposited_on
    assert ("control_informed", date(2027, 2, 16)) in days_of(steps)


def test_without_proof_in_twelve_months_the_transfers_stop_until_it_comes() -> None:
    day = date(2028, 2, 11)
    steps = days_of(daily(shortfall(), {day: {"proven_on": day}}, LAST))
    assert steps[-2:] == [("proof_suspended", date(2028, 2, 11)), ("regularized", date(2028, 2, 14))]
    in_time = date(2028, 2, 10)
    assert days_of(daily(shortfall(), {in_time: {"proven_on": in_time}}, LAST))[-1] == (
        "regularized",
        date(2028, 2, 11),
    )


def test_nothing_is_directed_while_nothing_is_transferred() -> None:
    back = date(2027, 3, 15)
    steps = daily(shortfall(), {START: {"is_withheld": True}, back: {"is_withheld": False}}, date(2027, 3, 31))
    assert [step.on for step in steps if step.kind == Kind.DIRECTED] == [date(2027, 3, 20), date(2027, 3, 30)]


@pytest.mark.parametrize(
    ("day", "later"),
    [(date(2027, 2, 10), date(2028, 2, 10)), (date(2028, 2, 29), date(2029, 3, 1))],
)
def test_twelve_months(day: date, later: date) -> None:
    assert terms.twelve_months_after(day) == later


def decendios() -> Iterator[date]:
    day = date(2028, 1, 31)
    while day < date(2028, 4, 1):
        day = terms.decendial_after(day)
        yield day


def test_decendios_end_with_a_short_february() -> None:
    assert [f"{day:%d/%m}" for day in decendios()][:6] == ["10/02", "20/02", "29/02", "10/03", "20/03", "30/03"]


def test_a_transfer_is_the_same_always_and_of_its_entity() -> None:
    day = date(2027, 2, 10)
    assert terms.transfer_to("1200401", day) == terms.transfer_to("1200401", day) > 0
    assert terms.transfer_to("1200401", day) != terms.transfer_to("3502804", day)


def test_the_bank_tells_by_the_fifth_business_day() -> None:
    # Carnival of 2027: the 8th and 9th of February.
    assert terms.told_by_bank(date(2027, 2, 3)) == date(2027, 2, 12)
