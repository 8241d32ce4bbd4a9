"""`python -m documents.verify`: receipts alone, against each other, and against logs that somebody tampered with."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from config.paths import BASE_DIR
from documents import verify
from documents.log import examination, tree
from documents.log.examination import Finding, Kind, Row
from documents.log.proof import Proof, from_text, leaf_of
from documents.models import Paper
from documents.services import log
from documents.services.issuing import Draft, issue_paper
from documents.services.signatories import Signatory
from pki.services.authorities import trusted_bundle_pem
from tests.actors import routine
from tests.apart import run_apart
from tests.clock import now
from tests.documents.sheets import one_byte_changed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_clock")]


@pytest.fixture
def papers(draft: Draft) -> list[Paper]:
    """The entries nº 1 to 4; nº 0 begins the log."""
    signatories = [Signatory("Ana Souza", "Coordenadora", now())]
    drafts = [replace(draft, kind=f"nota-{number}") for number in range(4)]
    return [issue_paper(draft=each, signatories=signatories, by=routine(), at=now()) for each in drafts]


@pytest.fixture
def files(papers: list[Paper], tmp_path: Path) -> Path:
    (tmp_path / "ca.pem").write_bytes(trusted_bundle_pem())
    for number, paper in enumerate(papers, start=1):
        (tmp_path / f"{number}.pdf").write_bytes(paper.content)
    return tmp_path


def run(*arguments: str) -> int:
    """The verifier, as a program of its own would run it."""
    code: int = run_apart(verify.main, list(arguments))
    return code


def said(files: Path, capsys: pytest.CaptureFixture[str], name: str, *more: str | Path) -> tuple[int, dict[str, Any]]:
    code = run(str(files / name), "--ca", str(files / "ca.pem"), "--json", *map(str, more))
    return code, json.loads(capsys.readouterr().out)


def exported(files: Path) -> Path:
    """As the database is now; no checkpoint is signed for it."""
    file = files / "registro.jsonl"
    file.write_text("".join(log.exported_lines()), encoding="utf-8")
    return file


@contextmanager
def tampering(statements: Iterable[str], *, thorough: bool) -> Iterator[None]:
    """By who owns the database, with the trigger out of the way; undone at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE documents_logentry DISABLE TRIGGER log_append_only")
        for statement in statements:
            cursor.execute(statement)
        if thorough:
            make_hashes_anew()
        cursor.execute("ALTER TABLE documents_logentry ENABLE TRIGGER log_append_only")
        yield
        transaction.set_rollback(True)


def make_hashes_anew() -> None:
    """What a thorough forger does after that: every place and hash fits again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, content FROM documents_logentry ORDER BY index")
        peaks: list[bytes] = []
        rows = [
            (pk, number, b"".join(tree.append(peaks, number, leaf_of(number, content))))
            for number, (pk, content) in enumerate(cursor.fetchall())
        ]
        cursor.execute("UPDATE documents_logentry SET index = index + 1000")
        cursor.executemany(
            "UPDATE documents_logentry SET index = %s, nodes = %s WHERE id = %s",
            [(number, nodes, pk) for pk, number, nodes in rows],
        )


REMOVE = ("DELETE FROM documents_logentry WHERE index = 2",)
MOVE_ROWS = (
    "UPDATE documents_logentry SET index = 99 WHERE index = 2",
    "UPDATE documents_logentry SET index = 2 WHERE index = 3",
    "UPDATE documents_logentry SET index = 3 WHERE index = 99",
)
MOVE_WORDS = (
    "UPDATE documents_logentry SET content = (SELECT content FROM documents_logentry WHERE index = 5 - entry.index)"
    " FROM documents_logentry AS entry WHERE entry.id = documents_logentry.id AND entry.index IN (2, 3)",
)
REWRITE = ("UPDATE documents_logentry SET content = replace(content, 'Ana', 'Eva') WHERE index = 2",)
REMOVE_THE_FIRST = ("DELETE FROM documents_logentry WHERE index = 0",)
TAMPERED = [
    (REMOVE, Kind.REMOVED),
    (MOVE_ROWS, Kind.REORDERED),
    (MOVE_WORDS, Kind.REORDERED),
    (REWRITE, Kind.REWRITTEN),
]


def test_a_receipt_proves_itself_without_portal(files: Path) -> None:
    """In a process that knows neither settings nor database."""
    command = [sys.executable, "-m", "documents.verify", str(files / "2.pdf"), "--ca", str(files / "ca.pem")]
    environment = {"PATH": "/usr/bin", "PYTHONPATH": str(BASE_DIR), "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=files, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == verify.PROVED, done.stderr
    assert "O recibo é o registro nº 2 dos 3 que o ponto de controle assinou." in done.stdout
    assert done.stdout.splitlines()[-1] == "PROVADO"


def test_what_does_not_prove_itself(
    files: Path, papers: list[Paper], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(files / "nowhere"))
    (files / "altered.pdf").write_bytes(one_byte_changed(papers[0].content))
    code, told = said(files, capsys, "altered.pdf")
    assert (code, told["false"][0]) == (verify.FALSE, "O arquivo foi alterado depois de assinado.")
    (files / "unsigned.pdf").write_bytes(papers[0].files.get(number=0).content)
    assert run(str(files / "unsigned.pdf")) == verify.UNREADABLE
    assert run(str(files / "none.pdf")) == verify.UNREADABLE
    with pytest.raises(SystemExit) as left:
        run(str(files / "1.pdf"), "--nothing")
    assert left.value.code == verify.UNREADABLE
    assert run(str(files / "1.pdf")) == verify.IN_PART


def test_the_proof_that_the_portal_gives_holds_and_no_other(
    files: Path, papers: list[Paper], capsys: pytest.CaptureFixture[str]
) -> None:
    proof = log.newest_proof(entry_id=papers[0].entry.pk)
    assert proof is not None
    assert proof.receipt is not None
    (files / "proof.json").write_text(proof.as_text())
    assert said(files, capsys, "proof.json")[0] == verify.IN_PART
    assert said(files, capsys, "1.pdf", "--checkpoint", files / "proof.json")[0] == verify.PROVED
    other = replace(proof, checkpoint=replace(proof.checkpoint, log="f" * 64))
    (files / "other.json").write_text(other.as_text())
    code, told = said(files, capsys, "1.pdf", "--checkpoint", files / "other.json")
    assert code == verify.IN_PART
    assert "de outro registro" in told["unasked"][0]
    for forged in (
        replace(proof, receipt=replace(proof.receipt, entry=proof.receipt.entry.replace("Ana", "Eva"))),
        replace(proof, receipt=replace(proof.receipt, index=2)),
        replace(proof, checkpoint=replace(proof.checkpoint, size=proof.checkpoint.size + 1)),
        replace(proof, checkpoint=replace(proof.checkpoint, certificates=())),
    ):
        (files / "forged.json").write_text(forged.as_text())
        assert said(files, capsys, "forged.json")[0] == verify.FALSE


def test_what_was_done_to_the_log_is_called_by_its_name(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By who holds the receipt nº 2, and by who holds another, and the checkpoints of the log."""
    code, told = said(files, capsys, "2.pdf", "--log", exported(files))
    assert (code, told["findings"]) == (verify.PROVED, [])
    with tampering(REMOVE_THE_FIRST, thorough=False):
        _, told = said(files, capsys, "2.pdf", "--log", exported(files))
    assert [(finding["kind"], finding["first"]) for finding in told["findings"]] == [(Kind.REMOVED, 0)]
    for (statements, kind), thorough in product(TAMPERED, (False, True)):
        with tampering(statements, thorough=thorough):
            export = exported(files)
        for held in ("2.pdf", "1.pdf"):
            code, told = said(files, capsys, held, "--log", export)
            # With all hashes made anew, who holds no receipt of what moved only knows that it is another log.
            is_hidden = thorough and held == "1.pdf" and kind == Kind.REORDERED
            found = {finding["kind"] for finding in told["findings"]}
            assert (code, found) == (verify.FALSE, {Kind.REWRITTEN if is_hidden else kind}), (
                statements,
                thorough,
                held,
            )
            assert any(finding["first"] <= 2 <= finding["last"] for finding in told["findings"])


