"""The vocabulary of the switches: what is read, what is refused, and what a room changes of the installation's."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from common import switches
from common.fidelity import areas
from common.legal_time import BRASILIA
from common.switch_choices import CerPolicy, ErrorMode
from common.switches import Switches
from tests.clock import Clock, now
from tests.switches import Switch


@pytest.mark.parametrize(
    ("variable", "given", "value"),
    [
        ("TOKEN_CORTE", "23:59:00", time(23, 59)),
        ("TOKEN_CORTE", "00:00", time(0)),
        ("CER_POLICY", "avisar", CerPolicy.WARN),
        ("AUTH_MODO_ERRO", "tls", ErrorMode.TLS),
        ("REUSAR_ID", "FALSE", False),
        ("REUSAR_ID", "1", True),
        ("REUSAR_ID", False, False),
        ("AUTH_LIMITE_POR_MINUTO", "1", 1),
        ("AUTH_LIMITE_POR_MINUTO", 1000000000, 1000000000),
        ("EGESTOR_DIAS_INATIVIDADE", "3650", 3650),
        ("CADSUS_DISPONIVEL", "false", False),
        ("CADSUS_DISPONIVEL", "2026-11-23T14:30", datetime(2026, 11, 23, 14, 30, tzinfo=BRASILIA)),
        ("CADSUS_DISPONIVEL", "2026-11-23T17:30:00Z", datetime(2026, 11, 23, 14, 30, tzinfo=BRASILIA)),
    ],
)
def test_a_value_that_exists_is_read(variable: str, given: object, value: object) -> None:
    switch = switches.BY_VARIABLE[variable]

    assert switch.read(given) == value
    assert type(switch.read(given)) is type(value)
    assert switch.read(switches.written(value)) == value


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("TOKEN_CORTE", "24:00"),
        ("TOKEN_CORTE", "23:60"),
        ("TOKEN_CORTE", "23:59:00-03:00"),
        ("TOKEN_CORTE", "23:59:00.5"),
        ("CER_POLICY", "talvez"),
        ("CER_POLICY", "RECUSAR"),
        ("CER_POLICY", None),
        ("MODO_ANALISE", "Automatico"),
        ("AUTH_MODO_ERRO", "https"),
        ("SEM_CREDENCIAL", "403"),
        ("AMBIENTE", "hmg"),
        ("REUSAR_ID", "talvez"),
        ("REUSAR_ID", "2"),
        ("AUTH_LIMITE_POR_MINUTO", "0"),
        ("AUTH_LIMITE_POR_MINUTO", True),
        ("AUTH_LIMITE_POR_MINUTO", "1.5"),
        ("AUTH_LIMITE_POR_MINUTO", "٥"),
        ("EGESTOR_DIAS_INATIVIDADE", -1),
        ("EGESTOR_DIAS_INATIVIDADE", 3651),
        ("EGESTOR_DIAS_INATIVIDADE", "9" * 10_000),
        ("EGESTOR_DIAS_INATIVIDADE", [90]),
        ("CADSUS_DISPONIVEL", "2026-02-30T14:30"),
        ("CADSUS_DISPONIVEL", "2026-11-23"),
        ("CADSUS_DISPONIVEL", "0001-01-01T00:00+23:59"),
        ("CADSUS_DISPONIVEL", "2h"),
    ],
)
def test_a_value_that_does_not_exist_is_refused_with_those_that_do(variable: str, given: object) -> None:
    switch = switches.BY_VARIABLE[variable]

    with pytest.raises(ValueError, match="não existe") as problem:
        switch.read(given)

    assert variable in str(problem.value)
    assert all(value in str(problem.value) for value in switch.kind.values)
    assert len(str(problem.value)) < 200


def test_each_wrong_value_of_the_environment_has_its_sentence() -> None:
    found, problems = switches.from_environment(
        {
            "CER_POLICY": "talvez",
            "REUSAR_ID": "quem sabe",
            "AUTH_LIMITE_POR_MINUTO": "7",
            "AMBIENTE": "",
            "PATH": "/bin",
        }
    )

    assert found == Switches(auth_rate_limit=7)
    assert [problem.split("=")[0] for problem in problems] == ["CER_POLICY", "REUSAR_ID"]


def test_a_room_changes_what_it_names_and_keeps_the_rest(switch: Switch) -> None:
    switch(cer_policy="avisar", auth_rate_limit=7)

    own = switches.changed({"CER_POLICY": "aceitar"})

    assert own is not None
    assert (own.cer_policy, own.auth_rate_limit) == (CerPolicy.ACCEPT, 7)
    assert switches.changed({}) is None


def test_what_a_former_version_wrote_is_as_if_it_were_not_there() -> None:
    assert switches.changed({"DE_ANTES": "1", "CER_POLICY": "outrora"}) is None


def test_they_are_in_force_until_the_end_of_the_block(switch: Switch) -> None:
    with switches.in_force(Switches(keep_pfx=False)):
        assert not switches.now().keep_pfx
        with switches.in_force(None):
            assert switches.now().keep_pfx
        assert not switches.now().keep_pfx
    assert switches.now().keep_pfx


def test_the_standard_is_one_of_the_values_and_every_switch_is_told() -> None:
    for switch in switches.ALL:
        assert switch.read(switch.standard) == getattr(Switches(), switch.name)
        assert switch.label
        assert switch.effect.endswith(".")
        assert len(switch.in_words(getattr(Switches(), switch.name))) > 0


def test_fidelity_names_no_switch_that_does_not_exist() -> None:
    named: set[Any] = {row.switch for area in areas() for row in area.behaviours} - {"", "DEMO"}

    assert named <= set(switches.BY_VARIABLE)


def test_what_is_off_until_an_instant_is_on_from_that_instant(clock: Clock, switch: Switch) -> None:
    end = now() + timedelta(hours=2)
    switch(cadsus_available=end)

    clock.shift(timedelta(hours=2) - timedelta(microseconds=1))
    assert switches.now().cadsus_available == end
    clock.shift(timedelta(microseconds=1))
    assert switches.now().cadsus_available is True
