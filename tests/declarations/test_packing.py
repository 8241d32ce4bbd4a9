"""«Gravar arquivo para Transmissão»: the file of what was shown, and the same report without the portal."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from declarations import validate
from declarations.engine import context, opening, packing, report
from declarations.models import Declaration
from declarations.services.grid import judged
from declarations.services.packing import context_file, file_of, pack_declaration
from declarations.services.saving import CellName, Change, save_cells
from declarations.services.verifying import verify_declaration
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.factories import make_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.siops.support import enter

pytestmark = pytest.mark.django_db(databases=["default", "control"])
PAID = CellName("despesas", "301;C;2;;", "paga")


@pytest.fixture
def sender(db: None) -> Acting:
    return siops.make_acting(TECHNICIAN, make_entity())


@pytest.fixture
def verified(sender: Acting) -> Declaration:
    declaration = make_declaration(sender.entity, make_period(2026, 5), opened_by=sender.user)
    return verify_declaration(declaration_id=declaration.pk, by=sender, at=now())


def pack(declaration: Declaration, by: Acting, shown: str = "") -> Declaration:
    return pack_declaration(
        declaration_id=declaration.pk, shown_hash=shown or declaration.content_hash, by=by, at=now()
    )


def test_the_file_is_of_the_hash_that_was_shown(verified: Declaration, sender: Acting) -> None:
    packed = pack(verified, sender)
    assert (packed.status, packed.packed_at) == ("packed", now())
    file = file_of(packed)
    assert file.name == f"SIOPSSIM_{sender.entity.ibge}_2026_B5_v1.opsz"
    read, faults = opening.read(file.data)
    assert read
    assert (read.content_hash, faults.count) == (verified.content_hash, 0)
    # Written again, from what was read too, it is the same.
    assert file_of(packed).data == file.data
    assert opening.read(packing.write(read, generated_at=now()))[0] == read
    assert pack(packed, sender).packed_at == packed.packed_at


@pytest.mark.parametrize("paid", [1_000_00, 9_000_000_00])
def test_the_offline_report_is_equal(
    verified: Declaration, sender: Acting, paid: int, tmp_path: Path, capsys: Any
) -> None:
    """With the context of the portal, whether anything blocks or not."""
    make_declaration(sender.entity, make_period(2026, 4), status="homologated", opened_by=sender.user)
    save_cells(declaration_id=verified.pk, changes=[Change(PAID, paid, 1)], by=sender, at=now())
    declaration = Declaration.objects.select_related("entity", "period").get(pk=verified.pk)
    found = judged(declaration, now())
    assert found.case
    data = packing.write(found.case.declaration, generated_at=now())
    known = context_file(declaration, now()).data
    told = report.as_dict(report.examine(data, context.read(known)))
    assert told == report.as_dict(found)

    (tmp_path / "a.opsz").write_bytes(data)
    (tmp_path / "c.json").write_bytes(known)
    exit_code = validate.main([str(tmp_path / "a.opsz"), "--json", "--context", str(tmp_path / "c.json")])
    assert json.loads(capsys.readouterr().out) == told
    assert exit_code == (2 if found.blocking else 0)


def test_refusals(verified: Declaration, sender: Acting) -> None:
    with pytest.raises(RuleBroken) as refusal:
        pack(verified, sender, "0" * 64)
    assert refusal.value.code == "changed_since_shown"
    with pytest.raises(NotPermitted):
        pack(verified, siops.make_acting("secretary_substitute", sender.entity))
    with pytest.raises(RuleBroken, match="ainda não foi gravado"):
        file_of(verified)
    save_cells(declaration_id=verified.pk, changes=[Change(PAID, 1_00, 1)], by=sender, at=now())
    with pytest.raises(NotAllowedNow):
        pack(verified, sender)


def test_a_year_homologated_afterwards_changes_a_total_and_is_told(verified: Declaration, sender: Acting) -> None:
    packed = pack(verified, sender)
    make_declaration(sender.entity, make_period(2025, 6), status="homologated", opened_by=sender.user)
    with pytest.raises(RuleBroken) as refusal:
        file_of(packed)
    assert refusal.value.code == "changed_since_shown"


def test_what_is_learned_after_verifying_is_verified_again(verified: Declaration, sender: Acting) -> None:
    """Amounts written around the service are not what was shown."""
    verified.cells.filter(column="paga").update(cents=0)
    with pytest.raises(RuleBroken) as refusal:
        pack(verified, sender)
    assert refusal.value.code == "changed_since_shown"


def test_the_page_shows_the_hash_before_and_after(client: Client, verified: Declaration, sender: Acting) -> None:
    enter(client, sender)

    def address(name: str) -> str:
        return below(reverse(f"declarations:{name}", args=[verified.pk]))

    assert verified.content_hash in client.get(address("declaration_pack")).content.decode()
    shown: dict[str, Any] = {"shown_hash": verified.content_hash}
    assert "Marque que conferiu os dados." in client.post(address("declaration_pack"), shown).content.decode()
    text = client.post(address("declaration_pack"), shown | {"has_checked": "on"}, follow=True).content.decode()
    assert verified.content_hash in text
    assert "Baixar o arquivo" in text
    given = client.get(address("declaration_file"))
    assert given["Content-Disposition"].endswith('_2026_B5_v1.opsz"')
    assert context.read(client.get(address("declaration_context")).content).bimester == 5
