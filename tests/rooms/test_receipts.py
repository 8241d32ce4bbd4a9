"""What the SIOPS shows in public, of one room: rooms are born alike, and neither vouches for the other."""

import pytest

from declarations.engine.beginnings import consistent
from declarations.models import Declaration, Receipt
from rooms import services
from rooms.worlds import entered, world_of
from siops.models.scoped import TECHNICIAN
from territory.models import Entity
from tests.factories import siops
from tests.factories.declarations import make_declaration, make_period, make_receipt
from tests.rooms.conftest import Rooms

pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]


def received(opened: services.Opened, *, iptu: int) -> Receipt:
    """A transmission in that room, whose content is told by one amount."""
    with entered(world_of(opened.room)):
        entity = Entity.objects.filter(declarations=None, municipality__isnull=False).earliest("pk")
        period = make_period(2026, 4)
        tables = consistent(period.period)
        tables["receitas"] = tables["receitas"] | {("IPTU",): (iptu, iptu, iptu)}
        sender = siops.make_acting(TECHNICIAN, entity)
        made = make_declaration(entity, period, status="transmitted", tables=tables, opened_by=sender.user)
        return make_receipt(made, sender)


def test_the_same_number_in_two_rooms_is_two_receipts(rooms: Rooms) -> None:
    first, second = rooms.open("Turma da manhã"), rooms.open("Turma da tarde")
    here, there = received(first, iptu=100_00), received(second, iptu=200_00)
    assert (here.number, here.typed_hash == there.typed_hash) == (there.number, False)

    def page(opened: services.Opened) -> str:
        answer = rooms.browser(opened).get(f"{rooms.url}/s/{opened.room.code}/recibo/{here.number}/", timeout=30)
        return f"{answer.status_code} {' '.join(answer.text.split())}"

    assert "Recibo válido" in page(first)
    assert f"na sala «Turma da manhã» ({first.room.code})" in page(first)
    # What was received in the second one is changed: the first goes on vouching for its own alone.
    with entered(world_of(second.room)):
        Declaration.objects.filter(pk=there.declaration_id).update(content_hash="f" * 64)
    assert page(first).startswith("200")
    told = page(second)
    assert told.startswith("404")
    assert f"na sala «Turma da tarde» ({second.room.code})" in told
    assert "só se confere nela" in told


def test_what_one_room_homologated_is_not_in_another(rooms: Rooms) -> None:
    first, second = rooms.open(), rooms.open()
    with entered(world_of(first.room)):
        entity = Entity.objects.filter(declarations=None, municipality__isnull=False).earliest("pk")
        make_declaration(entity, make_period(2026, 4), status="homologated", percent=1787)
        ibge = entity.ibge

    def status(opened: services.Opened, path: str) -> int:
        return rooms.browser(opened).get(f"{rooms.url}/s/{opened.room.code}{path}", timeout=30).status_code

    for path in (f"/siops/consulta/municipio/{ibge}/2026/4/", f"/v1/rreo/municipal/{entity.uf_id}/{ibge[:6]}/2026/18"):
        assert (status(first, path), status(second, path)) == (200, 404), path
