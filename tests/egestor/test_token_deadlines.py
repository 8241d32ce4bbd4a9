"""Until when a token works: the Brasília day, whatever the local clock, and how it is said."""

from datetime import timedelta

import pytest

from common.exceptions import RuleBroken
from egestor import deadlines
from egestor.services.tokens import redeem_token, token_expiry
from tests.actors import acting
from tests.egestor.support import instant, make_noronha, make_stage
from tests.factories import make_entity, make_municipality, make_other_entity, make_uf
from tests.switches import Switch


@pytest.mark.parametrize(
    ("generated", "expires"),
    [
        ("2026-11-23T12:00:00-03:00", "2026-11-24T00:00:00-03:00"),
        ("2026-11-23T23:59:00-03:00", "2026-11-24T00:00:00-03:00"),
        ("2026-11-23T23:59:59.999999-03:00", "2026-11-24T03:00:00Z"),
        ("2026-11-24T02:59:59.999999Z", "2026-11-24T03:00:00Z"),
        ("2026-11-24T00:00:00-03:00", "2026-11-25T00:00:00-03:00"),
        ("2026-11-24T03:00:00Z", "2026-11-25T03:00:00Z"),
        ("2026-11-24T00:00:00.000001-03:00", "2026-11-25T00:00:00-03:00"),
        # Rio Branco 22:00 is 00:00 of the next Brasília day; one microsecond earlier it is not.
        ("2026-11-23T22:00:00-05:00", "2026-11-25T00:00:00-03:00"),
        ("2026-11-23T21:59:59.999999-05:00", "2026-11-24T00:00:00-03:00"),
        # Noronha 00:30 is 23:30 of the day before in Brasília.
        ("2026-11-24T00:30:00-02:00", "2026-11-24T00:00:00-03:00"),
        ("2026-12-31T23:59:59.999999-03:00", "2027-01-01T00:00:00-03:00"),
        ("2028-02-28T12:00:00-03:00", "2028-02-29T00:00:00-03:00"),
        ("2028-02-29T12:00:00-03:00", "2028-03-01T00:00:00-03:00"),
        # Daylight saving time, −02:00: the day of 15/02/2019 ended at 02:00Z.
        ("2019-02-15T12:00:00-02:00", "2019-02-16T02:00:00Z"),
        # The night it ended, 16/02/2019, had 23:00 to 23:59 twice.
        ("2019-02-17T01:30:00Z", "2019-02-17T03:00:00Z"),
        ("2019-02-17T02:30:00Z", "2019-02-17T03:00:00Z"),
    ],
)
def test_the_token_ends_with_the_brasilia_day(generated: str, expires: str) -> None:
    assert token_expiry(instant(generated)) == instant(expires)


@pytest.mark.parametrize(
    ("generated", "expires"),
    [
        ("2026-11-23T12:00:00-03:00", "2026-11-23T23:59:00-03:00"),
        ("2026-11-23T23:58:59.999999-03:00", "2026-11-23T23:59:00-03:00"),
        ("2026-11-23T23:59:00-03:00", "2026-11-24T23:59:00-03:00"),
    ],
)
def test_the_strict_reading_cuts_at_the_start_of_the_minute(switch: Switch, generated: str, expires: str) -> None:
    switch(token_cutoff="23:59:00")
    assert token_expiry(instant(generated)) == instant(expires)


@pytest.mark.django_db
@pytest.mark.parametrize("used", ["2026-11-23T23:59:00-03:00", "2026-11-23T23:59:59.999999-03:00"])
def test_the_last_minute_is_whole(used: str) -> None:
    stage = make_stage()
    redeem_token(token_id=stage.generate().pk, by=acting(stage.manager), at=instant(used))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "used", ["2026-11-24T00:00:00-03:00", "2026-11-24T03:00:00Z", "2026-11-24T00:00:00.000001-03:00"]
)
def test_midnight_is_too_late(used: str) -> None:
    stage = make_stage()
    token = stage.generate()
    with pytest.raises(RuleBroken, match="Token expirado"):
        redeem_token(token_id=token.pk, by=acting(stage.manager), at=instant(used))


