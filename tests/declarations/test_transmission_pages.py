"""T14, «Transmissor», T15 and the ticket with the file, as a person goes through them."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from declarations.engine.beginnings import BEGINNINGS, consistent
from declarations.models import Receipt
from declarations.services.packing import file_of
from pki import services as pki
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.declarations.sending import packed, send
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.siops.support import enter, session_of
from tickets.models import SupportTicket

pytestmark = pytest.mark.django_db(databases=["default", "control"])


def address(name: str, *arguments: object) -> str:
    return below(reverse(f"declarations:{name}", args=arguments))


@pytest.fixture
def sender(db: None) -> Acting:
    pki.ensure_authorities(at=now())
    return siops.make_acting(TECHNICIAN, make_entity())


def test_from_the_written_version_to_its_receipt(client: Client, sender: Acting) -> None:
    declaration = packed(sender)
    enter(client, sender)
    page = address("declaration_transmit", declaration.pk)
    shown = {"shown_hash": declaration.content_hash}
    assert declaration.content_hash in client.get(page).content.decode()
    assert "Marque que conferiu os dados." in client.post(page, shown).content.decode()

    text = client.post(page, shown | {"has_checked": "on"}, follow=True).content.decode()
    receipt = Receipt.objects.get()
    assert receipt.number in text
    assert "Falta a homologação pelo gestor do SUS." in text
    file = client.get(address("receipt_file", receipt.number))
    assert file.content.startswith(b"%PDF-")
    # Until it is official, the percentages and the file are of who answers for the entity.
    public = address("receipt_verify", receipt.number)
    assert "Empenhada" in client.get(public).content.decode()
    stranger = session_of(siops.make_acting(TECHNICIAN, make_other_entity()))
    for other in (Client(), stranger):
        assert "Empenhada" not in other.get(public).content.decode()
        assert other.get(address("receipt_file", receipt.number)).status_code == 403

    # A double click, and the same file from page «Transmissor».
    text = client.post(page, shown | {"has_checked": "on"}, follow=True).content.decode()
    assert "Este conteúdo já foi transmitido" in text
    upload = SimpleUploadedFile("a.opsz", file_of(receipt.declaration).data)
    sent = {"period": receipt.declaration.period_id, "file": upload, "has_checked": "on"}
    assert "Este conteúdo já foi transmitido" in client.post(address("transmitter"), sent, follow=True).content.decode()
    assert Receipt.objects.count() == 1


def test_the_transmitter_takes_only_the_file_that_was_written(client: Client, sender: Acting) -> None:
    declaration = packed(sender)
    right = file_of(declaration).data
    enter(client, sender)

    def tried(period: int, content: bytes) -> str:
        sent = {"period": period, "file": SimpleUploadedFile("a.opsz", content), "has_checked": "on"}
        return client.post(address("transmitter"), sent, follow=True).content.decode()

    assert "Arquivo recusado: F-01" in tried(declaration.period_id, b"PK nada")
    assert "divergente da sessão" in tried(make_period(2026, 4).pk, right)
    other = packed(siops.make_acting(TECHNICIAN, make_other_entity()))
    assert "divergente da sessão" in tried(declaration.period_id, file_of(other).data)
    declaration.cells.filter(column="paga").update(cents=0)
    assert "Os dados mudaram" in tried(declaration.period_id, right)
    assert not Receipt.objects.exists()


def test_a_rejected_one_shows_its_report(client: Client, sender: Acting) -> None:
    declaration = packed(sender)
    more = consistent(make_period(2026, 6).period)
    make_declaration(sender.entity, make_period(2026, 4), status="homologated", opened_by=sender.user, tables=more)
    enter(client, sender)
    sent = {"shown_hash": declaration.content_hash, "has_checked": "on"}
    text = client.post(address("declaration_transmit", declaration.pk), sent, follow=True).content.decode()
    assert "Transmissão rejeitada: " in text
    assert "SIM-I19" in text


def test_a_receipt_is_of_its_entity(client: Client, sender: Acting) -> None:
    receipt = send(packed(sender), sender).receipt
    assert receipt
    enter(client, siops.make_acting(TECHNICIAN, make_other_entity()))
    assert client.get(address("receipt_detail", receipt.declaration_id)).status_code == 404


def test_a_ticket_takes_the_file_zipped_and_the_rule(client: Client, sender: Acting) -> None:
    period = make_period()
    tables = BEGINNINGS["pago-maior"].whole(consistent(period.period))
    declaration = make_declaration(sender.entity, period, opened_by=sender.user, tables=tables)
    enter(client, sender)
    page = address("ticket_with_file", declaration.pk)
    assert f'href="{page}?critica=SIM-I09"' in client.get(address("findings", declaration.pk)).content.decode()
    assert 'value="SIM-I09"' in client.get(f"{page}?critica=SIM-I09").content.decode()
    text = {"rule_code": "SIM-I09", "text": "A linha já foi corrigida e continua."}
    assert "aberto com o arquivo" in client.post(page, text, follow=True).content.decode()
    ticket = SupportTicket.objects.get()
    assert ticket.rule_code == "SIM-I09"
    attachment = ticket.messages.get().attachments.get()
    inside = zipfile.ZipFile(io.BytesIO(attachment.content)).namelist()
    assert inside == [f"SIOPSSIM_{sender.entity.ibge}_2026_B5_v1.opsz"]
    # The same file again, while the first waits.
    assert "já foi enviado no" in client.post(page, text, follow=True).content.decode()
