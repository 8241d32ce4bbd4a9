"""Who is this person? The one way to ask the registry by a number that somebody typed; it may be unavailable.

Signing in is no such question: it looks up the own account. A record under protection is answered as if there were
none, because here nobody says for what it is wanted.
"""

from collections.abc import Iterable

from common import switches
from common.exceptions import RuleBroken
from registry.models import Person, PersonQuerySet

DOWN = "CADSUS indisponível. Tente novamente."
DECEASED = "Consta óbito em {day:%d/%m/%Y} no CADSUS."
INACTIVE = "Cadastro inativo no CADSUS. Reative-o no CADSUSWEB."


def find(*, cpf: str = "", cns: str = "", field: str, locked: bool = False, for_anybody: bool = False) -> Person | None:
    """Who has this CNS, principal or aggregated, or without it this CPF; None when nobody has.

    Raises RuleBroken (cadsus_down, person_deceased, person_inactive) for the form field at fault. A page `for_anybody`,
    who has not entered, is not told what became of somebody: it gets None.
    """
    _require_available(field)
    people = _offered()
    if locked:
        people = people.select_for_update(no_key=True, of=("self",))
    person: Person | None = people.filter(**({"cns_numbers": cns} if cns else {"cpf": cpf})).first()
    if person and (objection := objection_to(person)):
        if for_anybody:
            return None
        raise RuleBroken(objection.message, code=objection.code, field=field)
    return person


def find_each(*, cpfs: Iterable[str], field: str) -> PersonQuerySet:
    """The people of many CPFs at once. Of each, `objection_to` is still to be asked.

    Raises RuleBroken (cadsus_down).
    """
    _require_available(field)
    return _offered().filter(cpf__in=list(cpfs))


def objection_to(person: Person) -> RuleBroken | None:
    """Why the registry does not offer a person for anything new: deceased, or inactive."""
    if person.deceased_on:
        return RuleBroken(DECEASED.format(day=person.deceased_on), code="person_deceased")
    if not person.is_active:
        return RuleBroken(INACTIVE, code="person_inactive")
    return None


def _offered() -> PersonQuerySet:
    """All but the protected records."""
    people: PersonQuerySet = Person.objects.filter(is_protected=False)
    return people


def _require_available(field: str) -> None:
    if not switches.now().cadsus_available:
        raise RuleBroken(DOWN, code="cadsus_down", field=field)
