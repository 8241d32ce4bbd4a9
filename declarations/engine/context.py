"""What only the portal knows of a declaration. With this file the offline report is equal to that of the portal.

A context is whole: what it leaves out does not exist (the first year has no former one), and is not judged.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from declarations.engine import records
from declarations.engine.declaration import is_known_year
from declarations.engine.money import canonical, cents_of
from declarations.engine.periods import BIMESTERS, YEARS, Period, Term, legal_term

FORMAT = "siops-sim-contexto/1"
# Opening balances, by (record, key of the row): the column that carries them is the first of each record.
Openings = dict[str, int]
OPENED = {"RP": records.REMAINDERS, "Q4": records.CONTROLS, "Q6": records.CONTROLS}


class UnreadableContext(ValueError):
    """The file of context is not one."""


@dataclass(frozen=True)
class Context:
    """Facts of the entity and of the room on one day. Amounts in cents, rates in hundredths of a percent."""

    ibge7: str
    year: int
    bimester: int
    sphere: str = "M"
    today: date | None = None
    # Of the calendar of the room, when it was prorogued.
    prorogued: Term | None = None
    organic_rate: int | None = None
    population: int | None = None
    # The bimestre before, of the same year: its cells as homologated, None when it is not.
    former: Mapping[str, int | None] | None = None
    # «RP.2025», «Q4.2024», «Q6.2025»: closing balances that the year before homologated.
    openings: Openings | None = None
    # XXI as stated by the year before, and III of the same bimestre of it.
    former_lacking: int | None = None
    former_base: int | None = None
    # What STN and SEFAZ (FPM, ICMS, ITR) and the FNS (UNIAO) published as transferred; synthetic in the simulator.
    transferred: Openings = field(default_factory=dict)
    # Expense for each inhabitant of the entities alike: the 1st and the 99th percentile.
    peers: tuple[int, int] | None = None
    released: frozenset[str] = frozenset()
    # Content hash of the versions already transmitted → receipt.
    receipts: dict[str, str] = field(default_factory=dict)

    @property
    def term(self) -> Term:
        return self.prorogued or legal_term(Period(self.year, self.bimester))


def read(text: str | bytes) -> Context:
    try:
        return _read(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableContext(str(error)) from error


def _read(body: dict[str, object]) -> Context:
    if body["formato"] != FORMAT:
        raise ValueError(f"formato {body['formato']}")
    given: dict[str, object] = {key: value for key, value in body.items() if value is not None}
    term = given.get("prazo")
    peers = given.get("pares")
    return Context(
        ibge7=str(body["ibge7"]),
        year=_year(body["ano"]),
        bimester=_bimester(body["bimestre"]),
        sphere=str(given.get("esfera", "M")),
        today=_day(given["hoje"]) if "hoje" in given else None,
        prorogued=Term(_day(_item(term, "abertura")), _day(_item(term, "fim"))) if term else None,
        organic_rate=_cents(given.get("lei_organica")),
        population=_whole(given["populacao"]) if "populacao" in given else None,
        former=_amounts(given["anterior"]) if "anterior" in given else None,
        openings=_openings(given["saldos"], _year(body["ano"])) if "saldos" in given else None,
        former_lacking=_cents(given.get("xxi_anterior")),
        former_base=_cents(given.get("iii_anterior")),
        transferred=_amounts(given.get("repasses", {})),
        peers=(_money(_item(peers, "p1")), _money(_item(peers, "p99"))) if peers else None,
        released=frozenset(map(str, _list(given.get("liberacoes", [])))),
        receipts={str(key): str(value) for key, value in _mapping(given.get("recibos", {})).items()},
    )


def write(context: Context) -> str:
    """The file of context, as `read` takes it."""

    def amounts(values: Mapping[str, int | None] | None) -> dict[str, str] | None:
        return None if values is None else {k: canonical(v) for k, v in sorted(values.items()) if v is not None}

    def money(value: int | None) -> str | None:
        return None if value is None else canonical(value)

    term, peers = context.prorogued, context.peers
    body = {
        "formato": FORMAT,
        "esfera": context.sphere,
        "ibge7": context.ibge7,
        "ano": context.year,
        "bimestre": context.bimester,
        "hoje": context.today.isoformat() if context.today else None,
        "prazo": {"abertura": term.opens_on.isoformat(), "fim": term.closes_on.isoformat()} if term else None,
        "lei_organica": money(context.organic_rate),
        "populacao": context.population,
        "anterior": amounts(context.former),
        "saldos": amounts(context.openings),
        "xxi_anterior": money(context.former_lacking),
        "iii_anterior": money(context.former_base),
        "repasses": amounts(context.transferred),
        "pares": {"p1": money(peers[0]), "p99": money(peers[1])} if peers else None,
        "liberacoes": sorted(context.released),
        "recibos": context.receipts,
    }
    return json.dumps(body, ensure_ascii=False, indent=1)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} não é um número inteiro")
    return value


def _year(value: object) -> int:
    if value not in YEARS:
        raise ValueError(f"ano {value}")
    return _whole(value)


def _bimester(value: object) -> int:
    if value not in BIMESTERS:
        raise ValueError(f"bimestre {value}")
    return _whole(value)


def _day(value: object) -> date:
    return date.fromisoformat(str(value))


def _money(value: object) -> int:
    text = str(value)
    whole, dot, rest = text.lstrip("-").partition(".")
    if not (whole.isdecimal() and dot and len(rest) == 2 and rest.isdecimal()):  # noqa: PLR2004 -- cents
        raise ValueError(f"{text!r} não é um valor")
    return cents_of(text)


def _cents(value: object) -> int | None:
    return None if value is None else _money(value)


def _mapping(value: object) -> dict[object, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} não é um objeto")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} não é uma lista")
    return value


def _item(value: object, name: str) -> object:
    return _mapping(value)[name]


def _openings(value: object, year: int) -> Openings:
    """Each of a quadro and a year that have a line."""
    found = _amounts(value)
    for name in found:
        quadro, _, each = name.partition(".")
        record = OPENED.get(quadro)
        if record is None or not re.fullmatch("[0-9]{4}", each) or not is_known_year(record, (quadro, each), year):
            raise ValueError(f"saldo {name}")
    return found


def _amounts(value: object) -> dict[str, int]:
    return {str(key): _money(amount) for key, amount in _mapping(value).items()}
