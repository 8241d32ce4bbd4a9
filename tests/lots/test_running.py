"""A lot from its beginning to its end: slices, pause, breaker, window, and links that change meanwhile."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.models import User
from cadsus.models import Citizen
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.legal_time import BRASILIA
from lots.classification import visits_table
from lots.models import Lot, Outcome, Pace, Slice, Tally, Visit
from lots.services import running, steering
from lots.services.planning import M48, schedule_lot
from lots.services.running import UNAVAILABLE, WINDOW_ENDED, Worked, work_slice
from lots.tasks import rest_of
from registry.models import Person
from tests.cadsus.sisrede import Network, at_desk
from tests.cadsus.test_unified_chart import make_child
from tests.cadsus.web import registrar, unify
from tests.clock import Clock, now
from tests.factories import make_establishment, make_other_entity, make_person
from tests.lots.night import begin, read, work
from tests.switches import Switch

Status = Lot.Status


def people(network: Network, count: int, *, linked: int = 0) -> list[Citizen]:
    """So many charts, of which the first are synchronized."""
    citizens = [network.citizen(make_person()) for _ in range(count)]
    for citizen in citizens[:linked]:
        network.synchronize(citizen)
    return citizens


def visits(lot: Lot) -> dict[int, int]:
    """Citizen → how often."""
    found: dict[int, int] = {}
    for pk in Visit.objects.filter(lot=lot).values_list("citizen", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


def counted(lot: Lot) -> dict[int, int]:
    found: dict[int, int] = {}
    for tally in Tally.objects.filter(lot=lot):
        found[tally.outcome] = found.get(tally.outcome, 0) + tally.people
    return found


def at_hour(clock: Clock, hour: int, days: int = 1) -> datetime:
    """An hour of a later day in Brasília; the clock stands there."""
    day = now().astimezone(BRASILIA) + timedelta(days=days)
    instant = day.replace(hour=hour, minute=0, second=0, microsecond=0)
    clock.move_to(instant)
    return instant


class TestALot:
    def test_visits_everybody_once_and_counts_them(self, network: Network, it: User, clock: Clock) -> None:
        citizens = people(network, 5, linked=2)
        clock.shift(timedelta(hours=1))
        Person.objects.filter(citizens=citizens[0]).update(name="OUTRO NOME DE ENSAIO")
        lot = begin(network, at_desk(it))
        assert (lot.status, lot.people) == (Status.RUNNING, 5)
        assert list(lot.slices.values_list("kind", flat=True)) == ["person", "chart", "closing"]
        assert work(lot) == 5
        assert visits(lot) == {citizen.pk: 1 for citizen in citizens}
        assert counted(lot) == {Outcome.TO_SYNCHRONIZE: 3, Outcome.EQUAL: 1, Outcome.DIFFERENT: 1}
        after = read(lot)
        assert (after.status, after.visits, after.visited) == (Status.DONE_PENDING, 5, 5)
        assert Citizen.objects.get(pk=citizens[0].pk).status == Citizen.Status.STALE

    def test_is_done_without_pending_when_all_are_as_in_the_cadsus(self, network: Network, it: User) -> None:
        people(network, 2, linked=2)
        lot = begin(network, at_desk(it))
        work(lot)
        assert read(lot).status == Status.DONE

    def test_ends_with_the_planner_knowing_its_visits(self, network: Network, it: User) -> None:
        """Pages of names are read at once, long before autovacuum looks at the table."""
        people(network, 2)
        lot = begin(network, at_desk(it))
        work(lot)
        with connection.cursor() as cursor:
            cursor.execute("SELECT attname FROM pg_stats WHERE tablename = %s", [visits_table(lot.pk)])
            assert {"microarea_id", "outcome"} <= {name for (name,) in cursor.fetchall()}

    def test_of_nobody_ends_at_once(self, network: Network, it: User) -> None:
        lot = begin(network, at_desk(it))
        assert work(lot) == 0
        assert read(lot).status == Status.DONE

    def test_leaves_other_municipalities_alone(self, network: Network, it: User) -> None:
        foreign = network.citizen(make_person(), establishment=make_establishment(make_other_entity()), microarea=None)
        mine = people(network, 1)
        lot = begin(network, at_desk(it))
        work(lot)
        assert set(visits(lot)) == {mine[0].pk}
        assert Citizen.objects.get(pk=foreign.pk).found_at is None

    def test_shows_progress_of_two_hundred_too(self, network: Network, it: User) -> None:
        people(network, 8)
        lot = begin(network, at_desk(it), pace=Pace.CLASS)
        assert lot.slices.count() == 9
        assert work(lot, slices=3) == 3
        assert steering.done(lot) == 3

    def test_writes_nothing_the_second_night(self, network: Network, it: User) -> None:
        network.citizen(name="NINGUÉM", birth_date=None)
        for _ in range(2):
            lot = begin(network, at_desk(it))
            work(lot)
            found = Citizen.objects.values_list("status", "finding", "found_at").get()
            assert found[:2] == ("pending_no_cns", "M09")
        assert Citizen.objects.values_list("found_at", flat=True).get() == found[2]
        assert visits(lot) == {Citizen.objects.get().pk: 1}


class TestALinkThatChanges:
    """Each is visited once, wherever the link goes (the closing slice asks the log who is left)."""

    def test_before_its_slice(self, network: Network, it: User) -> None:
        citizens = people(network, 3, linked=1)
        lot = begin(network, at_desk(it), pace=Pace.CLASS)
        work(lot, slices=1)
        network.synchronize(citizens[1])
        work(lot)
        assert visits(lot) == {citizen.pk: 1 for citizen in citizens}
        assert read(lot).status == Status.DONE_PENDING

    def test_after_its_slice(self, network: Network, it: User, clock: Clock) -> None:
        citizens = people(network, 3)
        last = network.citizen(make_person())
        network.synchronize(last)
        clock.shift(timedelta(hours=1))
        lot = begin(network, at_desk(it), pace=Pace.CLASS)
        Slice.objects.filter(lot=lot, kind="person").update(number=90)
        Slice.objects.filter(lot=lot, kind="closing").update(number=99)
        work(lot, slices=1)
        # Visited by chart already, and now in the range of the slice by person that is still to come.
        network.synchronize(citizens[0])
        work(lot)
        assert visits(lot) == {citizen.pk: 1 for citizen in [*citizens, last]}
        assert read(lot).is_finished

    def test_who_is_registered_meanwhile_is_of_another_night(self, network: Network, it: User) -> None:
        people(network, 1)
        lot = begin(network, at_desk(it))
        late = network.citizen(make_person())
        network.synchronize(late)
        work(lot)
        assert late.pk not in visits(lot)
        assert read(lot).is_finished

    def test_a_unification_meanwhile_moves_nobody(self, network: Network, it: User) -> None:
        survivor, absorbed = make_child("LIA IPÊ DA SILVA"), make_child("LIA IPÊ SILVA", cpf=None)
        charts = [network.citizen(each) for each in (survivor, absorbed)]
        for chart in charts:
            network.synchronize(chart)
        lot = begin(network, at_desk(it), pace=Pace.CLASS)
        work(lot, slices=1)
        unify(survivor, absorbed, by=registrar())
        work(lot)
        assert visits(lot) == {chart.pk: 1 for chart in charts}
        assert read(lot).is_finished

    def test_a_lot_that_does_not_add_up_is_not_done(self, network: Network, it: User) -> None:
        people(network, 2)
        lot = begin(network, at_desk(it))
        Lot.objects.filter(pk=lot.pk).update(people=3)
        work(lot)
        after = read(lot)
        assert (after.status, after.reason) == (
            Status.INTERRUPTED,
            "A conferência final não fechou: 2 visitas, 2 pessoas, 3 no plano",
        )


class TestSteering:
    def test_pause_and_resume(self, network: Network, it: User) -> None:
        people(network, 4)
        lot, by = begin(network, at_desk(it), pace=Pace.CLASS), at_desk(it)
        work(lot, slices=2)
        steering.pause_lot(lot_id=lot.pk, by=by, at=now())
        assert work(lot) == 0
        steering.resume_lot(lot_id=lot.pk, by=by, at=now())
        assert read(lot).done_before == 2
        assert work(lot) == 2
        assert sorted(visits(lot).values()) == [1, 1, 1, 1]

    def test_cancel_keeps_what_was_found(self, network: Network, it: User) -> None:
        people(network, 4)
        lot, by = begin(network, at_desk(it), pace=Pace.CLASS), at_desk(it)
        work(lot, slices=2)
        steering.cancel_lot(lot_id=lot.pk, by=by, at=now())
        assert work(lot) == 0
        assert (read(lot).reason, len(visits(lot))) == ("Cancelado por JULIANA CABIÚNA", 2)
        with pytest.raises(NotAllowedNow):
            steering.resume_lot(lot_id=lot.pk, by=by, at=now())

    def test_a_second_lot_is_refused(self, network: Network, it: User) -> None:
        begin(network, at_desk(it))
        with pytest.raises(RuleBroken, match=M48):
            begin(network, at_desk(it))
        assert Lot.objects.count() == 1

    def test_only_the_ti_of_the_municipality(self, network: Network, it: User) -> None:
        for user in (network.receptionist, network.agent):
            with pytest.raises(NotPermitted):
                begin(network, network.actor(user))
        with pytest.raises(NotPermitted):
            schedule_lot(entity_id=make_other_entity().pk, pace=Pace.FULL, in_window=False, by=at_desk(it), at=now())
        assert not Lot.objects.exists()
        lot = begin(network, at_desk(it))
        for verb in (steering.pause_lot, steering.cancel_lot):
            with pytest.raises(NotPermitted):
                verb(lot_id=lot.pk, by=network.actor(), at=now())
        assert read(lot).status == Status.RUNNING


class TestTheBreaker:
    def test_opens_after_three_slices_without_answer(self, network: Network, it: User, switch: Switch) -> None:
        people(network, 4)
        lot = begin(network, at_desk(it), pace=Pace.CLASS)
        work(lot, slices=1)
        switch(cadsus_available=False)
        assert [work_slice(lot_id=lot.pk, at=now()) for _ in range(3)] == [Worked(waits=True)] * 2 + [None]
        assert (read(lot).status, read(lot).reason) == (Status.INTERRUPTED, UNAVAILABLE)
        # Who was not visited stays as they were: nobody is «indisponível» because of a lot.
        assert not Citizen.objects.filter(status="pending_down").exists()

        switch(cadsus_available=True)
        steering.resume_lot(lot_id=lot.pk, by=at_desk(it), at=now())
        work(lot)
        assert sorted(visits(lot).values()) == [1, 1, 1, 1]

    def test_opens_when_the_disk_is_full_and_nothing_of_a_slice_stays(
        self, network: Network, it: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people(network, 4)
        lot = begin(network, at_desk(it), pace=Pace.CLASS)
        classify = running.classify

        def and_find_no_space(lot: Lot, claimed: Slice, at: Any) -> int:
            assert classify(lot, claimed, at) == 1
            raise OperationalError("could not extend file: No space left on device")

        with monkeypatch.context() as full:
            full.setattr(running, "classify", and_find_no_space)
            assert work(lot) == 0
        assert (read(lot).status, read(lot).reason) == (Status.INTERRUPTED, running.DATABASE)
        assert (visits(lot), Tally.objects.count(), lot.slices.filter(is_done=True).count()) == ({}, 0, 0)

        steering.resume_lot(lot_id=lot.pk, by=at_desk(it), at=now())
        work(lot)
        assert sorted(visits(lot).values()) == [1, 1, 1, 1]

    def test_an_answer_in_between_closes_it(self, network: Network, it: User, switch: Switch) -> None:
        people(network, 4)
        lot = begin(network, at_desk(it), pace=Pace.CLASS)
        for is_there in (False, False, True, False, False, True):
            switch(cadsus_available=is_there)
            work_slice(lot_id=lot.pk, at=now())
        assert (read(lot).status, read(lot).failures) == (Status.RUNNING, 0)


class TestTheWindow:
    def test_waits_for_midnight_and_ends_at_six(self, network: Network, it: User, clock: Clock) -> None:
        citizens = people(network, 4)
        noon = at_hour(clock, 12)
        lot = begin(network, at_desk(it), pace=Pace.CLASS, in_window=True, at=noon)
        assert lot.status == Status.SCHEDULED
        midnight = steering.next_edge(noon)
        assert midnight == noon + timedelta(hours=12)
        assert [due.at for due in steering.edges_coming(noon, noon + timedelta(days=1))] == [midnight]

        assert steering.keep_window(at=midnight) == 1
        assert work_slice(lot_id=lot.pk, at=midnight + timedelta(hours=1)) is not None
        six = midnight + timedelta(hours=6)
        assert steering.next_edge(midnight) == six
        assert work_slice(lot_id=lot.pk, at=six) is None
        assert (read(lot).status, read(lot).reason) == (Status.INTERRUPTED, WINDOW_ENDED)
        with pytest.raises(RuleBroken, match="janela"):
            steering.resume_lot(lot_id=lot.pk, by=at_desk(it), at=six)

        # The next night goes on where it stood.
        night = midnight + timedelta(days=1)
        assert steering.keep_window(at=night) == 1
        while work_slice(lot_id=lot.pk, at=night):
            pass
        assert visits(lot) == {citizen.pk: 1 for citizen in citizens}

    def test_a_clock_that_goes_over_the_night_does_its_work(self, network: Network, it: User, clock: Clock) -> None:
        citizens = people(network, 4)
        noon = at_hour(clock, 12)
        lot = begin(network, at_desk(it), pace=Pace.REAL, in_window=True, at=noon)
        midnight = noon + timedelta(hours=12)
        steering.keep_window(at=midnight)
        steering.keep_window(at=midnight + timedelta(hours=6))
        assert read(lot).is_finished
        assert len(visits(lot)) == len(citizens)

    def test_in_the_window_it_begins_at_once(self, network: Network, it: User, clock: Clock) -> None:
        lot = begin(network, at_desk(it), in_window=True, at=at_hour(clock, 5))
        assert lot.status == Status.RUNNING


def test_the_pace_rests_and_full_speed_does_not() -> None:
    assert rest_of(Worked(people=66, took=0.5), Pace.REAL) == pytest.approx(3.5)
    assert rest_of(Worked(people=66, took=0.5), Pace.FULL) == 0
    assert rest_of(Worked(waits=True), Pace.FULL) > 0
