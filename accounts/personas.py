"""The people of the demonstration (personas), for the sign-in pages; the list itself is given by settings."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.forms import Field
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts.models import Membership, PasswordLink
from common.documents import format_cnpj, format_cpf
from common.folding import fold

STAFF_GROUP = "Equipe do Ministério"
OTHERS_GROUP = "Outras pessoas"
CHANGED = "alterada"
SUGGESTED = 3


@dataclass(frozen=True, kw_only=True)
class Persona:
    """One synthetic person or fund that a visitor may act as. `login_kind`: "pf", "pj" or "staff".

    `place` is the entity, in the words of the list, and `about` what is particular of it. `door` is the URL name of the
    page by which the persona enters, when it is none of accounts: opened with `?persona=`, that page comes filled.
    `system` is where the persona works, `way` how who types no secret enters, and `barred` why the persona does not.
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
    system: str = ""
    way: str = ""
    barred: str = ""
    about: str = ""

    @property
    def document(self) -> str:
        """The document, or the name, that is typed to enter."""
        if self.cnpj:
            return format_cnpj(self.cnpj)
        return format_cpf(self.cpf) if self.cpf else self.login

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


def persona_by_login(login: str) -> Persona | None:
    """The persona that enters with this CPF, CNPJ or name; None outside DEMO."""
    return next((persona for persona in demo_personas() if persona.login == login), None)


def door_of(persona: Persona) -> str:
    """URL name of the page where the persona enters with what it knows; empty for who needs only to be chosen."""
    if persona.door or persona.login_kind == "pf":
        return persona.door
    return "accounts:sign_in_organisation" if persona.login_kind == "pj" else "admin:login"


def present_personas() -> list[Persona]:
    """The same as they are now: without the passwords that a link has replaced since, nor the bars that such a link, or
    profiles given since, have lifted; two queries.
    """
    personas = list(_with_profiles_given_since(demo_personas()))
    logins = [persona.login for persona in personas if persona.password]
    links = PasswordLink.objects.that_set_the_password().filter(user__login__in=logins)
    changed = set(links.values_list("user__login", flat=True))
    now = {"password": "", "barred": ""}
    return [
        PersonaWithNewPassword(**vars(persona) | now) if persona.login in changed else persona for persona in personas
    ]


def _with_profiles_given_since(personas: Sequence[Persona]) -> Iterator[Persona]:
    barred = [persona.cpf for persona in personas if persona.barred and not persona.door]
    profiles = Membership.objects.active().filter(person__cpf__in=barred) if barred else Membership.objects.none()
    enter = set(profiles.values_list("person__cpf", flat=True))
    for persona in personas:
        yield replace(persona, barred="") if persona.cpf in enter else persona


def demo_people(
    *, ibge: str, among: Collection[str | None] | None = None, besides: Collection[str | None] = ()
) -> list[Persona]:
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
    persona = _asked(request)
    return persona if persona and persona.door == door else None


def asked_member(request: HttpRequest) -> Persona | None:
    """The same of the staff, whose door is that of the administrative area."""
    persona = _asked(request)
    return persona if persona and persona.login_kind == "staff" else None


def _asked(request: HttpRequest) -> Persona | None:
    """The persona named by the address, if any: most who come to a door name none, and nothing is read for them."""
    key = request.GET.get("persona") if request.method == "GET" else None
    return next((persona for persona in present_personas() if persona.key == key), None) if key else None


def grouped_personas(personas: Sequence[Persona]) -> dict[str, list[Persona]]:
    """The personas by entity; the staff, who have no entity, come last."""
    groups: dict[str, list[Persona]] = {}
    for persona in sorted(personas, key=lambda persona: persona.login_kind == "staff"):
        title = STAFF_GROUP if persona.login_kind == "staff" else persona.place or OTHERS_GROUP
        groups.setdefault(title, []).append(persona)
    return groups


@dataclass(frozen=True)
class PersonaGroup:
    """The personas of one entity as the list shows them, by system."""

    title: str
    personas: Sequence[Persona]
    is_open: bool

    @property
    def about(self) -> str:
        return self.personas[0].about

    @property
    def systems(self) -> dict[str, list[Persona]]:
        """Each system once, in the order in which the list names them."""
        found: dict[str, list[Persona]] = {}
        for persona in self.personas:
            found.setdefault(persona.system, []).append(persona)
        return found


@dataclass(frozen=True)
class PersonaFilter:
    """What the list of personas was asked to show: one system, and a text without regard to accents and capitals."""

    system: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.system and not self.text

    @property
    def words(self) -> str:
        """The filter in one line."""
        text = f"«{self.text}»" if self.text else ""
        return ", ".join(part for part in (self.system, text) if part) or "todos os sistemas"

    def chosen(self, personas: Iterable[Persona]) -> list[Persona]:
        """Those that it shows."""
        return [who for who in self.in_any_system(personas) if self.system in ("", who.system)]

    def in_any_system(self, personas: Iterable[Persona]) -> list[Persona]:
        """Those that it would show of all systems."""
        asked = fold(self.text)
        return [who for who in personas if not asked or asked in _searchable(who)]


def _searchable(who: Persona) -> str:
    return fold(" ".join((who.name, who.role, who.login, who.document, who.place)))


def systems_of(personas: Iterable[Persona]) -> list[str]:
    """The systems in which the personas work, each once, in their order."""
    return list(dict.fromkeys(persona.system for persona in personas if persona.system))


def list_of(personas: Sequence[Persona], *, last: str, shown: PersonaFilter) -> list[PersonaGroup]:
    """The groups of the list: open are those of a filter, else the one of the `last` persona, else the first one."""
    groups = grouped_personas(shown.chosen(personas))
    of_last = next((title for title, group in groups.items() if last in [who.key for who in group]), None)
    opened = set(groups) if not shown.is_empty else {of_last or next(iter(groups), "")}
    return [PersonaGroup(title, group, title in opened) for title, group in groups.items()]
