"""The TI turns the consultation of its municipality off for a time: who may, until when, and whom it reaches."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from cadsus import house
from cadsus.models import Citizen, Consultation, LookupPause, Posting
from cadsus.services import national
from cadsus.services.pausing import SPANS, pause_lookup, paused_until, resume_lookup
from common.actor import Actor
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from tests.cadsus.sisrede import Network, at_desk, read
from tests.cadsus.test_desk_pages import enter
from tests.clock import Clock, now
from tests.factories import make_establishment, make_other_entity, make_person
from tests.factories.cadsus import make_municipal_it
from tests.lots.night import begin, work

A_TICK = timedelta(microseconds=1)


@pytest.fixture
def it(network: Network) -> User:
    return network.worker(Posting.Function.MUNICIPAL_IT, name="JURANDIR ANGICO")


def pause(network: Network, by: Actor, span: str = "30min") -> LookupPause:
    return pause_lookup(entity_id=network.entity.pk, span=span, by=by, at=now())


def outcome(network: Network, citizen: Citizen) -> str:
    return network.consult(citizen).outcome


def test_the_periods_are_those_of_the_pec() -> None:
    assert [span for _, span in SPANS.values()] == [
        *(timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4), timedelta(hours=8)),
        *(timedelta(weeks=1), timedelta(days=30)),
    ]


def test_until_its_end_no_unit_asks_and_then_all_do_again(network: Network, it: User, clock: Clock) -> None:
    citizen = network.citizen(make_person())
    end = pause(network, at_desk(it)).until
    assert outcome(network, citizen) == "pending_down"
    assert (read(citizen).finding, read(citizen).finding_text) == (
        "M21",
        "Consulta ao CADSUS desabilitada pelo administrador até 23/11/2026 12:30.",
    )
    clock.move_to(end - A_TICK)
    assert paused_until(network.entity.pk, now()) == end
    assert [due.at for due in house.lookups_back(now(), end)] == [end]
    assert list(house.lookups_back(end, end + A_TICK)) == []
    clock.move_to(end)
    assert paused_until(network.entity.pk, now()) is None
    assert outcome(network, citizen) == "ready"


def test_what_was_shown_before_is_not_confirmed_meanwhile(network: Network, it: User) -> None:
    citizen = network.citizen(make_person())
    consultation = network.consult(citizen)
    pause(network, at_desk(it))
    with pytest.raises(RuleBroken):
        network.confirm(consultation)
    assert read(citizen).status == Citizen.Status.NOT_SYNCHRONIZED


def test_other_municipalities_and_the_national_base_go_on(network: Network, it: User) -> None:
    pause(network, at_desk(it))
    assert national.closed(network.entity.pk, now())
    assert national.closed(make_other_entity().pk, now()) is None


def test_the_lot_of_the_night_waits_too(network: Network, it: User) -> None:
    network.citizen(make_person())
    lot = begin(network, at_desk(it))
    pause(network, at_desk(it))
    # A third one without answer would open the breaker.
    assert work(lot, 2) == 0
    resume_lookup(entity_id=network.entity.pk, by=at_desk(it), at=now())
    assert work(lot, 3) == 1


def test_it_is_turned_on_again_before_its_end_and_begun_anew(network: Network, it: User, clock: Clock) -> None:
    by = at_desk(it)
    pause(network, by, "1mes")
    with pytest.raises(NotAllowedNow):
        pause(network, by)
    clock.shift(timedelta(minutes=5))
    resume_lookup(entity_id=network.entity.pk, by=by, at=now())
    assert paused_until(network.entity.pk, now()) is None
    with pytest.raises(NotAllowedNow):
        resume_lookup(entity_id=network.entity.pk, by=by, at=now())
    assert pause(network, by).until == now() + timedelta(minutes=30)
    trail = AuditEvent.objects.filter(verb__startswith="lookup.").order_by("pk")
    assert list(trail.values_list("verb", flat=True)) == ["lookup.paused", "lookup.resumed", "lookup.paused"]


def test_nobody_else_does_it_and_a_refusal_leaves_nothing(network: Network, it: User) -> None:
    abroad = make_municipal_it(make_establishment(make_other_entity()))
    for user in (network.receptionist, network.worker(Posting.Function.MANAGER), abroad):
        with pytest.raises(NotPermitted):
            pause(network, at_desk(user))
    with pytest.raises(RuleBroken, match="Escolha por quanto tempo"):
        pause(network, at_desk(it), "1ano")
    assert not LookupPause.objects.exists()
    assert not AuditEvent.objects.filter(verb__startswith="lookup.").exists()


def test_it_does_not_end_before_it_began(network: Network, it: User) -> None:
    with pytest.raises(IntegrityError, match="lookup_pause_ends_after_it_began"), transaction.atomic():
        LookupPause.objects.create(entity=network.entity, started_at=now(), until=now() - A_TICK, account=it)


def test_on_the_screen_it_is_turned_off_said_and_turned_on(network: Network, it: User) -> None:
    client = enter(it)
    page = client.post("/sisrede/cadsus/", {"span": "2h"}, follow=True).content.decode()
    assert "Consulta desabilitada até 23/11/2026 14:00." in page
    assert "DESABILITADA" in page
    assert "JURANDIR ANGICO" in page
    refused = client.post("/sisrede/cadsus/", {"span": "2h"}).content.decode()
    assert "DESABILITADA" in refused
    assert "HABILITADA" in client.post("/sisrede/cadsus/habilitar/", follow=True).content.decode()
    assert not Consultation.objects.exists()
    assert "Consulta ao CADSUS" in enter(it).get("/sisrede/").content.decode()
    assert "Consulta ao CADSUS" not in enter(network.receptionist).get("/sisrede/").content.decode()
