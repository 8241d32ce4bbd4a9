"""The people of the demonstration (personas), for the sign-in pages; the list itself is given by settings."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.forms import Field
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts.models import PasswordLink
from common.documents import format_cpf

STAFF_GROUP = "Equipe do Ministério"
OTHERS_GROUP = "Outras pessoas"
CHANGED = "alterada"
SUGGESTED = 3


@dataclass(frozen=True, kw_only=True)
class Persona:
    """One synthetic person or fund that a visitor may act as. `login_kind`: "pf", "pj" or "staff".

    `place` is the entity, in the words of the list; `door` the URL name of the page by which the persona enters, when
    it is none of accounts: opened with `?persona=`, that page comes filled.
    """

    key: str
    role: str
    name: str
    login_kind: str
    login: str
    email: str = ""
    cpf: str = ""
    cnpj: str = ""
    password: str = ""
    pin: str = ""
    puk: str = ""
    door: str = ""
    place: str = ""
    uf: str = ""
    ibge: str = ""
    cnes: str = ""
    can: str | tuple[str, ...] = ""

    @property
    def secret(self) -> str:
        """What is typed to enter, for the pages of the demonstration; empty when nothing is."""
        return self.password or (f"PIN {self.pin}, PUK {self.puk}" if self.puk else "")


class PersonaWithNewPassword(Persona):
    """One whose password of the demonstration no longer holds; nobody else knows the new one."""

    @property
    def secret(self) -> str:
        return CHANGED


def demo_personas() -> list[Persona]:
    """The personas of settings.DEMO_PERSONAS (dotted path of a callable); none outside DEMO."""
    if not settings.DEMO or not settings.DEMO_PERSONAS:
        return []
    personas: Iterable[Persona] = import_string(settings.DEMO_PERSONAS)()
    return list(personas)


def present_personas() -> list[Persona]:
    """The same, without the passwords that a link has replaced since; one query."""
    personas = demo_personas()
    logins = [persona.login for persona in personas if persona.password]
    links = PasswordLink.objects.that_set_the_password().filter(user__login__in=logins)
    changed = set(links.values_list("user__login", flat=True))
    return [
        PersonaWithNewPassword(**vars(persona) | {"password": ""}) if persona.login in changed else persona
        for persona in personas
    ]


def demo_people(*, ibge: str, among: Collection[str] | None = None, besides: Collection[str] = ()) -> list[Persona]:
    """The people of one entity whose CPF may be typed: of some CPFs only, or without some; none outside DEMO."""
    people = [persona for persona in demo_personas() if persona.cpf and persona.ibge == ibge]
    return [who for who in people if who.cpf not in besides and (among is None or who.cpf in among)]


def suggest(field: Field, people: Sequence[Persona]) -> None:
    """Say under a field of CPF which people of the demonstration serve."""
    if people:
        names = "; ".join(f"{format_cpf(persona.cpf)} ({persona.name})" for persona in people[:SUGGESTED])
        field.help_text = f"{field.help_text} No treino, por exemplo: {names}.".strip()


def asked_persona(request: HttpRequest, *, door: str) -> Persona | None:
    """The persona whose sign-in the list asked to have filled (`?persona=`), when it enters by this door."""
    key = request.GET.get("persona") if request.method == "GET" else None
    found = (persona for persona in present_personas() if (persona.key, persona.door) == (key, door))
    return next(found, None) if key else None


def grouped_personas(personas: Sequence[Persona]) -> dict[str, list[Persona]]:
    """The personas by entity; the staff, who have no entity, come last."""
    groups: dict[str, list[Persona]] = {}
    for persona in sorted(personas, key=lambda persona: persona.login_kind == "staff"):
        title = STAFF_GROUP if persona.login_kind == "staff" else persona.place or OTHERS_GROUP
        groups.setdefault(title, []).append(persona)
    return groups
