"""How long a justification lets somebody through, and what corrects one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cadsus.models import Citizen, Justification
from cadsus.services.attending import basis_of, open_attendance
from cadsus.services.justifying import correct_justification, justify, offered
from common.exceptions import NotAllowedNow, RuleBroken
from tests.cadsus.sisrede import Network, read
from tests.clock import Clock, now
from tests.factories import make_person
from tests.switches import Switch

TICK = timedelta(microseconds=1)


def save(network: Network, citizen: Citizen, code: str, note: str = "") -> Justification:
    return justify(citizen_id=citizen.pk, code=code, note=note, place=network.reception, by=network.actor(), at=now())


def lets_through(network: Network, citizen: Citizen, cnes: str = "") -> bool:
    place = network.place(network.reception.module, cnes)
    return basis_of(read(citizen), place=place, at=now())[0] == "justified"


def adult_without_cpf(network: Network) -> Citizen:
    citizen = network.citizen(make_person(cpf=None))
    network.consult(citizen)
    return read(citizen)


def test_it_holds_until_midnight_in_brasilia_and_in_that_unit_alone(network: Network, clock: Clock) -> None:
    citizen = adult_without_cpf(network)
    save(network, citizen, "J06")
    network.enable(network.other_unit.cnes, network.reception.module, now().date())
    midnight = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert not lets_through(network, citizen, network.other_unit.cnes)
    clock.move_to(midnight - TICK)
    assert lets_through(network, citizen)
    clock.move_to(midnight)
    assert not lets_through(network, citizen)
    with pytest.raises(RuleBroken, match="Sincronize o cadastro"):
        open_attendance(citizen_id=citizen.pk, place=network.reception, by=network.actor(), at=now())


def test_who_lives_on_the_street_is_let_through_for_180_days(network: Network, clock: Clock) -> None:
    citizen = network.citizen()
    save(network, citizen, "J01")
    network.enable(network.other_unit.cnes, network.reception.module, now().date())
    units = (network.unit.cnes, network.other_unit.cnes)
    clock.shift(timedelta(days=180) - TICK)
    assert [lets_through(network, citizen, cnes) for cnes in units] == [True, True]
    clock.shift(TICK)
    assert [lets_through(network, citizen, cnes) for cnes in units] == [False, False]


def test_a_reason_must_fit_the_situation(network: Network) -> None:
    citizen = adult_without_cpf(network)
    for code, words in (("J02", "não se aplica"), ("J05", "não se aplica"), ("", "Informe o motivo")):
        with pytest.raises(RuleBroken, match=words):
            save(network, citizen, code)
    assert not Justification.objects.exists()


def test_another_reason_is_off_until_the_room_wants_it(network: Network, switch: Switch) -> None:
    citizen = network.citizen()
    assert "J99" not in offered(citizen, at=now())
    switch(other_justification=True)
    with pytest.raises(RuleBroken, match="Descreva o motivo"):
        save(network, citizen, "J99")
    assert save(network, citizen, "J99", "Documento retido").note == "Documento retido"


def test_who_is_synchronized_needs_none(network: Network) -> None:
    citizen = network.citizen(make_person())
    network.synchronize(citizen)
    with pytest.raises(NotAllowedNow):
        save(network, citizen, "J01")


def test_a_correction_is_another_row(network: Network) -> None:
    former = save(network, adult_without_cpf(network), "J06")
    given: dict[str, Any] = {
        "justification_id": former.pk,
        "place": network.reception,
        "by": network.actor(),
        "at": now(),
    }
    corrected = correct_justification(code="J01", **given)
    assert (corrected.corrects, Justification.objects.get(pk=former.pk).code) == (former, "J06")
    with pytest.raises(NotAllowedNow):
        correct_justification(code="J02", **given)
