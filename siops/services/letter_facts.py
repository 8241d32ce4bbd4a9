"""What the ministry compares when it reviews the ofício of a new head: each fact beside the rule that it must meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from common import documents
from common.exceptions import RuleBroken
from common.ui import Check
from registry.models import Person
from siops.models import Attachment, HealthManager, OfficialLetter
from siops.services.institutional import require_institutional
from siops.services.letters import head_of
from siops.services.registry import NAME_DIFFERS, find_name, require_free_email, same_name

NO_HEAD, ALREADY_HEAD = "Ninguém é o chefe do ente hoje", "Já é o chefe do ente: aprovar não muda ninguém"


def checks_of(letter: OfficialLetter) -> list[Check]:
    """Every fact that has a rule; what the copies say only a person can tell."""
    head = head_of(letter.entity_id)
    return [*_person(letter, head), *_office(letter, head), _papers(letter)]


def _person(letter: OfficialLetter, head: HealthManager | None) -> Iterator[Check]:
    """Who the CADSUS says that it is, and whether it is somebody else than the head of today."""
    holds, note = _answer(lambda: _require_name(letter))
    yield Check("Nome", letter.name, "Igual ao do CADSUS para este CPF", holds, note)
    is_other = head is None or head.person.cpf != letter.cpf
    today = f"Chefe hoje: {head.person.name}" if head else NO_HEAD
    cpf = documents.format_cpf(letter.cpf)
    yield Check("CPF", cpf, "De quem ainda não é o chefe", is_other or None, today if is_other else ALREADY_HEAD)


def _office(letter: OfficialLetter, head: HealthManager | None) -> Iterator[Check]:
    yield Check("Cargo", letter.position, "Igual ao do Diploma", None)
    yield Check("Início", f"{letter.starts_on:%d/%m/%Y}", "Igual ao da Ata de posse", None)
    holds, note = _answer(lambda: _require_email(letter, head))
    yield Check("E-mail", letter.email, "Do ente, e de nenhum outro usuário dele", holds, note)


def _papers(letter: OfficialLetter) -> Check:
    attached = set(letter.attachments.values_list("kind", flat=True))
    kinds = Attachment.FOR_LETTER
    count = sum(kind in attached for kind in kinds)
    rule = f"Legíveis: {', '.join(Attachment.Kind(kind).label for kind in kinds)}"
    return Check("Documentos", f"{count} de {len(kinds)}", rule, None if count == len(kinds) else False)


def _answer(ask: Callable[[], None]) -> tuple[bool | None, str]:
    """Whether a rule holds now, and its sentence when it does not; nobody knows while the CADSUS does not answer."""
    try:
        ask()
    except RuleBroken as refusal:
        return None if refusal.code == "cadsus_down" else False, refusal.message
    return True, ""


def _require_name(letter: OfficialLetter) -> None:
    if not same_name(letter.name, find_name(cpf=letter.cpf)):
        raise RuleBroken(NAME_DIFFERS, code="name_differs")


def _require_email(letter: OfficialLetter, head: HealthManager | None) -> None:
    require_institutional(letter.email, field="email")
    person = Person.objects.filter(cpf=letter.cpf).first()
    if person is not None:
        require_free_email(entity=letter.entity, email=letter.email, person=person, leaving=head)
