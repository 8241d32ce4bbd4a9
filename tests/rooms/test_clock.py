"""The clock of a room: forward only, through every due event at its own instant, whatever is killed on the way."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation
from common import clock
from common.exceptions import RuleBroken
from common.house import DueKind, due_kinds
from common.models import AuditEvent, Heartbeat
from egestor.models import DeploymentToken
from egestor.services.tokens import generate_token
from rooms import clockwork, services, worlds
from rooms.models import Room
from rooms.tasks import record_due, visit
from rooms.worlds import entered, world_of
from tests.actors import acting
from tests.clock import now
from tests.rooms.conftest import Rooms

pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]

WRITTEN = r'(?:INSERT INTO|DELETE FROM|UPDATE) "(\w+)"(?: SET "(\w+)")?'
FUND, MANAGER, CNES = "99801000000158", "99900100212", "9010017"


@pytest.fixture
def opened(rooms: Rooms) -> services.Opened:
    return rooms.open()


def own(opened: services.Opened) -> dict[str, Any]:
    return {"code": opened.room.code, "key": opened.key}


def now_in(opened: services.Opened) -> datetime:
    with entered(worlds.find(opened.room.code)):
        return now()


def generate(opened: services.Opened) -> DeploymentToken:
    with entered(worlds.find(opened.room.code)):
        fund = Organisation.objects.select_related("user").get(cnpj=FUND)
        return generate_token(
            organisation_id=fund.pk, responsible_cpf=MANAGER, cnes=CNES, by=acting(fund.user), at=now()
        )


def advance(opened: services.Opened, span: timedelta, **options: Any) -> Room:
    return clockwork.advance(**own(opened), to=now_in(opened) + span, at=now(), **options)


def test_a_room_begins_at_the_real_time_and_its_clock_runs(opened: services.Opened) -> None:
    assert abs(now_in(opened) - now()) < timedelta(seconds=5)
    assert opened.room.stopped_at is None


def test_advancing_moves_one_room_and_no_other(opened: services.Opened, rooms: Rooms) -> None:
    other = rooms.open()

    advance(opened, timedelta(days=1))

    assert abs(now_in(opened) - now() - timedelta(days=1)) < timedelta(seconds=30)
    assert abs(now_in(other) - now()) < timedelta(seconds=5)
    assert clock.ahead() == timedelta(0)


def test_past_midnight_the_token_dies_in_its_room_and_lives_in_the_other(opened: services.Opened, rooms: Rooms) -> None:
    other = rooms.open()
    tokens = [generate(each) for each in (opened, other)]

    advance(opened, timedelta(days=1))

    with entered(worlds.find(opened.room.code)):
        assert DeploymentToken.objects.get(pk=tokens[0].pk).status == DeploymentToken.Status.EXPIRED
        event = AuditEvent.objects.filter(verb="token.expired").latest("pk")
        assert event.at == tokens[0].expires_at
    with entered(worlds.find(other.room.code)):
        assert DeploymentToken.objects.get(pk=tokens[1].pk).status == DeploymentToken.Status.GENERATED


def test_a_visit_records_in_each_room_what_its_clock_has_passed(opened: services.Opened, rooms: Rooms) -> None:
    other = rooms.open()
    tokens = [generate(each) for each in (opened, other)]
    visit([record_due.name])
    with worlds.control():
        Room.objects.filter(pk=opened.room.pk).update(ahead=timedelta(days=1))

    visit([record_due.name])

    for each, token, status in zip((opened, other), tokens, ("expired", "generated"), strict=True):
        with entered(worlds.find(each.room.code)):
            assert DeploymentToken.objects.get(pk=token.pk).status == status
            assert Heartbeat.objects.get(name=clockwork.RECORDED).at <= now()


def test_what_an_advance_recorded_no_visit_goes_through_again(
    opened: services.Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = _only_kind(monkeypatch, [now_in(opened) + timedelta(hours=1)])
    advance(opened, timedelta(hours=2))
    before = list(happened)

    with entered(worlds.find(opened.room.code)):
        assert clockwork.record_due(at=now()) == 0
    assert happened == before


def test_every_due_event_happens_at_its_own_instant_in_order(
    opened: services.Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = now_in(opened)
    instants = [start + timedelta(hours=hours) for hours in (1, 2, 5)]
    happened = _only_kind(monkeypatch, instants)

    advance(opened, timedelta(hours=3))

    assert [at for at in happened if at > start + timedelta(minutes=1)] == instants[:2]


def test_a_killed_advance_goes_on_where_it_was(opened: services.Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    start = now_in(opened)
    instants = [start + timedelta(hours=hours) for hours in (1, 2, 3)]
    happened = _only_kind(monkeypatch, instants, dies_at=instants[1])

    with pytest.raises(Killed):
        advance(opened, timedelta(hours=4))
    with worlds.control():
        room = Room.objects.get(pk=opened.room.pk)
    assert room.stopped_at is not None
    assert start <= room.stopped_at < instants[1]
    assert room.advancing_to is not None
    with pytest.raises(RuleBroken) as refusal:
        advance(opened, timedelta(hours=9))
    assert refusal.value.code == "busy"

    assert clockwork.resume_all(at=now()) == 1
    assert happened[-2:] == instants[1:]
    with worlds.control():
        room = Room.objects.get(pk=opened.room.pk)
    assert (room.advancing_to, room.stopped_at) == (None, None)
    assert now_in(opened) >= start + timedelta(hours=4)
    assert clockwork.resume_all(at=now()) == 0


def test_a_reset_ends_the_advance_and_brings_the_real_time_back(
    opened: services.Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    instants = [now_in(opened) + timedelta(hours=1)]

    def reset() -> None:
        services.reset_room(**own(opened), at=now())

    _only_kind(monkeypatch, instants, meanwhile=reset)
    advance(opened, timedelta(days=30))

    assert abs(now_in(opened) - now()) < timedelta(seconds=5)


def test_the_clock_stands_and_runs_on_from_where_it_stood(opened: services.Opened) -> None:
    at = now()
    stood = clockwork.stop(**own(opened), at=at)
    assert stood.stopped_at == at
    assert now_in(opened) == now_in(opened) == at

    later = at + timedelta(hours=2)
    running = clockwork.run(**own(opened), at=later)
    assert running.time.at(later) == at
    assert running.time.at(later + timedelta(minutes=1)) == at + timedelta(minutes=1)


def test_a_standing_clock_still_stands_after_advancing(opened: services.Opened) -> None:
    at = now()
    clockwork.stop(**own(opened), at=at)

    after = advance(opened, timedelta(days=2))

    assert (after.stopped_at, after.advancing_to) == (at + timedelta(days=2), None)


@pytest.mark.parametrize(
    ("span", "is_refused"),
    [
        (timedelta(0), True),
        (-timedelta(microseconds=1), True),
        (timedelta(microseconds=1), False),
        (clockwork.FARTHEST + timedelta(microseconds=1), True),
    ],
)
def test_forward_only_and_a_year_at_a_time(opened: services.Opened, span: timedelta, is_refused: bool) -> None:
    at = now()
    clockwork.stop(**own(opened), at=at)

    if is_refused:
        with pytest.raises(RuleBroken) as refusal:
            advance(opened, span)
        assert refusal.value.field == "to"
        assert now_in(opened) == at
    else:
        assert advance(opened, span, spares_people=True).stopped_at == at + span


def test_in_a_whole_year_who_only_tells_writes_letters_the_trail_and_its_own_mark(
    opened: services.Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing by which another kind comes due: that is why the others are not asked again after it."""
    happened: dict[str, set[str]] = {}
    kinds = tuple(_watched(kind, happened) if kind.only_tells else kind for kind in due_kinds())
    monkeypatch.setattr(clockwork, "due_kinds", lambda: kinds)
    at = now()
    clockwork.stop(**own(opened), at=at)

    assert advance(opened, clockwork.FARTHEST, spares_people=True).stopped_at == at + clockwork.FARTHEST

    assert len(happened) > 2
    marks = {"declarations_declaration.reminded_at"}
    assert set().union(*happened.values()) == {"common_outboxmessage", "common_auditevent"} | marks


