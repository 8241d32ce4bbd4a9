"""A database with papers of before the receipts log is migrated: each keeps its file and its signatories."""

from importlib import import_module
from typing import Any

import pytest

from tests.clock import NOON
from tests.former_world import migrate, settle, stand_at

BEFORE = [("documents", "0002_papers_stay")]
AFTER = [("documents", "0003_receipts_log")]
CONTENT = b"sealed"


def papers_of_before(apps: Any) -> int:
    """One paper with two signatories; its number."""
    model = apps.get_model
    authority = model("pki", "Authority").objects.create(slug="selo", name="Selo", sealed_key=b"x")
    certificate = model("pki", "Certificate").objects.create(
        authority=authority, sha256="b" * 64, serial="1", not_before=NOON, not_after=NOON, created_at=NOON
    )
    process = model("documents", "Process").objects.create(
        year=2026, serial=1, number="25000.000001/2026-01", target_type="a.b", target_id="1", opened_at=NOON
    )
    paper = model("documents", "Paper").objects.create(
        process=process,
        kind="termo",
        title="Termo",
        target_type="a.b",
        target_id="1",
        code="0004700001",
        crc="0123ABCD",
        sha256="a" * 64,
        size=len(CONTENT),
        sealed_content=CONTENT,
        issued_at=NOON,
    )
    for position in range(2):
        model("documents", "PaperSignature").objects.create(
            paper=paper,
            position=position,
            name="Ana",
            role="Chefe",
            signed_at=NOON,
            certificate=certificate,
            is_seal=True,
        )
    return int(paper.pk)


@pytest.mark.django_db
def test_a_paper_keeps_its_file_and_how_many_signed_it() -> None:
    stays = import_module("documents.migrations.0002_papers_stay").FORWARD
    key = papers_of_before(stand_at(BEFORE, statements=[stays]))
    settle()
    apps = migrate(AFTER)

    paper = apps.get_model("documents", "Paper").objects.get()
    file = paper.files.get()
    assert (paper.pk, paper.signatories, file.number) == (key, 2, 2)
    assert (bytes(file.sealed_content), file.sha256, file.size) == (CONTENT, "a" * 64, len(CONTENT))
