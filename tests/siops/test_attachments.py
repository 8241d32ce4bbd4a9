"""What a file is, is decided by its content; it is kept sealed and given back only to whoever may see its owner."""

import zipfile
from typing import Any

import pytest
from django.test import Client

from common import uploads, vault
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from common.uploads import FileType
from siops.models import Attachment, FundUpdate, HealthManager, OfficialLetter
from siops.models.scoped import TECHNICIAN
from siops.services import attachments
from siops.services.attachments import attach
from tests.actors import acting
from tests.factories import NOON, make_cpf, make_entity, make_other_entity, siops
from tests.factories.siops import Acting
from tests.siops import papers
from tests.siops.support import everybody, session_of, traces
from tickets.models import TicketMessage

pytestmark = pytest.mark.django_db
Kind = Attachment.Kind
Role = HealthManager.Role
DOCUMENTS, ARCHIVES = attachments.DOCUMENTS, attachments.ARCHIVES


# --- What is accepted ---


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (papers.pdf(), FileType.PDF),
        (papers.pdf() + b"\r\n", FileType.PDF),
        (papers.png(), FileType.PNG),
        (papers.jpeg(), FileType.JPEG),
        (papers.image("JPEG", progressive=True, quality=95), FileType.JPEG),
    ],
)
def test_documents_as_ordinary_programs_write_them(content: bytes, found: FileType) -> None:
    assert uploads.inspect(content, accept=DOCUMENTS) is found


@pytest.mark.parametrize(
    "content",
    [
        papers.zipped(),
        papers.zipped(method=zipfile.ZIP_STORED),
        papers.zipped({"pasta/": b"", "pasta/declaração.ops": b"x" * 5000}),
        papers.zipped({"SIOPSSIM_3550308_2026_B1_v1.opsz": papers.zipped({"manifest.json": b"{}"})}),
        papers.zipped({f"{n}.csv": b"1;2" for n in range(50)}),
    ],
)
def test_archives_that_are_accepted(content: bytes) -> None:
    assert uploads.inspect(content, accept=ARCHIVES) is FileType.ZIP


def refusal(content: bytes, accept: Any = DOCUMENTS) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        uploads.inspect(content, accept=accept)
    assert caught.value.field == "file"
    return caught.value


def test_what_scanners_leave_after_a_pdf_is_no_second_content() -> None:
    padded = papers.pdf() + b"\r\n" + b"\x00" * 512
    assert uploads.inspect(padded, accept=DOCUMENTS) is FileType.PDF


# --- Hostile documents ---

PDF, PNG, JPEG = papers.pdf(), papers.png(), papers.jpeg()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (papers.EXE, "file_type"),
        (papers.HTML, "file_type"),
        (papers.SVG, "file_type"),
        (b"GIF89a" + b"\x00" * 20, "file_type"),
        (b" " + PDF, "file_type"),
        (papers.EXE + PDF, "file_type"),
        (papers.zipped(), "file_type"),
        (b"%PDF-1.7\n", "file_damaged"),
        (PDF[:-40], "file_damaged"),
        (PDF.replace(b"startxref", b"startxxxx"), "file_damaged"),
        (PDF + papers.EXE, "file_polyglot"),
        (PDF + papers.HTML, "file_polyglot"),
        (PDF + papers.zipped(), "file_polyglot"),
        (PDF.replace(b"%PDF-1.3", b"%PDF-1.3\n" + papers.HTML), "file_polyglot"),
        (PDF.replace(b"%PDF-1.3", b"%PDF-1.3\n" + papers.SVG), "file_polyglot"),
        (PNG[:-12], "file_damaged"),
        (PNG[:20], "file_damaged"),
        (PNG[:40] + b"\xff" + PNG[41:], "file_damaged"),
        (PNG[:8] + papers.chunk(b"IEND", b""), "file_damaged"),
        (PNG + papers.EXE, "file_polyglot"),
        (PNG + papers.zipped(), "file_polyglot"),
        (PNG[:33] + papers.chunk(b"tEXt", papers.SVG) + PNG[33:], "file_polyglot"),
        (JPEG[:-2], "file_damaged"),
        (JPEG[:30], "file_damaged"),
        (b"\xff\xd8\xff\xd9", "file_damaged"),
        (JPEG + papers.EXE, "file_polyglot"),
        (JPEG + papers.zipped(), "file_polyglot"),
    ],
)
def test_a_hostile_document_is_refused(content: bytes, code: str) -> None:
    assert refusal(content).code == code


