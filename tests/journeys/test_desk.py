"""The day of the coordination of the SIOPS at the desk: the queue, an item taken, given back, the next one."""

import pytest
from playwright.sync_api import expect

from territory.models import Entity
from tests.clock import now
from tests.factories.siops import make_ticket
from tests.journeys.walker import Walker
from tickets.models import SupportTicket

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.usefixtures("seeded_portal"),
]


@pytest.fixture
def tickets(seeded_portal: object) -> list[SupportTicket]:
    """Two that wait, of one município of the demonstration."""
    entity = Entity.objects.get(municipality="1200401")
    return [make_ticket(entity, subject=subject, at=now()) for subject in ("Total que não fecha", "Crítica repetida")]


def test_queue_taken_given_back_and_next(tickets: list[SupportTicket], walker: Walker) -> None:
    page, (first, second) = walker.page, tickets
    walker.enter_as_staff("siops", "Siops-2026", "/ministerio/")
    walker.sees("Chamados dos entes")
    walker.look()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=str(first))).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=str(second))).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name=str(first))).to_be_focused()
    with page.expect_event("domcontentloaded"):
        page.keyboard.press("a")
    walker.sees("Quem cuida")
    walker.press("Devolver à fila")

    walker.press("Próximo da fila")
    walker.sees(str(first))
    walker.look()
    walker.press("Devolver à fila")
    walker.sees("O item voltou à fila.")
    walker.press(f"Assumir: {first}")
    walker.press("Próximo")
    walker.sees(str(second))
    walker.go("/ministerio/filas/chamados/?ver=minhas")
    expect(page.locator("[data-row]")).to_have_count(2)
