"""The special cases: who they are, what the Receita says of each, and the state in which a synchronization must end.

Plans, without a database and without a fixed day: ages count back from a day of reference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry import numbers
from registry.numbers import DEFINITIVE
from registry.population.people import BRAZIL, UNKNOWN, Cns

# Where a synchronization ends, by the codes of the SISRede, and how the state is called.
NOT_SYNCHRONIZED, SYNCHRONIZED, STALE, JUSTIFIED = "not_synchronized", "synchronized", "stale", "justified"
PENDING_REVENUE, PENDING_NO_CNS = "pending_revenue", "pending_no_cns"
PENDING_UNIFICATION, PENDING_CPF = "pending_unification", "pending_cpf"
STATES = {
    NOT_SYNCHRONIZED: "Não sincronizado",
    SYNCHRONIZED: "Sincronizado",
    STALE: "Desatualizado",
    JUSTIFIED: "Não sincronizado, justificado",
    PENDING_REVENUE: "Pendente na Receita",
    PENDING_NO_CNS: "Pendente: sem CNS definitivo",
    PENDING_UNIFICATION: "Pendente: unificação",
    PENDING_CPF: "Pendente: sem CPF",
}
# Situations of a CPF at the Receita, by the codes of its table.
REGULAR, TO_REGULARIZE, SUSPENDED = "REGULAR", "PENDENTE_REGULARIZACAO", "SUSPENSA"
CANCELLED, HOLDER_DEAD, NULL = "CANCELADA", "TITULAR_FALECIDO", "NULA"


@dataclass(frozen=True, kw_only=True)
class Tax:
    """What the Receita says of the CPF; what is left empty is as in the registry."""

    situation: str = REGULAR
    name: str = ""
    mother: str = ""
    days_later: int = 0
    died_years_ago: int | None = None


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What the chart of the health unit holds that the registry does not; `…_of` is the key of another case.

    A chart with a wrong CPF, or without numbers, has no number of its own. One with the CNS of another record was
    synchronized when that one was still the principal; `newborn_of` is the mother of who has no registration.
    """

    name: str = ""
    sex: str = ""
    birth_city: str = ""
    street: str = ""
    cpf_of: str = ""
    cns_of: str = ""
    newborn_of: str = ""
    has_numbers: bool = True


@dataclass(frozen=True, kw_only=True)
class Case:
    """A special case. It turned `age` years `days` days ago; a negative number is days still to come.

    `number` is its ordinal among the numbers of the room. `cns` are the types in the order in which they are told.
    A case that is not `is_registered` has only a chart; one absorbed by a `survivor` left its numbers there, as
    provisional. `justification` is the code of the one that releases the attendance.

    `ends_in` is the state after the consultation and what follows it: the confirmation of who is ready and is not
    synchronized yet, or the justification. Whoever is synchronized already is only consulted.
    """

    key: str
    number: int
    about: str
    name: str
    mother: str = UNKNOWN
    father: str = UNKNOWN
    social_name: str = ""
    sex: str = "F"
    age: int = 40
    days: int = 100
    has_cpf: bool = True
    cns: str = DEFINITIVE
    race: str = "03"
    ethnicity: str = ""
    nationality: str = "B"
    birth_country: str = BRAZIL
    birth_city: str | None = "3106200"
    is_active: bool = True
    died_days_ago: int | None = None
    is_protected: bool = False
    is_vip: bool = False
    is_nomad: bool = False
    has_address: bool = True
    has_papers: bool = True
    is_registered: bool = True
    survivor: str = ""
    tax: Tax | None = None
    chart: Chart | None = None
    ends_in: str = SYNCHRONIZED
    justification: str = ""

    def born_on(self, reference: date) -> date:
        return born(reference, years=self.age, days=self.days)

    @property
    def cpf(self) -> str | None:
        return numbers.room_cpf(self.number) if self.has_cpf else None

    @property
    def own_numbers(self) -> list[Cns]:
        """The numbers that were given to this record, in their order."""
        return room_numbers(self.number, self.cns)


def room_numbers(number: int, kinds: Sequence[str]) -> list[Cns]:
    """Numbers of the room of each of these types, in this order."""
    return [Cns(numbers.room_cns(kind, number, nth=kinds[:at].count(kind)), kind) for at, kind in enumerate(kinds)]


def born(reference: date, *, years: int, days: int) -> date:
    """The birth of who turned `years` `days` days ago; a 29 February that was not moves to the safe side of it."""
    birthday = reference - timedelta(days=days)
    try:
        return birthday.replace(year=birthday.year - years)
    except ValueError:
        return date(birthday.year - years, *((3, 1) if days < 0 else (2, 28)))
