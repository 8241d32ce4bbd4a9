"""The visit of each minute: all that came due since the last one, at its own instant, and no work where nothing did."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import OperationalError

from accounts.house import link_ends
from accounts.models import Membership, PasswordLink
from common.house import DueKind
from common.models import AuditEvent, Heartbeat
from egestor.models import DeploymentToken
from egestor.services.tokens import cancel_token
from rnds.house import discards
from rnds.models import CredentialRequest
from rooms import clockwork
from rooms.tasks import catch_up, record_due
from tests.actors import acting
from tests.clock import Clock, now
from tests.egestor.support import make_stage, stored
from tests.factories import NOON, make_membership, make_organisation, make_person
from tests.factories.credentials import make_draft
from tests.factories.siops import make_ticket
from tickets.house import late_answers
from tickets.models import ANSWER_WITHIN

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY, TICK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


def until() -> datetime:
    return Heartbeat.objects.get(name=clockwork.RECORDED).at


def test_after_a_day_without_visits_each_thing_is_recorded_at_its_own_instant(clock: Clock) -> None:
    token = make_stage().generate()
    draft = make_draft()
    record_due()
    clock.move_to(NOON + DAY)

    assert record_due() == 1
    assert stored(token).status == DeploymentToken.Status.EXPIRED
    assert AuditEvent.objects.filter(verb="token.expired").latest("pk").at == token.expires_at
    assert CredentialRequest.objects.get(pk=draft.pk).closed_at == draft.token.expires_at
    assert until() == NOON + DAY
    assert record_due() == 0


@pytest.mark.parametrize(("late", "instants"), [(-TICK, 0), (timedelta(0), 1), (TICK, 1)])
def test_one_microsecond_decides(clock: Clock, late: timedelta, instants: int) -> None:
    token = make_stage().generate()
    record_due()
    clock.move_to(token.expires_at + late)
    assert record_due() == instants


def test_where_nothing_is_due_nothing_is_applied(clock: Clock, only: Callable[..., list[datetime]]) -> None:
    happened = only(NOON + HOUR)
    record_due()
    assert happened == [NOON], "the first visit takes what it finds"

    for minutes in (1, 59):
        clock.move_to(NOON + minutes * MINUTE)
        assert record_due() == 0
    assert happened == [NOON]
    clock.move_to(NOON + HOUR + MINUTE)
    assert record_due() == 1
    assert happened == [NOON, NOON + HOUR]


def test_after_letters_alone_the_others_come_due_when_they_were_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long way has a letter each day: only what records something is asked again by what it records."""
    asked: Counter[str] = Counter()
    happened: list[tuple[str, datetime]] = []

    def kind(name: str, *instants: datetime, only_tells: bool = False) -> DueKind:
        def next_due(after: datetime) -> datetime | None:
            asked[name] += 1
            return min((instant for instant in instants if instant > after), default=None)

        def apply(*, at: datetime) -> None:
            happened.append((name, at))

        return DueKind(name, lambda after, until: (), next_due, apply, only_tells=only_tells)

    letters = kind("letter", *(NOON + days * DAY for days in range(1, 31)), only_tells=True)
    kinds = (letters, kind("term", NOON + 10 * DAY, NOON + 10 * DAY + HOUR), kind("never"))
    monkeypatch.setattr(clockwork, "due_kinds", lambda: kinds)

    reached = list(clockwork._passed(NOON, NOON + 30 * DAY))

    assert reached == sorted({*(at for _, at in happened)})
    assert happened.index(("letter", NOON + 10 * DAY)) + 1 == happened.index(("term", NOON + 10 * DAY))
    assert happened.index(("term", NOON + 10 * DAY + HOUR)) < happened.index(("letter", NOON + 11 * DAY))
    assert asked == {"letter": 32, "term": 3, "never": 3}


def test_a_standing_clock_brings_nothing_new(only: Callable[..., list[datetime]]) -> None:
    happened = only(NOON, NOON + HOUR)
    assert [record_due(), record_due(), record_due()] == [0, 0, 0]
    assert happened == [NOON]


def test_what_is_due_since_before_the_last_visit_is_caught_up_now(
    clock: Clock, only: Callable[..., list[datetime]]
) -> None:
    happened = only()
    record_due()
    clock.move_to(NOON + HOUR)
    catch_up()
    assert happened == [NOON, NOON + HOUR]


def test_a_profile_that_a_change_of_date_left_behind_is_caught_up(clock: Clock) -> None:
    record_due()
    make_membership(make_person(), at=NOON - timedelta(days=100))
    clock.move_to(NOON + MINUTE)
    assert record_due() == 0
    catch_up()
    assert Membership.objects.get().status == Membership.Status.INACTIVE
    assert AuditEvent.objects.get(verb="membership.inactivated").at == NOON + MINUTE


def test_a_failed_visit_is_made_again_from_where_it_was(
    clock: Clock, only: Callable[..., list[datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = only(NOON + HOUR, NOON + 2 * HOUR)
    record_due()
    clock.move_to(NOON + DAY)
    with monkeypatch.context() as patch:
        patch.setattr(clockwork, "_happen", _away)
        with pytest.raises(OperationalError):
            record_due()
    assert until() == NOON
    assert record_due() == 2
    assert happened == [NOON, NOON + HOUR, NOON + 2 * HOUR]


def test_a_cancelled_token_takes_its_draft_along_at_the_same_instant(clock: Clock) -> None:
    draft = make_draft()
    record_due()
    fund = draft.establishment.entity.fund
    cancel_token(token_id=draft.token_id, by=acting(fund.user), at=NOON + MINUTE)
    assert not list(discards(NOON + MINUTE, NOON + DAY))
    clock.move_to(NOON + 2 * MINUTE)

    assert record_due() == 1
    assert CredentialRequest.objects.get(pk=draft.pk).closed_at == NOON + MINUTE


def test_all_due_kinds_share_one_line_of_the_schedule() -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE
    assert [name for name, entry in schedule.items() if record_due.name in str(entry)] == ["visit-minutely"]
    assert schedule["visit-minutely"]["schedule"].minute == set(range(60))
    assert catch_up.name in schedule["visit-half-hourly"]["args"][0]


def test_the_end_of_a_link_and_the_72_hours_are_foreseen() -> None:
    user, end = make_organisation().user, NOON + HOUR
    link = PasswordLink.objects.create(
        door="portal", user=user, secret_hash="x", sent_to="f@exemplo.gov.br", created_at=NOON, expires_at=end
    )
    ticket = make_ticket(at=NOON)

    assert [due.at for due in link_ends(end - TICK, end)] == [link.expires_at]
    assert not list(link_ends(end, end + DAY))
    late = NOON + ANSWER_WITHIN
    assert [due.at for due in late_answers(late - TICK, late)] == [ticket.answer_due_at]
    assert not list(late_answers(late, late + DAY))


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[datetime]]:
    """One kind of due event, at these instants; tells when it happened."""

    def put(*instants: datetime) -> list[datetime]:
        happened: list[datetime] = []

        def next_due(after: datetime) -> datetime | None:
            return min((instant for instant in instants if instant > after), default=None)

        def apply(*, at: datetime) -> None:
            assert now() == at
            happened.append(at)

        kind = DueKind("proof", lambda after, until: (), next_due, apply)
        monkeypatch.setattr(clockwork, "due_kinds", lambda: (kind,))
        return happened

    return put


def _away(*given: object, **named: object) -> None:
    raise OperationalError
