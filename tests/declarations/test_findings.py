"""«Verificar Críticas» and the report of the page (T13): the same as the engine's."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from declarations.engine.findings import Severity
from declarations.models import Declaration
from declarations.services.findings_paper import findings_paper
from declarations.services.justifying import justify_line
from declarations.services.saving import CellName, Change, save_cells
from declarations.services.verifying import verify_declaration
from documents.models import Paper
from pki import services as pki
from siops.models import RuleRelease
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.factories import make_entity, make_other_entity, siops
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
def declaration(sender: Acting) -> Declaration:
    return make_declaration(sender.entity, make_period(2026, 5), opened_by=sender.user)


def spoil(declaration: Declaration, by: Acting) -> None:
    """Paid more than was settled."""
    save_cells(declaration_id=declaration.pk, changes=[Change(PAID, 2_900_000_00, 1)], by=by, at=now())


def verify(declaration: Declaration, by: Acting) -> Declaration:
    return verify_declaration(declaration_id=declaration.pk, by=by, at=now())


def page(client: Client, name: str, declaration: Declaration, query: str = "") -> str:
    answer = client.get(below(reverse(f"declarations:{name}", args=[declaration.pk])) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_nothing_blocks_and_it_is_valid(declaration: Declaration, sender: Acting) -> None:
    verified = verify(declaration, sender)
    assert (verified.status, verified.blocking, verified.rules) == ("validated", 0, "regras-2026.1")
    assert len(verified.content_hash) == 64
    event = AuditEvent.objects.get(verb="declaration.verified")
    assert event.details["sha256"] == verified.content_hash
    # The same content judged again has the same hash; an edit returns to draft.
    assert verify(declaration, sender).content_hash == verified.content_hash
    spoil(declaration, sender)
    assert Declaration.objects.get(pk=declaration.pk).status == "draft"


def test_what_blocks_is_told_until_it_is_released(declaration: Declaration, sender: Acting) -> None:
    spoil(declaration, sender)
    assert (verify(declaration, sender).status, verify(declaration, sender).blocking) == ("with_findings", 1)
    ticket = siops.make_ticket(sender.entity)
    RuleRelease.objects.create(
        entity=sender.entity,
        ticket=ticket,
        rule_code="SIM-I09",
        year=2026,
        bimester=5,
        version=1,
        reason="Prova",
        granted_by=sender.user,
        granted_at=now(),
    )
    assert verify(declaration, sender).status == "validated"


class TestJustification:
    def diminished(self, declaration: Declaration, sender: Acting) -> Declaration:
        """Below what the 4º bimestre homologated."""
        make_declaration(sender.entity, make_period(2026, 4), status="homologated", opened_by=sender.user)
        change = Change(CellName("receitas", "IPTU", "realizada"), 300_000_00, 1)
        save_cells(declaration_id=declaration.pk, changes=[change], by=sender, at=now())
        return verify(declaration, sender)

    def justify(self, declaration: Declaration, by: Acting, **given: Any) -> None:
        asked = {"rule_code": "SIM-I19", "line": "IPTU", "text": "Estorno de lançamento em duplicidade."} | given
        justify_line(declaration_id=declaration.pk, **asked, by=by, at=now())

    def test_a_justified_reversal_only_warns(self, declaration: Declaration, sender: Acting) -> None:
        assert self.diminished(declaration, sender).status == "with_findings"
        self.justify(declaration, sender)
        assert AuditEvent.objects.filter(verb="declaration.justified").count() == 1
        assert verify(declaration, sender).status == "validated"

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"text": "curto"}, "too_short"),
            ({"text": "texto comprido; com ponto e vírgula"}, "not_a_line"),
            ({"rule_code": "SIM-I09"}, "not_justified"),
            ({"line": "não é linha"}, "not_justified"),
        ],
    )
    def test_refusals(self, declaration: Declaration, sender: Acting, given: dict[str, str], code: str) -> None:
        with pytest.raises(RuleBroken) as refusal:
            self.justify(declaration, sender, **given)
        assert refusal.value.code == code
        assert not declaration.justifications.exists()

    def test_from_the_report(self, client: Client, declaration: Declaration, sender: Acting) -> None:
        self.diminished(declaration, sender)
        enter(client, sender)
        address = below(reverse("declarations:justify", args=[declaration.pk, "SIM-I19", "IPTU"]))
        assert address in page(client, "findings", declaration)
        assert "mínimo de 20" in client.post(address, {"text": "curto"}).content.decode()
        text = client.post(address, {"text": "Estorno de lançamento em duplicidade."}, follow=True).content.decode()
        assert "Justificativa salva." in text
        assert "justificada" in text


def test_who_may_not_and_when_it_may_not(declaration: Declaration, sender: Acting) -> None:
    with pytest.raises(NotPermitted):
        verify(declaration, siops.make_acting("secretary_substitute", sender.entity))
    sent = make_declaration(sender.entity, make_period(2026, 4), status="transmitted", opened_by=sender.user)
    with pytest.raises(NotAllowedNow):
        verify(sent, sender)


def test_the_report_says_the_verdict_the_cause_and_the_cell(
    client: Client, declaration: Declaration, sender: Acting
) -> None:
    enter(client, sender)
    spoil(declaration, sender)
    text = page(client, "findings", declaration)
    assert "1 impeditiva, " in text
    assert "ainda não pode transmitir" in text
    assert "?fonte=2#301.C.2:paga" in text
    assert "até 2.700.000,00" in text
    assert "SIM-I09" in text
    assert "Ir à primeira impeditiva" in text
    assert "SIM-I09" not in page(client, "findings", declaration, "?filtro=avisos")
    assert "SIM-I09" in page(client, "findings", declaration, "?filtro=despesa")
    assert "Nenhuma crítica aqui." in page(client, "findings", declaration, "?filtro=restos")


def test_csv_and_json(client: Client, declaration: Declaration, sender: Acting) -> None:
    enter(client, sender)
    spoil(declaration, sender)
    assert "1;causa;SIM-I09;impeditiva;" in page(client, "findings_csv", declaration)
    told: Any = client.get(below(reverse("declarations:findings_json", args=[declaration.pk]))).json()
    assert (told["impeditivas"], told["pode_transmitir"]) == (1, False)
    assert told["grupos"][0]["causa"]["severidade"] == Severity.BLOCKING


def test_verify_from_a_folder(client: Client, declaration: Declaration, sender: Acting) -> None:
    enter(client, sender)
    address = below(reverse("declarations:folder", args=[declaration.pk, "receita"]))
    answer = client.post(address, {"verify": "yes"}, follow=True)
    assert "pode transmitir" in answer.content.decode()
    assert Declaration.objects.get(pk=declaration.pk).status == "validated"


def test_the_report_is_a_sealed_paper_one_for_each_verification(
    client: Client, declaration: Declaration, sender: Acting
) -> None:
    pki.ensure_authorities(at=now())
    with pytest.raises(RuleBroken, match="Verifique as críticas antes"):
        findings_paper(declaration_id=declaration.pk, by=sender, at=now())
    spoil(declaration, sender)
    verify(declaration, sender)
    enter(client, sender)
    address = below(reverse("declarations:findings_pdf", args=[declaration.pk]))
    first = client.get(address).content
    read = "".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    assert "1 impeditiva" in read
    assert "SIM-I09" in read
    assert client.get(address).content == first
    # What was mended since is another verification, and another paper.
    save_cells(declaration_id=declaration.pk, changes=[Change(PAID, 1_00, 2)], by=sender, at=now())
    with pytest.raises(RuleBroken, match="Verifique as críticas antes"):
        findings_paper(declaration_id=declaration.pk, by=sender, at=now())
    verify(declaration, sender)
    assert client.get(address).content != first
    assert Paper.objects.count() == 2
    stranger = siops.make_acting(TECHNICIAN, make_other_entity())
    with pytest.raises(NotPermitted):
        findings_paper(declaration_id=declaration.pk, by=stranger, at=now())
