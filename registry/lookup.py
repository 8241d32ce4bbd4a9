"""Who is this person? The one way to ask the registry by a number that somebody typed; it may be unavailable.

Signing in is no such question: it looks up the own account. `find` offers a person for something new; a record under
protection is answered there as if there were none, because nobody says for what it is wanted.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from common import switches
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from registry.models import Cns, Person, PersonQuerySet

DOWN = "CADSUS indisponível. Tente novamente."
M21 = "Consulta ao CADSUS desabilitada pelo administrador até {end}."
DECEASED = "Consta óbito em {day:%d/%m/%Y} no CADSUS."
INACTIVE = "Cadastro inativo no CADSUS. Reative-o no CADSUSWEB."


def is_available() -> bool:
    """Whether the national base answers now, in this room."""
    return _state() is True


def disabled_until() -> datetime | None:
    """The end of the period for which it was turned off (desabilitada pelo administrador)."""
    state = _state()
    return state if isinstance(state, datetime) else None


def _state() -> bool | datetime:
    """Whether it answers; when it does not and the end is known, that end."""
    return switches.now().cadsus_available


def require_available(*, field: str | None = None) -> None:
    """Raise RuleBroken (cadsus_down), for the form field at fault, while it does not."""
    if not is_available():
        raise RuleBroken(why_not(), code="cadsus_down", field=field)


def why_not() -> str:
    """What is said while it does not answer: M21, with the end of the period, when there is one."""
    end = disabled_until()
    return disabled(end) if end else DOWN


def disabled(end: datetime) -> str:
    """M21: turned off by whoever may, until then."""
    return M21.format(end=f"{end.astimezone(BRASILIA):%d/%m/%Y %H:%M}")


def bears(*numbers: str) -> Q:
    """Who has one of these numbers: a CPF, or a CNS, principal or aggregated. Who was absorbed has none.

    One union of two keys: an OR over both tables would read all people.
    """
    by_cns = Cns.objects.filter(number__in=numbers).values("person_id")
    return Q(pk__in=by_cns.union(Person.objects.filter(cpf__in=numbers).order_by().values("pk")))


def find(*, cpf: str = "", cns: str = "", field: str, locked: bool = False, for_anybody: bool = False) -> Person | None:
    """Who has this CNS, principal or aggregated, or without it this CPF; None when nobody has.

    Raises RuleBroken (cadsus_down, person_deceased, person_inactive) for the form field at fault. A page `for_anybody`,
    who has not entered, is not told what became of somebody: it gets None.
    """
    require_available(field=field)
    people = _offered(cns or cpf)
    if locked:
        people = people.select_for_update(no_key=True, of=("self",))
    person: Person | None = people.first()
    if person and (objection := objection_to(person)):
        if for_anybody:
            return None
        raise RuleBroken(objection.message, code=objection.code, field=field)
    return person


def find_each(*, cpfs: Iterable[str], field: str) -> PersonQuerySet:
    """The people of many CPFs at once. Of each, `objection_to` is still to be asked.

    Raises RuleBroken (cadsus_down).
    """
    require_available(field=field)
    return _offered(*cpfs)


def objection_to(person: Person) -> RuleBroken | None:
    """Why the registry does not offer a person for anything new: deceased, or inactive."""
    if person.deceased_on:
        return RuleBroken(DECEASED.format(day=person.deceased_on), code="person_deceased")
    if not person.is_active:
        return RuleBroken(INACTIVE, code="person_inactive")
    return None


def _offered(*numbers: str) -> PersonQuerySet:
    """All but the protected records."""
    people: PersonQuerySet = Person.objects.filter(bears(*numbers), is_protected=False)
    return people
