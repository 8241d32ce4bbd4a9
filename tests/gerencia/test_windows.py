"""The window of an offer, to the microsecond, and the editions that every room has."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from gerencia.models import Note, Offer
from gerencia.services import windows
from gerencia.services.catalogue import ensure_offers
from territory.models import Entity
from tests.clock import now

TICK, SECOND = timedelta(microseconds=1), timedelta(seconds=1)
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(0), timedelta(days=5000)).map(lambda passed: FIRST + passed)
lengths = st.timedeltas(TICK, timedelta(days=400))
KINDS = st.sampled_from(list(Entity.Kind))


def refusal(offer: Offer, kind: str, at: datetime) -> str:
    try:
        windows.require_open(offer, Entity(kind=kind), at=at)
    except RuleBroken as broken:
        return broken.code
    return ""


@settings(max_examples=200, deadline=None)
@given(instants, lengths, KINDS, st.sets(KINDS))
def test_only_inside_the_window_and_only_who_may(
    opens_at: datetime, length: timedelta, kind: str, accepted: set[str]
) -> None:
    offer = Offer(
        opens_at=opens_at,
        closes_at=opens_at + length,
        accepts_municipalities=Entity.Kind.MUNICIPALITY in accepted,
        accepts_states=Entity.Kind.STATE in accepted,
        accepts_federal_district=Entity.Kind.FEDERAL_DISTRICT in accepted,
    )
    expected = {
        opens_at - SECOND: "not_open_yet",
        opens_at - TICK: "not_open_yet",
        opens_at: "",
        offer.closes_at - TICK: "",
        offer.closes_at: "closed",
        offer.closes_at + SECOND: "closed",
    }
    for at, code in expected.items():
        local = at.astimezone(BRASILIA)
        assert refusal(offer, kind, at) == refusal(offer, kind, local) == (code if kind in accepted else "other_kind")


def test_a_limit_is_said_by_its_last_minute() -> None:
    limit = datetime.fromisoformat("2025-12-04T00:00:00-03:00")
    assert windows.in_words(windows.last_minute(limit)) == "03/12/2025 às 23:59"


class TestEditions:
    def test_that_of_the_notas_is_closed_and_has_its_history(self, of_2025: Offer) -> None:
        assert of_2025.phase_at(now()) == Offer.Phase.CLOSED
        assert of_2025.letters_until == datetime.fromisoformat("2025-12-04T00:00:00-03:00")
        assert list(of_2025.notes.values_list("number", flat=True)) == [425, 436, 441]
        last = of_2025.notes.get(number=441)
        assert last.valid_at == datetime.fromisoformat("2025-12-03T22:00:00-03:00")

    def test_that_of_practice_opens_on_the_first_day_of_the_room(self, practice: Offer) -> None:
        midnight = now().astimezone(BRASILIA).replace(hour=0, minute=0, second=0, microsecond=0)
        assert practice.opens_at == midnight
        assert practice.phase_at(now()) == Offer.Phase.OPEN
        assert practice.closes_at - practice.opens_at == timedelta(days=30)

    def test_to_ask_again_changes_nothing(self, offers: list[Offer]) -> None:
        before = list(Offer.objects.values_list()), list(Note.objects.values_list())
        assert ensure_offers(at=now() + timedelta(days=3)) == 0
        assert (list(Offer.objects.values_list()), list(Note.objects.values_list())) == before


def test_the_database_holds_windows_in_order(practice: Offer) -> None:
    wrong: list[dict[str, Any]] = [{"closes_at": practice.opens_at}, {"letters_until": practice.opens_at}]
    for changes in [*wrong, {"responsibilities": []}]:
        with pytest.raises(IntegrityError, match="offer_"), transaction.atomic():
            Offer.objects.filter(pk=practice.pk).update(**changes)
