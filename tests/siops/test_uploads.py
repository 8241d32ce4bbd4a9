"""Uploads are read object by object and member by member; whatever the bytes, the answer is yes or a refusal."""

import bz2
import lzma
import random
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from common import uploads
from common.exceptions import RuleBroken
from common.uploads import pdf as pdf_files
from common.uploads import pdf_reader
from common.uploads.fields import UploadField
from common.uploads.pdf_reader import Verdict, examine
from siops.forms.attachments import DocumentForm
from siops.forms.letters import LetterForm
from siops.forms.tickets import ReopenForm, TicketForm
from siops.models import Attachment
from siops.services import attachments, election_file
from tests.siops import hostile_pdf, papers

BOTH = pytest.mark.parametrize("way", [hostile_pdf.made, hostile_pdf.in_object_streams])
CASES = 2_000


def refused(content: bytes, accept: Any = attachments.DOCUMENTS) -> str:
    with pytest.raises(RuleBroken) as caught:
        uploads.inspect(content, accept=accept)
    assert caught.value.field == "file"
    return caught.value.code


# --- PDF, read by its objects ---


@BOTH
@pytest.mark.parametrize("what", hostile_pdf.ACTIVE)
def test_a_pdf_that_acts_is_found_in_clear_and_in_object_streams(what: str, way: Callable[[Any], bytes]) -> None:
    assert examine(way(hostile_pdf.ACTIVE[what])) is Verdict.ACTIVE


@BOTH
@pytest.mark.parametrize("what", hostile_pdf.PLAIN)
def test_what_ordinary_programs_write_passes(what: str, way: Callable[[Any], bytes]) -> None:
    assert examine(way(hostile_pdf.PLAIN[what])) is Verdict.PLAIN


def test_a_name_with_escapes_is_the_same_name() -> None:
    clear = hostile_pdf.made(
        hostile_pdf.ACTIVE["script at opening"], object_stream_mode=pikepdf.ObjectStreamMode.disable
    )
    content = hostile_pdf.escaped(clear)
    assert b"JavaScript" not in content
    assert b"/JS" not in content
    assert refused(content) == "file_active"


def test_a_script_in_an_object_stream_is_refused_by_the_whole_check() -> None:
    content = hostile_pdf.in_object_streams(hostile_pdf.ACTIVE["script of a page"])
    assert b"JavaScript" not in content
    assert refused(content) == "file_active"


@pytest.mark.parametrize("password", ["", "segredo"])
def test_an_encrypted_pdf_is_refused_with_or_without_a_password_to_open_it(password: str) -> None:
    locked = hostile_pdf.made(lambda document: None, encryption=pikepdf.Encryption(owner="dono", user=password))
    assert refused(locked) == "file_encrypted"


@pytest.mark.parametrize("make", [hostile_pdf.bomb, hostile_pdf.deep, hostile_pdf.endless_pages])
def test_a_pdf_made_to_exhaust_is_refused_soon(make: Callable[[], bytes]) -> None:
    content = make()
    started = time.monotonic()
    assert refused(content) in {"file_complex", "file_damaged"}
    assert time.monotonic() - started < pdf_files.LONGEST_SECONDS


def test_more_objects_than_a_document_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "MOST_OBJECTS", 3)
    assert examine(papers.pdf()) is Verdict.TOO_COMPLEX


@pytest.mark.parametrize("ending", ["import os; os.abort()", "import sys; sys.exit(1)", "while True: pass"])
def test_a_reader_that_dies_or_never_ends_is_a_refusal(
    ending: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "reader.py"
    program.write_text(ending)
    monkeypatch.setattr(pdf_reader, "__file__", str(program))
    monkeypatch.setattr(pdf_files, "LONGEST_SECONDS", 0.5)
    assert refused(papers.pdf(f"outra {ending}")) == "file_complex"


def test_no_more_than_a_few_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "WAIT_SECONDS", 0.01)
    for _ in range(pdf_files.AT_ONCE):
        pdf_files._places.acquire()
    try:
        assert refused(papers.pdf("na fila")) == "file_busy"
    finally:
        pdf_files._places.release(pdf_files.AT_ONCE)
    assert uploads.inspect(papers.pdf("na fila"), accept=attachments.DOCUMENTS)