def _watched(kind: DueKind, happened: dict[str, set[str]]) -> DueKind:
    """The same, which tells what it writes: a table in which it puts rows, or a column that it changes."""

    def apply(*, at: datetime) -> None:
        assert kind.apply
        with CaptureQueriesContext(connections["default"]) as queries:
            kind.apply(at=at)
        found = (re.match(WRITTEN, query["sql"]) for query in queries)
        happened.setdefault(kind.name, set()).update(".".join(filter(None, each.groups())) for each in found if each)

    return replace(kind, apply=apply)


def test_ninety_days_make_every_profile_inactive_unless_people_are_spared(
    opened: services.Opened, rooms: Rooms
) -> None:
    spared = rooms.open()
    with entered(world_of(opened.room)):
        active = Membership.objects.active().count()
    assert active > 20
    foreseen = clockwork.preview(room=opened.room, until=now_in(opened) + timedelta(days=91), at=now())
    assert sum(due.effect == "perfil INATIVO" for due in foreseen.due) == active
    assert [due.at for due in foreseen.due] == sorted(due.at for due in foreseen.due)

    advance(opened, timedelta(days=91))
    advance(spared, timedelta(days=91), spares_people=True)

    with entered(worlds.find(opened.room.code)):
        assert Membership.objects.active().count() == 0
    with entered(worlds.find(spared.room.code)):
        assert Membership.objects.active().count() == active
        assert Membership.objects.usable_at(now(), days=90).count() == active


