"""The rail «Transmitir e homologar»: where it stands, whose turn it is, and whom to continue as."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.personas import Persona
from common.rail import Rail
from declarations.rail import DONE, STAGES, TRANSMIT_AND_HOMOLOGATE
from declarations.services.calendar import keep_calendar
from siops.models import HealthManager, Technician
from siops.models.scoped import TECHNICIAN
from tests.clock import Clock, now
from tests.factories import make_entity, siops
from tests.factories.declarations import make_declaration, make_period, make_receipt
from tests.factories.siops import Acting
from tests.in_room import below
from tests.siops.support import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "control"]),
    pytest.mark.usefixtures("_personas"),
]


def personas() -> list[Persona]:
    """The technicians and secretaries of the database."""
    senders = Technician.objects.current().select_related("person")
    managers = HealthManager.objects.current().select_related("person")
    return [
        *(_persona(row, "siops:technician_sign_in") for row in senders),
        *(_persona(row, "siops:sign_in_virtual") for row in managers),
    ]


def _persona(row: Technician | HealthManager, door: str) -> Persona:
    key, person = f"{type(row).__name__}-{row.pk}", row.person
    return Persona(key=key, role="", name=person.name, login_kind="pf", login=person.cpf_text, door=door)


@pytest.fixture
def _personas(settings: Any) -> None:
    settings.DEMO, settings.DEMO_PERSONAS = True, "tests.declarations.test_rail.personas"


@pytest.fixture
def sender(db: None) -> Acting:
    keep_calendar(at=now())
    return siops.make_acting(TECHNICIAN, make_entity())


def rail_of(acting: Acting, declaration_id: int, route: str = "summary") -> Rail:
    answer = session_of(acting).get(below(reverse(f"declarations:{route}", args=[declaration_id])))
    assert answer.status_code == 200
    return answer.context["rail"]  # type: ignore[no-any-return]  # a context of a template


def test_where_it_stands(sender: Acting) -> None:
    """Along the versions of several bimestres, the last opened one counts."""
    found = {}
    for place, status in enumerate(["draft", "with_findings", "validated", "packed", "transmitted", "returned"]):
        declaration = make_declaration(sender.entity, make_period(2025, place + 1), status=status, tables={})
        rail = rail_of(sender, declaration.pk)
        assert rail.turn is not None
        found[status] = (rail.done, rail.turn.is_mine, rail.turn.url.split("/")[-2])
    assert found == {
        "draft": (1, True, "importar"),
        "with_findings": (2, True, "criticas"),
        "validated": (3, True, "gravar"),
        "packed": (4, True, "transmitir"),
        "transmitted": (5, False, "homologar"),
        "returned": (0, True, "painel"),
    }
    assert set(DONE.values()) <= set(range(len(STAGES) + 1))


def test_with_nothing_open_who_is_to_open_one_is_told_what_comes(sender: Acting, clock: Clock) -> None:
    declaration = make_declaration(sender.entity, make_period(2026, 4), status="returned", tables={})
    assert rail_of(sender, declaration.pk).in_hand == ()
    clock.shift(timedelta(days=9))
    [told] = rail_of(sender, declaration.pk).in_hand
    assert "6º bimestre de 2026, abre em 10/01/2027" in told.note
    begun = make_declaration(sender.entity, status="validated", tables={})
    assert rail_of(sender, begun.pk).in_hand == ()


def test_who_sent_may_continue_as_who_homologates(sender: Acting) -> None:
    declaration = make_declaration(sender.entity, status="transmitted", tables={})
    secretary = HealthManager.objects.get(entity=sender.entity, role=HealthManager.Role.SECRETARY)
    rail = rail_of(sender, declaration.pk)
    assert rail.other is not None
    assert (rail.other.name, rail.other.persona) == (secretary.person.name, f"HealthManager-{secretary.pk}")
    assert rail.other.url == below(reverse("declarations:homologate", args=[declaration.pk]))


def test_at_the_end_it_is_nobodys_turn_and_leads_on(sender: Acting) -> None:
    declaration = make_declaration(sender.entity, status="homologated", tables={})
    make_receipt(declaration, sender)
    rail = rail_of(sender, declaration.pk)
    assert (rail.turn, rail.then, rail.done) == (None, None, len(STAGES))
    public = reverse("transparency:entity_detail", args=[sender.entity.ibge])
    assert [each.url for each in rail.onward] == [below(public), below(reverse("sanctions:monitoring"))]


def test_what_came_homologated_with_the_world_is_not_a_path_walked(sender: Acting) -> None:
    declaration = make_declaration(sender.entity, status="homologated", tables={})
    rail = rail_of(sender, declaration.pk)
    assert rail.turn is not None
    assert (rail.done, rail.turn.is_mine, rail.turn.url) == (0, True, below(reverse("declarations:panel")))


def test_the_faulty_file_is_in_hand_until_something_was_brought(sender: Acting) -> None:
    declaration = make_declaration(sender.entity, status="draft", tables={})
    (file,) = rail_of(sender, declaration.pk).in_hand
    assert file.url == below(reverse("declarations:example_download", args=[declaration.pk, "pago-maior"]))
    make_declaration(sender.entity, make_period(2025, 2), status="validated", tables={})
    assert rail_of(sender, declaration.pk).in_hand == ()


def test_it_begins_as_somebody_who_enters(settings: Any) -> None:
    settings.DEMO_PERSONAS = "config.personas.personas_for_sign_in"
    start = TRANSMIT_AND_HOMOLOGATE.start()
    assert start is not None
    assert start.persona == "riobranco-envio"
