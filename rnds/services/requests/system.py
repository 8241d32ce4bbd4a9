"""Section F: «Sistema solicitante», its «Períodos de maior acesso» and its «Portfólio»."""

import ipaddress
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import NamedTuple

from django.db import transaction

from common.actor import Actor
from common.exceptions import AllAtOnce, RuleBroken
from common.legal_time import BRASILIA
from rnds.models import AccessPeriod, CredentialRequest
from rnds.services.requests.drafts import Saved, keep, lock_draft

MAX_COUNT = 9_999_999
MAX_PERIODS = 3
PRIVATE_RANGE = "Atenção: faixa de IP privada; em produção informe o IP público."
PEAK_ABOVE_MAX = "A quantidade no pico é maior que o máximo diário."

_Turn = AccessPeriod.Turn
# Hours of each turn of the day; «Noite» ends at midnight, written 23:59 (the last minute a time field can name).
TURNS = {
    _Turn.MORNING: (time(6), time(12)),
    _Turn.AFTERNOON: (time(12), time(18)),
    _Turn.NIGHT: (time(18), time(23, 59)),
}

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Problem = tuple[str, str]


class Period(NamedTuple):
    """A period of greater access within one turn of the day."""

    turn: str
    start: time
    end: time


class SystemData(NamedTuple):
    """Everything of section F, as typed and already of the right types."""

    ip_first: str
    ip_last: str
    recorded_visits: int
    visits_per_day_min: int
    visits_per_day_max: int
    peak_accesses: int
    portfolio_start: date
    portfolio_end: date
    periods: Sequence[Period] = ()


def problems_of(data: SystemData, today: date) -> list[Problem]:
    """(field, message) of every broken rule of section F; `today` is the Brasília date."""
    return [*_ip_problems(data), *_count_problems(data), *_date_problems(data, today), *_period_problems(data.periods)]


def warnings_about(data: SystemData) -> tuple[str, ...]:
    """What the person should read but blocks nothing."""
    first, last = ipaddress.ip_address(data.ip_first), ipaddress.ip_address(data.ip_last)
    private = PRIVATE_RANGE if first.is_private or last.is_private else ""
    peak = PEAK_ABOVE_MAX if data.peak_accesses > data.visits_per_day_max else ""
    return tuple(text for text in (private, peak) if text)


@transaction.atomic
def save_system(
    *,
    request_id: int,
    ip_first: str,
    ip_last: str,
    recorded_visits: int,
    visits_per_day_min: int,
    visits_per_day_max: int,
    peak_accesses: int,
    portfolio_start: date,
    portfolio_end: date,
    periods: Sequence[Period] = (),
    by: Actor,
    at: datetime,
) -> Saved:
    """Save section F, or raise RuleBroken for every broken rule."""
    request = lock_draft(request_id, by, at)
    data = SystemData(
        ip_first.strip(),
        ip_last.strip(),
        recorded_visits,
        visits_per_day_min,
        visits_per_day_max,
        peak_accesses,
        portfolio_start,
        portfolio_end,
        periods,
    )
    rules = AllAtOnce()
    for field, message in problems_of(data, at.astimezone(BRASILIA).date()):
        rules.require(False, RuleBroken(message, code="system", field=field))
    rules.settle()
    _assign(request, data)
    fields = [name for name in SystemData._fields if name != "periods"]
    keep(request=request, section="system", fields=fields, by=by, at=at)
    return Saved(request, warnings_about(data))


def _assign(request: CredentialRequest, data: SystemData) -> None:
    for name in SystemData._fields:
        if name != "periods":
            setattr(request, name, getattr(data, name))
    request.access_periods.all().delete()
    for period in data.periods:
        request.access_periods.create(turn=period.turn, start=period.start, end=period.end)


def _ip_problems(data: SystemData) -> Iterator[Problem]:
    first, last = _address(data.ip_first), _address(data.ip_last)
    if first is None:
        yield "ip_first", "IP inválido."
    if last is None:
        yield "ip_last", "IP inválido."
    if first is None or last is None:
        return
    if first.version != last.version:
        yield "ip_last", "O IP final deve ser da mesma versão (IPv4 ou IPv6) do IP inicial."
    elif int(last) < int(first):
        yield "ip_last", "O IP final deve ser maior ou igual ao IP inicial."


def _address(text: str) -> IpAddress | None:
    """A usable address; None for nonsense, zone ids, loopback, link-local, multicast or 0.0.0.0."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    plain = getattr(address, "ipv4_mapped", None) or address
    if getattr(address, "scope_id", None) or plain.is_loopback or plain.is_link_local:
        return None
    return None if plain.is_unspecified or plain.is_multicast else address


def _count_problems(data: SystemData) -> Iterator[Problem]:
    names = ("recorded_visits", "visits_per_day_min", "visits_per_day_max", "peak_accesses")
    for name in names:
        if not 0 <= getattr(data, name) <= MAX_COUNT:
            yield name, "Informe um número inteiro."
    if data.visits_per_day_min > data.visits_per_day_max:
        yield "visits_per_day_min", "O mínimo não pode ser maior que o máximo."


def _date_problems(data: SystemData, today: date) -> Iterator[Problem]:
    if data.portfolio_start < today:
        yield "portfolio_start", "A data início não pode ser anterior a hoje."
    if data.portfolio_end < data.portfolio_start:
        yield "portfolio_end", "A data fim deve ser posterior à data início."


def _period_problems(periods: Sequence[Period]) -> Iterator[Problem]:
    if len(periods) > MAX_PERIODS:
        yield "periods", "Informe no máximo 3 períodos."
    for period in periods:
        yield from _one_period_problems(period)
    in_order = sorted(periods, key=lambda period: period.start)
    overlap = any(after.start < before.end for before, after in pairwise(in_order))
    if overlap or len({period.turn for period in periods}) < len(periods):
        yield "periods", "Períodos sobrepostos."


def _one_period_problems(period: Period) -> Iterator[Problem]:
    if period.turn not in TURNS:
        yield "periods", "Escolha o período: Manhã, Tarde ou Noite."
        return
    if period.end <= period.start:
        yield "periods", "O horário de fim deve ser posterior ao de início."
        return
    opens, closes = TURNS[_Turn(period.turn)]
    if period.start < opens or period.end > closes:
        label, until = _Turn(period.turn).label, "24h" if closes.minute else f"{closes:%H}h"
        yield "periods", f"O período da {label} deve ficar entre {opens:%H}h e {until}."