def test_who_changed_the_past_is_found_by_the_next_checkpoint(
    files: Path, draft: Draft, capsys: pytest.CaptureFixture[str]
) -> None:
    """That of a later receipt, or the one that the portal gives with the path from the earlier one."""
    assert said(files, capsys, "3.pdf", "--checkpoint", files / "4.pdf")[0] == verify.PROVED
    assert said(files, capsys, "2.pdf", "--checkpoint", files / "4.pdf")[0] == verify.IN_PART
    for statements, _ in TAMPERED:
        with tampering(statements, thorough=True):
            signatories = [Signatory("Ana Souza", "Coordenadora", now())]
            drafts = [replace(draft, kind=f"tarde-{number}") for number in range(2)]
            late = [issue_paper(draft=each, signatories=signatories, by=routine(), at=now()) for each in drafts]
            (files / "late.pdf").write_bytes(late[-1].content)
            newest = log.newest_checkpoint(since=4)
        assert newest is not None
        (files / "newest.json").write_text(newest.as_text())
        for name in ("late.pdf", "newest.json"):
            code, told = said(files, capsys, "3.pdf", "--checkpoint", files / name)
            assert (code, len(told["false"])) == (verify.FALSE, 1), (statements, name)
            assert "o registro foi reescrito" in told["false"][0]


# The examination, where no database is needed.


def rows_of(count: int) -> list[Row]:
    peaks: list[bytes] = []
    texts = [f'{{"n": {number}}}' for number in range(count)]
    return [Row(n, text, tuple(tree.append(peaks, n, leaf_of(n, text)))) for n, text in enumerate(texts)]


def examined(rows: Iterable[Row], *proofs: Proof) -> list[Finding]:
    return examination.examine(examination.Export("", (), tuple(rows)), proofs)


@pytest.mark.parametrize("removed", [0, 3, 8])
def test_a_removal_hidden_by_new_numbers_is_one_removal(removed: int) -> None:
    rows = rows_of(10)
    kept = [row for row in rows if row.index != removed]
    found = examined(replace(row, index=number) for number, row in enumerate(kept))
    assert [(finding.kind, finding.first) for finding in found] == [(Kind.REMOVED, removed)]


def test_what_is_no_file_of_ours_is_refused() -> None:
    for text in ("", "{}", "[]", '{"format": "ensaio-recibo/1"}', "1" * 5000):
        with pytest.raises(ValueError, match="não é"):
            from_text(text)
        with pytest.raises(ValueError, match="não é"):
            examination.read_export(text.splitlines())