@pytest.mark.django_db
def test_the_strict_reading_refuses_the_last_minute(switch: Switch) -> None:
    switch(token_cutoff="23:59:00")
    stage = make_stage()
    token = stage.generate()
    with pytest.raises(RuleBroken, match="Token expirado"):
        redeem_token(token_id=token.pk, by=acting(stage.manager), at=instant("2026-11-23T23:59:00-03:00"))
    redeem_token(token_id=token.pk, by=acting(stage.manager), at=instant("2026-11-23T23:58:59.999999-03:00"))


@pytest.mark.django_db
def test_in_noronha_a_token_of_half_past_midnight_lives_thirty_minutes() -> None:
    stage = make_stage(make_noronha())
    generated = instant("2026-11-24T00:30:00-02:00")
    token = stage.generate(generated)
    assert token.expires_at - generated == timedelta(minutes=30)


MIDNIGHT = instant("2026-11-24T00:00:00-03:00")


@pytest.mark.django_db
def test_where_the_clocks_agree_one_time_is_said() -> None:
    assert deadlines.validity_text(MIDNIGHT, make_entity()) == "Válido até 23:59 (horário de Brasília)"


@pytest.mark.django_db
def test_in_acre_both_times_are_said() -> None:
    assert deadlines.validity_text(MIDNIGHT, make_other_entity()) == (
        "Válido até 23:59 (horário de Brasília) — 21:59 no horário local (Acre)"
    )


@pytest.mark.django_db
def test_in_noronha_the_local_time_is_of_the_next_day_and_bears_the_name_of_the_island() -> None:
    assert deadlines.validity_text(MIDNIGHT, make_noronha()) == (
        "Válido até 23:59 (horário de Brasília) — 00:59 de 24/11/2026 no horário local (Fernando de Noronha)"
    )


@pytest.mark.django_db
def test_west_amazonas_is_two_hours_behind_and_the_rest_one() -> None:
    amazonas = make_uf("13", "AM", "Amazonas", "America/Manaus")
    west = make_entity(make_municipality("1301407", "Eirunepé", uf=amazonas, time_zone="America/Eirunepe"))
    east = make_entity(make_municipality("1302603", "Manaus", uf=amazonas, time_zone="America/Manaus"))
    assert deadlines.validity_text(MIDNIGHT, west).endswith("— 21:59 no horário local (Eirunepé)")
    assert deadlines.validity_text(MIDNIGHT, east).endswith("— 22:59 no horário local (Amazonas)")


@pytest.mark.django_db
def test_under_daylight_saving_time_the_north_east_was_an_hour_behind() -> None:
    bahia = make_uf("29", "BA", "Bahia", "America/Bahia")
    salvador = make_entity(make_municipality("2927408", "Salvador", uf=bahia, time_zone="America/Bahia"))
    text = deadlines.validity_text(token_expiry(instant("2019-02-15T12:00:00Z")), salvador)
    assert text == "Válido até 23:59 (horário de Brasília) — 22:59 no horário local (Bahia)"


@pytest.mark.django_db
def test_the_strict_limit_is_said_as_it_is() -> None:
    limit = instant("2026-11-23T23:59:00-03:00")
    assert deadlines.validity_text(limit, make_entity()) == "Válido até 23:59 (horário de Brasília)"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(hours=1, minutes=35), "1 hora e 35 minutos"),
        (timedelta(hours=2), "2 horas"),
        (timedelta(minutes=30), "30 minutos"),
        (timedelta(minutes=29, seconds=59.999999), "29 minutos"),
        (timedelta(minutes=1), "1 minuto"),
        (timedelta(seconds=59.999999), "menos de 1 minuto"),
    ],
)
def test_what_is_left_is_never_overstated(left: timedelta, text: str) -> None:
    assert deadlines.remaining_text(left) == text


def test_the_day_is_named_when_it_is_not_today() -> None:
    at = instant("2026-11-23T23:59:30-03:00")
    assert deadlines.day_text(instant("2026-11-24T00:00:00-03:00"), at) == "de hoje"
    assert deadlines.day_text(instant("2026-11-24T23:59:00-03:00"), at) == "de 24/11/2026"