def test_a_preview_changes_nothing(opened: services.Opened) -> None:
    token = generate(opened)
    foreseen = clockwork.preview(room=opened.room, until=now_in(opened) + timedelta(days=2), at=now())

    assert [due.at for due in foreseen.due if "Token do dia" in due.what] == [token.expires_at]
    with entered(worlds.find(opened.room.code)):
        assert DeploymentToken.objects.get(pk=token.pk).status == DeploymentToken.Status.GENERATED
    first = clockwork.next_deadline(room=opened.room, at=now())
    assert first is not None
    assert first <= token.expires_at
    assert first in {due.at for due in foreseen.due}


def test_only_the_key_moves_the_clock(opened: services.Opened, rooms: Rooms) -> None:
    foreign: dict[str, Any] = {"code": opened.room.code, "key": rooms.open().key}
    at = now()

    for act in (clockwork.stop, clockwork.run):
        with pytest.raises(RuleBroken, match="A chave não é desta sala"):
            act(**foreign, at=at)
    with pytest.raises(RuleBroken, match="A chave não é desta sala"):
        clockwork.advance(**foreign, to=at + timedelta(days=1), at=at)


def test_each_kind_of_due_event_is_named_once() -> None:
    names = [kind.name for kind in due_kinds()]

    assert len(names) == len(set(names)) >= 4
    assert all((kind.next_due is None) == (kind.apply is None) for kind in due_kinds())


class Killed(BaseException):
    """Stands for kill -9."""


def _only_kind(
    monkeypatch: pytest.MonkeyPatch, instants: list[datetime], *, dies_at: datetime | None = None, meanwhile: Any = None
) -> list[datetime]:
    """One kind of due event with these instants; tells when it happened."""
    happened: list[datetime] = []
    deaths: Iterator[datetime | None] = iter([dies_at])

    def next_due(after: datetime) -> datetime | None:
        return next((instant for instant in instants if instant > after), None)

    def apply(*, at: datetime) -> None:
        assert now() == at
        if dies_at is not None and at == dies_at and next(deaths, None):
            raise Killed
        happened.append(at)
        if meanwhile and at in instants:
            meanwhile()

    kind = DueKind("proof", lambda after, until: (), next_due, apply)
    monkeypatch.setattr(clockwork, "due_kinds", lambda: (kind,))
    return happened
