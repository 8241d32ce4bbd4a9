"""What a special case has in hand: all that its age and its origin allow, unless the case is about not having it.

Nothing is drawn, so that every room has every kind of document. The numbers are behind those of any population.
"""

from datetime import date

from registry.numbers import weighed
from registry.population.cases import Case
from registry.population.papers import NOT_SAID, PaperLuck, Papers, Region, Row, email_of, papers_of, phone_of

FIRST = 9_000_000
ADULT = 18
_YES, _NO = 0, 2**16
# The UF in the number of a título.
MINAS = "02"
_MARRIED = "nome-casada"
_NOTHING = Papers(), "", ""


def in_hand(case: Case, reference: date, region: Region) -> tuple[Papers, str, str]:
    """Documents, certidão and further telephone; e-mail; telephone."""
    if not case.has_papers or case.survivor:
        return _NOTHING
    ordinal, born, luck = FIRST + case.number, case.born_on(reference), _luck(case)
    papers = papers_of(ordinal, born, reference.toordinal(), region, luck, is_brazilian=case.nationality == "B")
    documents = (*_of_who_came(case, ordinal, reference), *_of_age(case, ordinal, region, reference))
    if case.nationality != "E":
        documents = (*papers.documents, *documents)
    email = email_of(ordinal, luck) if case.age >= ADULT else ""
    return papers._replace(documents=documents), email, phone_of(ordinal, region)


def _luck(case: Case) -> PaperLuck:
    """Whatever is asked, the answer is yes."""
    number = case.number
    return PaperLuck(
        rg=_YES,
        nis=_YES,
        issued=97 * number,
        civil=_YES,
        marriage=_YES if case.key == _MARRIED else _NO,
        office=number,
        book=number,
        sheet=number,
        email=_YES,
        second_phone=_YES,
    )


def _of_age(case: Case, ordinal: int, region: Region, reference: date) -> tuple[Row, ...]:
    """Título, CNH and CTPS of a Brazilian who is of age."""
    if case.nationality == "E" or case.age < ADULT or case.days < 0:
        return ()
    issued = date(reference.year - 1, 1, 1 + case.number % 28)
    return (
        ("TITULO", voter_card(ordinal), "", None, None, "", "012", f"{case.number:04d}", ""),
        ("CNH", driving_licence(ordinal), "", region.uf, issued, "", "", "", ""),
        ("CTPS", str(ordinal), "", region.uf, issued, "00013", "", "", ""),
    )


def _of_who_came(case: Case, ordinal: int, reference: date) -> tuple[Row, ...]:
    """The passport of a foreigner, the portaria of who was naturalised."""
    if case.nationality == "E":
        issued = date(reference.year - 2, 6, 15)
        return (("PASSAPORTE", f"EX{ordinal}", "", None, issued, "", "", "", case.birth_country),)
    if case.nationality == "N":
        return (("NATURALIZACAO", str(ordinal), *NOT_SAID),)
    return ()


def voter_card(ordinal: int, *, uf: str = MINAS) -> str:
    """Título de eleitor: eight digits, two of the UF, two checks."""
    base = f"{ordinal:08d}"
    first = sum(int(digit) * weight for weight, digit in enumerate(base, 2)) % 11 % 10
    second = sum(int(digit) * weight for weight, digit in enumerate(f"{uf}{first}", 7)) % 11 % 10
    return f"{base}{uf}{first}{second}"


def driving_licence(ordinal: int) -> str:
    """CNH: nine digits and two checks; where the first one would be ten, it is nought and the second two less."""
    base = f"{ordinal:09d}"
    first = weighed(base, 9) % 11
    rising = sum(int(digit) * weight for weight, digit in enumerate(base, 1)) % 11
    second = (rising - 2) % 11 if first > 9 else rising
    return f"{base}{first % 10}{second % 10}"
