"""What happens by itself: the end of the link ends the access, a new link asks anew, thirty days end a request."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import ProfessionalLink, User
from cadsus import offices
from cadsus.house import lapses, link_changes, next_lapse
from cadsus.models import OperatorAccess, Posting
from cadsus.services.deadlines import next_change_of_links, record_lapses, record_links
from cadsus.services.links import end_link, start_link
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from territory.models import Establishment
from tests.factories import NOON, make_establishment, make_other_entity, make_person, make_professional_link, person_of
from tests.factories.cadsus import (
    in_sgop,
    in_sisrede,
    link_of,
    make_access,
    make_municipal_it,
    make_unit_manager,
    make_worker,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
TICK = timedelta(microseconds=1)
# Midnight in Brasília after the last day, said in both ways.
END = datetime.fromisoformat("2026-11-24T00:00:00-03:00")
END_IN_UTC = datetime(2026, 11, 24, 3, tzinfo=UTC)


def status(access: OperatorAccess) -> str:
    return OperatorAccess.objects.get(pk=access.pk).status


@pytest.fixture
def it(unit: Establishment) -> User:
    return make_municipal_it(make_establishment(unit.entity))


def end(user: User, it: User, last_day: date = TODAY) -> ProfessionalLink:
    return end_link(link_id=link_of(user).pk, last_day=last_day, by=in_sgop(it), at=NOON)


def start(user: User, unit: Establishment, it: User, started_on: date = TODAY, at: datetime = NOON) -> None:
    start_link(
        cpf=person_of(user).cpf_text,
        cnes=unit.cnes,
        cbo="422105",
        functions=["reception"],
        started_on=started_on,
        by=in_sgop(it, at),
        at=at,
    )


class TestTheEndOfTheLink:
    def test_ends_the_access_at_that_instant_before_anybody_records_it(self, worker: User, it: User) -> None:
        access = make_access(worker, status="approved")
        end(worker, it)
        for before in (END - TICK, END_IN_UTC - TICK):
            assert in_sgop(worker, before).holds(offices.OPERATOR)
        for after in (END, END_IN_UTC, END + TICK):
            assert not in_sgop(worker, after).holds(offices.OPERATOR)
        assert status(access) == "approved"

    @pytest.mark.parametrize("function", ["manager", "municipal_it"])
    def test_ends_what_the_person_answers_for(self, unit: Establishment, function: str) -> None:
        who = make_worker(unit, function, ended_on=TODAY)
        assert in_sgop(who, END - TICK).has_perm("cadsus.decide_request")
        assert not in_sgop(who, END).has_perm("cadsus.decide_request")

    def test_ends_the_function_in_the_sisrede(self, unit: Establishment) -> None:
        who = make_worker(unit, "reception", ended_on=TODAY)
        assert in_sisrede(who, END - TICK).holds(offices.MODULE, "reception")
        assert not in_sisrede(who, END).holds(offices.MODULE)

    def test_is_recorded_as_suspended_once_and_told(self, worker: User, it: User) -> None:
        access = make_access(worker, status="approved")
        end(worker, it)
        assert record_links(at=END - TICK) == 0
        assert [record_links(at=END), record_links(at=END)] == [1, 0]
        assert status(access) == "suspended"
        letter = OutboxMessage.objects.get()
        assert (letter.to_email, "suspenso" in letter.subject) == (person_of(worker).email, True)

    def test_in_the_past_is_recorded_at_once(self, worker: User, it: User) -> None:
        access = make_access(worker, status="approved")
        end(worker, it, TODAY - timedelta(days=1))
        assert status(access) == "suspended"

    def test_of_one_of_two_links_with_the_unit_changes_nothing(
        self, worker: User, unit: Establishment, it: User
    ) -> None:
        access = make_access(worker, status="approved")
        link = link_of(worker)
        start(worker, unit, it)
        end_link(link_id=link.pk, last_day=TODAY, by=in_sgop(it), at=NOON)
        assert record_links(at=END) == 0
        assert status(access) == "approved"

    def test_is_on_the_clock_of_the_room(self, worker: User, it: User) -> None:
        make_access(worker, status="approved")
        end(worker, it)
        assert next_change_of_links(NOON) == END
        assert next_change_of_links(END) is None
        (due,) = link_changes(NOON, END)
        assert (due.at, due.told) == (END, person_of(worker).email)
        assert list(link_changes(NOON, END - TICK)) == list(link_changes(END, END + TICK)) == []


class TestANewLink:
    def test_brings_the_request_back_to_the_manager(
        self, worker: User, unit: Establishment, manager: User, it: User
    ) -> None:
        access = make_access(worker, status="approved", at=NOON - timedelta(days=90))
        end(worker, it, TODAY - timedelta(days=1))
        start(worker, unit, it)
        again = OperatorAccess.objects.get(pk=access.pk)
        assert (again.status, again.asked_at, again.decided_by) == ("pending", NOON, None)
        assert not in_sgop(worker).holds(offices.OPERATOR)
        assert OutboxMessage.objects.filter(to_email=person_of(manager).email).count() == 1

    def test_that_begins_later_does_so_then(self, worker: User, unit: Establishment, it: User) -> None:
        access = make_access(worker, status="approved")
        end(worker, it, TODAY - timedelta(days=1))
        start(worker, unit, it, TODAY + timedelta(days=1))
        assert next_change_of_links(NOON) == END
        assert [due.at for due in link_changes(NOON, END)] == [END]
        assert list(link_changes(NOON, END - TICK)) == list(link_changes(END, END + TICK)) == []
        assert record_links(at=END - TICK) == 0
        assert record_links(at=END) == 1
        assert status(access) == "pending"

    def test_gives_functions_and_an_account(self, unit: Establishment, it: User) -> None:
        person = make_person()
        link = start_link(
            cpf=person.cpf_text,
            cnes=unit.cnes,
            cbo="515105",
            functions=["registration"],
            started_on=TODAY,
            by=in_sgop(it),
            at=NOON,
        )
        assert [posting.function for posting in Posting.objects.filter(link=link)] == ["registration"]
        assert User.objects.filter(login=person.cpf).exists()

    def test_twice_is_refused(self, worker: User, unit: Establishment, it: User) -> None:
        start(worker, unit, it)
        with pytest.raises(RuleBroken, match="já tem este vínculo"):
            start(worker, unit, it)


class TestWhoKeepsLinks:
    def test_only_the_it_of_the_municipality(self, worker: User, unit: Establishment, manager: User) -> None:
        foreign = make_municipal_it(make_establishment(make_other_entity()))
        for other in (worker, manager, foreign):
            with pytest.raises(NotPermitted):
                end(worker, other)
            with pytest.raises(NotPermitted):
                start(worker, unit, other)
        assert link_of(worker).ended_on is None
        assert not AuditEvent.objects.exists()

    def test_a_link_changes_once_and_not_before_it_began(self, worker: User, it: User) -> None:
        with pytest.raises(RuleBroken, match="anterior ao início"):
            end(worker, it, date(2020, 1, 1))
        end(worker, it)
        with pytest.raises(NotAllowedNow):
            end(worker, it)


class TestThirtyDays:
    LAPSE = NOON + timedelta(days=30)

    def test_without_a_decision_the_request_expires(self, worker: User) -> None:
        access = make_access(worker)
        assert record_lapses(at=self.LAPSE - TICK) == 0
        assert [record_lapses(at=self.LAPSE), record_lapses(at=self.LAPSE)] == [1, 0]
        assert status(access) == "expired"
        assert OutboxMessage.objects.get().to_email == person_of(worker).email

    def test_are_on_the_clock_of_the_room(self, worker: User) -> None:
        make_access(worker)
        make_access(make_worker(), status="approved")
        assert next_lapse(NOON) == self.LAPSE
        assert next_lapse(self.LAPSE) is None
        assert [due.at for due in lapses(NOON, self.LAPSE)] == [self.LAPSE]
        assert list(lapses(NOON, self.LAPSE - TICK)) == []

    def test_then_it_may_be_asked_for_again(self, worker: User) -> None:
        make_access(worker)
        record_lapses(at=self.LAPSE)
        make_access(worker)


def test_a_manager_of_two_units_answers_for_both_and_no_other(unit: Establishment, manager: User) -> None:
    other = make_establishment(unit.entity)
    make_unit_manager(make_establishment(unit.entity))
    link = make_professional_link(person_of(manager), other)
    Posting.objects.create(link=link, function="manager")
    desk = offices.desk_of(in_sgop(manager))
    assert desk == offices.Desk(frozenset({unit.cnes, other.cnes}), frozenset())