@pytest.mark.parametrize("name", [b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/SubmitForm"])
def test_a_pdf_that_acts_only_once_it_is_rebuilt_is_refused(name: bytes) -> None:
    assert refusal(PDF.replace(b"startxref", b"%" + name + b"\nstartxref")).code == "file_active"


def test_the_size_ends_at_ten_megabytes() -> None:
    room = 10 * 1024 * 1024 - len(PDF)
    whole = PDF.replace(b"startxref", b"%" + b" " * (room - 2) + b"\nstartxref")
    assert len(whole) == 10 * 1024 * 1024
    assert uploads.inspect(whole, accept=DOCUMENTS) is FileType.PDF
    assert refusal(whole + b" ").code == "file_too_large"
    assert refusal(b"\x00" * 11 * 1024 * 1024).message.startswith("O arquivo tem mais de 10 MB.")


# --- Hostile archives ---


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PDF, "file_type"),
        (b"PK\x05\x06" + b"\x00" * 18, "file_type"),
        (papers.zipped()[:-10], "zip_invalid"),
        (papers.zipped({"pasta/": b""}), "zip_invalid"),
        (papers.zipped({f"{n}.csv": b"1" for n in range(51)}), "zip_entries"),
        (papers.zipped({"zeros": b"\x00" * 20_000_000}), "zip_ratio"),
        (papers.zipped({f"{n}": bytes(1024 * 1024) for n in range(50)} | {"50": b"1"}), "zip_entries"),
        (
            papers.zipped({f"{n}": bytes(1024 * 1024) for n in range(49)} | {"49": papers.incompressible(3_000_000)}),
            "zip_size",
        ),
        (papers.zipped({"../fora.ops": b"x"}), "zip_name"),
        (papers.zipped({"a/../../fora.ops": b"x"}), "zip_name"),
        (papers.zipped({"/etc/passwd": b"x"}), "zip_name"),
        (papers.zipped({"C:/windows.ops": b"x"}), "zip_name"),
        (papers.zipped({"a\\..\\b.ops": b"x"}), "zip_name"),
        (papers.zipped({"nota\u202efdp.ops": b"x"}), "zip_name"),
        (papers.zipped({"a//b": b"x"}), "zip_name"),
        (papers.zip_with_link(), "zip_name"),
        (papers.encrypted_zip(), "zip_encrypted"),
        (papers.zipped({"dados.ops": papers.EXE}), "zip_program"),
        (papers.zipped({"dados.EXE": b"so o nome"}), "zip_program"),
        (papers.zipped({"pagina.html": b"texto"}), "zip_program"),
        (papers.zipped({"roda": b"#!/bin/sh\nrm -rf /"}), "zip_program"),
        (papers.zipped({"a.opsz": papers.zipped({"b.ops": papers.EXE})}), "zip_program"),
        (papers.zipped({"a.opsz": papers.zipped({"../b.ops": b"x"})}), "zip_name"),
        (papers.zipped({"a.zip": papers.zipped({"b.zip": papers.zipped()})}), "zip_nested"),
        (papers.zipped({"a.gz": b"\x1f\x8b\x08"}), "zip_nested"),
        (papers.zipped({"a.rar": b"Rar!\x1a\x07"}), "zip_nested"),
        (papers.lying_zip(5_000_000, 100), "zip_invalid"),
    ],
)
def test_a_hostile_archive_is_refused(content: bytes, code: str) -> None:
    assert refusal(content, ARCHIVES).code == code


def test_what_is_inside_the_inner_archive_counts_in_the_same_budget() -> None:
    inner = papers.zipped({f"{n}.csv": b"1" for n in range(30)})
    outer = papers.zipped({"a.opsz": inner} | {f"{n}.txt": b"1" for n in range(25)})
    assert refusal(outer, ARCHIVES).code == "zip_entries"