def test_what_passed_is_not_read_twice_and_what_was_refused_is(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []
    verdicts = iter([Verdict.DAMAGED, Verdict.PLAIN])

    def reader(content: bytes) -> Verdict:
        read.append(content)
        return next(verdicts)

    monkeypatch.setattr(pdf_files, "_read_apart", reader)
    content = papers.pdf("uma só vez")
    assert refused(content) == "file_damaged"
    for _ in range(3):
        uploads.inspect(content, accept=attachments.DOCUMENTS)
    assert len(read) == 2
    with pytest.raises(RuleBroken):
        uploads.inspect(content, accept=attachments.ARCHIVES)


# --- ZIP ---


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_stored_and_deflated_members_are_opened(method: int) -> None:
    assert refused(papers.zipped(method=method), attachments.ARCHIVES) == "zip_method"


@pytest.mark.parametrize(
    ("method", "packed"),
    [
        (zipfile.ZIP_BZIP2, bz2.compress(b"dados" * 99)),
        (zipfile.ZIP_LZMA, struct.pack("<BBH", 9, 4, 5) + b"\x5d\x00\x00\x80\x00" + lzma.compress(b"dados")),
        (99, b"aes"),
    ],
)
def test_a_damaged_member_is_a_refusal_whatever_its_method(method: int, packed: bytes) -> None:
    content = bytearray(papers.zipped({"a.ops": packed[:20] + b"\xff" * 8 + packed[28:]}, method=zipfile.ZIP_STORED))
    for start, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(start) + place
        content[at : at + 2] = struct.pack("<H", method)
    assert refused(bytes(content), attachments.ARCHIVES) == "zip_method"


# --- Any bytes ---


def damaged(content: bytes, seed: str) -> Iterator[bytes]:
    """`CASES` copies of the file, each with a few bytes changed, a part cut out or a part doubled."""
    chance = random.Random(seed)  # noqa: S311 -- the same copies at every run
    for number in range(CASES):
        copy = bytearray(content)
        for _ in range(chance.randint(1, 8)):
            copy[chance.randrange(len(copy))] = chance.randrange(256)
        if number % 10 == 0:
            start = chance.randrange(len(copy))
            part = copy[start : start + chance.randint(1, 64)]
            copy[start : start + chance.choice((0, len(part)))] = part * chance.choice((0, 2))
        yield bytes(copy)


KINDS: dict[str, tuple[bytes, uploads.Limits]] = {
    "PDF": (papers.pdf(), attachments.DOCUMENTS),
    "PDF with object streams": (hostile_pdf.in_object_streams(hostile_pdf.PLAIN["as it is"]), attachments.DOCUMENTS),
    "PNG": (papers.png(), attachments.DOCUMENTS),
    "JPEG": (papers.jpeg(), attachments.DOCUMENTS),
    "ZIP": (papers.zipped({"a.ops": b"dados" * 99, "b/c.csv": b"1;2"}), attachments.ARCHIVES),
    "ZIP stored": (papers.zipped(method=zipfile.ZIP_STORED), attachments.ARCHIVES),
    "ZIP in a ZIP": (papers.zipped({"a.opsz": papers.zipped()}), attachments.ARCHIVES),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_changed_bytes_is_accepted_or_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of PDFs works here without its process; that a process which dies is a refusal, is tested above."""
    monkeypatch.setattr(pdf_files, "_read_apart", examine)
    content, accept = KINDS[kind]
    refusals = [refusal for case in damaged(content, kind) if (refusal := answer(uploads.inspect, case, accept=accept))]
    assert {refusal.field for refusal in refusals} == {"file"}
    assert CASES // 10 < len(refusals) <= CASES


def answer(read: Callable[..., Any], case: bytes, **options: Any) -> RuleBroken | None:
    """The refusal, or nothing when it is accepted; anything else is the error that must not be."""
    try:
        read(case, **options)
    except RuleBroken as refusal:
        return refusal
    return None


def test_an_election_file_with_changed_bytes_is_accepted_or_refused() -> None:
    head = ";".join(election_file.COLUMNS)
    row = "2024;3550308;PREFEITO;52998224725;Maria de Ensaio;m@sp.ensaio.example;1131234567;01/01/2025"
    cases = damaged(f"{head}\n{row}\n".encode(), "election")
    refusals = [refusal for case in cases if (refusal := answer(election_file.read, case, election_year=2024))]
    assert {refusal.field for refusal in refusals} == {"file"}


# --- The forms ---


def fields() -> dict[str, UploadField]:
    forms = {
        "fund": DocumentForm(Attachment.FOR_FUND_UPDATE),
        "letter": LetterForm(),
        "ticket": TicketForm(),
        "reopen": ReopenForm(),
    }
    return {
        f"{form}.{name}": field
        for form, made in forms.items()
        for name, field in made.fields.items()
        if isinstance(field, UploadField)
    }


GOOD = {attachments.DOCUMENTS: papers.pdf("bom"), attachments.ARCHIVES: papers.zipped({"bom.ops": b"1"})}


def test_every_form_looks_into_its_file_before_any_row_is_locked() -> None:
    bad = {
        attachments.DOCUMENTS: hostile_pdf.made(hostile_pdf.ACTIVE["program"]),
        attachments.ARCHIVES: papers.encrypted_zip(),
    }
    assert len(fields()) == 6
    for name, field in fields().items():
        errors = field_errors(field, bad[field.accept])
        assert errors, name
        given = SimpleUploadedFile("a", GOOD[field.accept])
        assert field.clean(given).read() == GOOD[field.accept]


def field_errors(field: UploadField, content: bytes) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        field.clean(SimpleUploadedFile("a", content))
    return caught.value.messages
