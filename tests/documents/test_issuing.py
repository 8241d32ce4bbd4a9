"""A paper is made once, numbered, signed by each of its signatories in turn, and stays."""

import io
from dataclasses import replace
from datetime import timedelta

import pypdf
import pytest
from django.db import IntegrityError, transaction
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.models import Paper, Process
from documents.services.issuing import Draft, issue_paper
from documents.services.signatories import Signatory
from pki.authority import reading
from pki.authority.identities import SigningIdentity
from pki.models import Seal
from tests.actors import routine
from tests.clock import Clock, now
from tests.factories import make_other_entity

pytestmark = pytest.mark.django_db


def text_of(paper: Paper) -> str:
    """What a reader shows, the appearances of the signatures included."""
    reader = pypdf.PdfReader(io.BytesIO(paper.content))
    pieces = [page.extract_text() for page in reader.pages]
    for field in reader.pages[-1].annotations or []:
        stripe = field.get_object()["/AP"]["/N"].get_object()
        for form in stripe["/Resources"]["/XObject"].values():
            page = pypdf.PageObject.create_blank_page(width=600, height=200)
            page[pypdf.generic.NameObject("/Contents")] = form.get_object()
            page[pypdf.generic.NameObject("/Resources")] = form.get_object()["/Resources"]
            pieces.append(page.extract_text())
    return " ".join(" ".join(pieces).split())


def test_the_foot_is_that_of_the_seed(nota: Paper) -> None:
    text = text_of(nota)
    assert (
        "Documento assinado eletronicamente por Ana Souza, Coordenadora, em 23/11/2026, às 12:00, conforme horário "
        "oficial de Brasília, com fundamento no § 3º, do art. 4º, do Decreto nº 10.543" in text
    )
    assert "Documento assinado eletronicamente por Rui Lima, Usuário Externo, em 23/11/2026" in text
    assert f"informando o código verificador {nota.code} e o código CRC {nota.crc}" in text
    assert f"Referência: Processo nº {nota.process.number}" in text
    assert nota.process.number.startswith("25000.000001/2026-")
    assert f"/conferencia/{nota.code}/{nota.crc}/" in text.replace(" ", "")


def test_the_second_call_gives_the_same_file(nota: Paper, draft: Draft, clock: Clock) -> None:
    clock.shift(3600)
    again = issue_paper(draft=draft, signatories=[Signatory("Outra", "Pessoa", now())], by=routine(), at=now())
    assert again.pk == nota.pk
    assert again.content == nota.content
    assert Paper.objects.count() == 1


def test_people_read_the_time_of_the_room_and_the_signature_bears_the_real_one(draft: Draft) -> None:
    in_the_room = now() + timedelta(days=40)
    signatories = [Signatory("Ana Souza", "Coordenadora", in_the_room)]
    paper = issue_paper(draft=draft, signatories=signatories, by=routine(), at=in_the_room)
    assert "em 02/01/2027, às 12:00" in text_of(paper)
    (signature,) = PdfFileReader(io.BytesIO(paper.content)).embedded_regular_signatures
    assert signature.self_reported_timestamp == now()


def test_another_paper_of_the_matter_stands_in_its_process(nota: Paper, draft: Draft) -> None:
    signatories = [Signatory("Ana Souza", "Coordenadora", now())]
    second = issue_paper(draft=replace(draft, kind="oficio"), signatories=signatories, by=routine(), at=now())
    other = replace(draft, target=(entity := make_other_entity()), matter=entity)
    third = issue_paper(draft=other, signatories=signatories, by=routine(), at=now())
    assert second.process == nota.process
    assert second.code > nota.code
    assert third.process.serial == nota.process.serial + 1
    assert Process.objects.count() == 2


def test_a_person_with_a_key_signs_with_it(joint: Paper, own_key: SigningIdentity) -> None:
    own, seal = joint.signatures.select_related("certificate").order_by("position")
    assert own.certificate.sha256 == reading.fingerprint(own_key.certificate)
    assert not own.is_seal
    assert seal.is_seal
    assert seal.certificate == Seal.objects.get().certificate
    assert text_of(joint).count("quem assina não usou chave própria") == 1


def test_the_seal_is_made_anew_when_it_expired_in_the_room(nota: Paper, draft: Draft, clock: Clock) -> None:
    clock.shift(400 * 24 * 3600)
    signatories = [Signatory("Ana Souza", "Coordenadora", now())]
    issue_paper(draft=replace(draft, kind="oficio"), signatories=signatories, by=routine(), at=now())
    assert Seal.objects.count() == 2


def test_nobody_signs_nothing(draft: Draft) -> None:
    with pytest.raises(ValueError, match="signatories"):
        issue_paper(draft=draft, signatories=[], by=routine(), at=now())
    assert not Process.objects.exists()


def test_a_paper_cannot_be_changed_nor_deleted(nota: Paper) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Paper.objects.update(title="Outra")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        nota.signatures.all().delete()