def test_two_entries_of_one_name_are_refused() -> None:
    twice = papers.zipped({"a.ops": b"1", "b.ops": b"2"}).replace(b"b.ops", b"a.ops")
    assert refusal(twice, ARCHIVES).code == "zip_name"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ofício nº 3.pdf", "Ofício nº 3.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\eu\\oficio.PDF", "oficio.pdf"),
        ("foto.png", "foto.pdf"),
        ("nota\u202efdp.exe", "notafdp.exe.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie x.pdf"),
        ('a";b%0d.pdf', "ab0d.pdf"),
        ("", "arquivo.pdf"),
        ("...", "arquivo.pdf"),
        (".pdf", "pdf.pdf"),
        ("á" * 300 + ".pdf", "á" * 100 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert uploads.clean_name(given, FileType.PDF) == kept


# --- attach ---


def put(owner: Any, by: Any, content: bytes = PDF, kind: str = Kind.LETTER, filename: str = "of.pdf") -> Attachment:
    return attach(owner=owner, kind=kind, filename=filename, content=content, by=acting(by), at=NOON)


def test_a_file_is_kept_sealed_with_its_facts() -> None:
    secretary = siops.make_acting()
    update = siops.make_fund_update()
    made = put(update, secretary, filename="Ofício.pdf")
    row = Attachment.objects.get(pk=made.pk)
    assert (row.filename, row.content_type, row.size) == ("Ofício.pdf", "application/pdf", len(PDF))
    assert (row.entity_id, row.uploaded_by, row.uploaded_at) == (update.entity_id, secretary.user, NOON)
    assert row.content == PDF
    assert b"%PDF" not in bytes(row.sealed_content)
    event = AuditEvent.objects.get(verb="attachment.added")
    assert (event.actor, event.entity_id, event.role) == (secretary.user, update.entity_id, "secretary")


def test_a_substitute_attaches_por_substituicao() -> None:
    put(siops.make_fund_update(), siops.make_acting(Role.SECRETARY_SUBSTITUTE))
    assert AuditEvent.objects.get(verb="attachment.added").by_substitution is True


def test_a_new_file_takes_the_place_of_the_former_of_its_kind() -> None:
    secretary, update = siops.make_acting(), siops.make_fund_update()
    put(update, secretary)
    put(update, secretary, PNG)
    put(update, secretary, JPEG, Kind.IDENTITY)
    kept = update.attachments.order_by("kind").values_list("kind", "content_type")
    assert list(kept) == [("identity", "image/jpeg"), ("letter", "image/png")]


@pytest.mark.parametrize("status", ["sent", "under_check", "approved"])
def test_nothing_is_attached_once_the_update_was_sent(status: str) -> None:
    secretary, staff = siops.make_acting(), siops.make_checker()
    facts: dict[str, Any] = {"sent_at": NOON, "checked_by": staff, "checked_at": NOON}
    update = siops.make_fund_update(status=status, **facts)
    before = traces()
    with pytest.raises(NotAllowedNow):
        put(update, secretary)
    assert traces() == before


def test_a_refused_file_leaves_the_former_and_no_trace() -> None:
    secretary, update = siops.make_acting(), siops.make_fund_update()
    put(update, secretary)
    before = traces()
    for content, kind in ((papers.EXE, Kind.LETTER), (PDF, Kind.MINUTES), (papers.zipped(), Kind.ARCHIVE)):
        with pytest.raises(RuleBroken):
            put(update, secretary, content, kind)
    assert traces() == before


def test_who_may_attach_to_a_fund_update() -> None:
    entity = make_entity()
    allowed = set()
    for name, who in everybody(entity).items():
        update = FundUpdate.objects.filter(entity=entity).first() or siops.make_fund_update(entity)
        try:
            put(update, who)
        except NotPermitted:
            continue
        allowed.add(name)
    assert allowed == {"head", "head_substitute", "secretary", "secretary_substitute"}


def test_nobody_attaches_for_another_entity_or_after_losing_the_role() -> None:
    update, secretary = siops.make_fund_update(make_other_entity()), siops.make_acting()
    with pytest.raises(NotPermitted):
        put(update, secretary)
    own = siops.make_fund_update()
    record = HealthManager.objects.get(person__user=secretary.user)
    record.end(at=NOON)
    record.save()
    with pytest.raises(NotPermitted):
        put(own, secretary)
    assert not Attachment.objects.exists()


def make_letter(acting: Acting) -> OfficialLetter:
    letter: OfficialLetter = OfficialLetter.objects.create(
        entity=acting.entity,
        cpf=make_cpf(987_654),
        name="Vice de Ensaio",
        email="vice@prefeitura.ensaio.example",
        phone="1132145678",
        position="Prefeito",
        starts_on=NOON.date(),
        sent_by=acting.user,
        sent_at=NOON,
    )
    return letter


def test_the_copies_of_a_letter_are_attached_by_who_sent_it() -> None:
    head = siops.make_acting(Role.HEAD_SUBSTITUTE)
    letter = make_letter(head)
    assert put(letter, head, kind=Kind.MINUTES).entity_id == letter.entity_id
    with pytest.raises(NotPermitted):
        put(letter, siops.make_acting(Role.HEAD), kind=Kind.DIPLOMA)
    with pytest.raises(RuleBroken):
        put(letter, head, kind=Kind.RESIDENCE)


def test_a_message_takes_only_a_zip_and_only_from_its_author() -> None:
    technician = siops.make_acting(TECHNICIAN)
    ticket = siops.make_ticket(opened_by=technician.user)
    message = ticket.messages.get()
    assert put(message, technician, papers.zipped(), Kind.ARCHIVE, "OPS.opsz").filename == "OPS.opsz.zip"
    for content, kind in ((PDF, Kind.ARCHIVE), (PDF, Kind.LETTER)):
        with pytest.raises(RuleBroken):
            put(message, technician, content, kind)
    other = siops.make_acting(Role.SECRETARY_SUBSTITUTE)
    with pytest.raises(NotPermitted):
        put(message, other, papers.zipped(), Kind.ARCHIVE)


# --- Download ---


def download(who: Any, attachment: Attachment) -> Any:
    return session_of(who).get(f"/siops/anexos/{attachment.pk}/")


def owned(entity: Any) -> dict[str, Attachment]:
    """One file of each owner."""
    author = siops.make_technician(make_other_entity()).person.user
    update, ticket = siops.make_fund_update(entity), siops.make_ticket(entity, opened_by=author)
    head = siops.session_of_office(ticket.opened_by, entity, Role.HEAD, NOON)
    common: dict[str, Any] = {
        "entity": entity,
        "filename": "cópia.pdf",
        "content_type": "application/pdf",
        "size": len(PDF),
        "sha256": "0" * 64,
        "sealed_content": vault.seal(PDF),
        "uploaded_by": ticket.opened_by,
        "uploaded_at": NOON,
    }
    return {
        "update": Attachment.objects.create(fund_update=update, kind=Kind.IDENTITY, **common),
        "letter": Attachment.objects.create(letter=make_letter(head), kind=Kind.MINUTES, **common),
        "message": Attachment.objects.create(
            message=TicketMessage.objects.get(ticket=ticket), kind=Kind.ARCHIVE, **common
        ),
    }


@pytest.mark.usefixtures("noon")
def test_who_may_download_what() -> None:
    entity = make_entity()
    made, people = owned(entity), everybody(entity)
    allowed = {
        name: {who for who, person in people.items() if download(person, attachment).status_code == 200}
        for name, attachment in made.items()
    }
    heads, secretaries = {"head", "head_substitute"}, {"secretary", "secretary_substitute"}
    readers = {"auditor", "administrator"}
    assert allowed == {
        "update": heads | secretaries | {"checker", *readers},
        "letter": heads | secretaries | {"council", "technician", "coordination", *readers},
        "message": secretaries | {"technician", "coordination", *readers},
    }


@pytest.mark.usefixtures("noon")
def test_what_one_may_not_see_does_not_exist() -> None:
    made, people = owned(make_other_entity()), everybody(make_entity())
    desks = {"update": "checker", "letter": "coordination", "message": "coordination"}
    for owner, attachment in made.items():
        for name, person in people.items():
            status = download(person, attachment).status_code
            assert status == (200 if name in (desks[owner], "auditor", "administrator") else 404), (owner, name)
    assert session_of(people["auditor"]).get("/siops/anexos/999999/").status_code == 404
    anonymous = Client().get(f"/siops/anexos/{made['update'].pk}/")
    assert anonymous.status_code == 302


@pytest.mark.usefixtures("noon")
def test_a_file_goes_out_as_an_attachment_and_is_not_kept_on_the_way() -> None:
    secretary, update = siops.make_acting(), siops.make_fund_update()
    made = put(update, secretary, filename='Ofício "1".pdf')
    response = download(secretary, made)
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Of%C3%ADcio%201.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]


def test_who_took_a_file_is_written_down_and_a_stranger_leaves_no_trace(noon: Any) -> None:
    substitute = siops.make_acting(HealthManager.Role.SECRETARY_SUBSTITUTE)
    file = siops.make_attachment(siops.make_fund_update(substitute.entity))
    stranger = siops.make_acting(HealthManager.Role.SECRETARY, make_other_entity())
    address = f"/siops/anexos/{file.pk}/"
    assert session_of(stranger).get(address).status_code == 404
    assert not AuditEvent.objects.exists()
    staff = siops.make_checker()
    for who in (substitute, staff):
        assert session_of(who).get(address).content == file.content
    events = AuditEvent.objects.order_by("pk")
    assert [(event.verb, event.target_id, event.actor) for event in events] == [
        ("attachment.given", str(file.pk), substitute.user),
        ("attachment.given", str(file.pk), staff),
    ]
    assert [(event.office, event.role, event.by_substitution) for event in events] == [
        ("siops_manager", "secretary_substitute", True),
        ("staff", "fns_checker", False),
    ]
