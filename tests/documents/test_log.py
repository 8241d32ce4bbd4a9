"""The receipts log in its room: entries, places, checkpoints, and that the database refuses changes."""

from dataclasses import replace
from unittest.mock import Mock

import pytest
from django.db import IntegrityError, connection, transaction

from common import audit
from common.exceptions import NotPermitted
from documents import signing
from documents.log import checkpoint, examination
from documents.models import LogCheckpoint, LogEntry, Paper, PaperFile
from documents.services import log
from documents.services.issuing import Draft, issue_paper
from documents.services.signatories import Signatory
from tests.actors import acting, routine
from tests.clock import now
from tests.factories import make_entity, make_staff

pytestmark = pytest.mark.django_db


def places() -> list[int | None]:
    return list(LogEntry.objects.order_by("pk").values_list("index", flat=True))


def test_a_paper_enters_with_the_bytes_that_are_signed(nota: Paper) -> None:
    proof = log.prove(entry_id=nota.entry.pk, at=now())
    assert proof.holds()
    assert checkpoint.is_signed(proof.checkpoint)
    assert proof.receipt is not None
    facts = proof.receipt.facts
    assert (facts["code"], facts["signatories"]) == (
        nota.code,
        ["Ana Souza, Coordenadora", "Rui Lima, Usuário Externo"],
    )
    unsigned = nota.files.get(number=0)
    assert facts["sha256"] == unsigned.sha256
    assert nota.content.startswith(unsigned.content)
    assert sorted(index for index in places() if index is not None) == [0, 1]


def test_events_that_matter_in_law_enter_and_wait_for_the_next_place(nota: Paper, draft: Draft) -> None:
    audit.record("membership.granted", target=make_entity(), by=routine(), at=now())
    audit.record("sign_out", target=make_entity(), by=routine(), at=now())
    assert places().count(None) == 1
    signatories = [Signatory("Ana Souza", "Coordenadora", now())]
    issue_paper(draft=replace(draft, kind="oficio"), signatories=signatories, by=routine(), at=now())
    assert sorted(index for index in places() if index is not None) == [0, 1, 2, 3]


def test_a_refused_act_leaves_no_entry(nota: Paper) -> None:
    before = LogEntry.objects.count()
    with transaction.atomic():
        audit.record("membership.granted", target=make_entity(), by=routine(), at=now())
        assert LogEntry.objects.count() == before + 1
        transaction.set_rollback(True)
    assert LogEntry.objects.count() == before


def test_who_died_before_signing_is_followed_by_the_next_call(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    signatories = [Signatory("Ana Souza", "Coordenadora", now())]
    with monkeypatch.context() as patch:
        patch.setattr(signing, "sign", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            issue_paper(draft=draft, signatories=signatories, by=routine(), at=now())
    assert not Paper.objects.issued().exists()
    paper = issue_paper(draft=draft, signatories=signatories, by=routine(), at=now())
    assert Paper.objects.issued().get() == paper
    assert paper.files.count() == 2
    assert LogEntry.objects.filter(paper=paper).count() == 1


def test_the_log_only_grows(nota: Paper) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LogEntry.objects.update(content="outro")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LogEntry.objects.filter(index=1).update(index=7)
    for rows in (LogEntry.objects.filter(index=0), LogCheckpoint.objects.all(), PaperFile.objects.filter(number=0)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.delete()


def test_a_proof_costs_the_same_whatever_the_size(nota: Paper, django_assert_max_num_queries: object) -> None:
    LogEntry.objects.bulk_create(LogEntry(content=f'{{"n": {number}}}') for number in range(500))
    log.place_entries()
    row, entry_id = log.sign_checkpoint(at=now()), nota.entry.pk
    assert row.size == 502
    with django_assert_max_num_queries(4):  # type: ignore[operator] # a fixture
        proof = log.newest_proof(entry_id=entry_id)
    assert proof is not None
    assert proof.holds()
    assert proof.growth is not None
    assert proof.growth.size == 2
    # Later rows, which that checkpoint has not, do not enter.
    LogEntry.objects.bulk_create(LogEntry(content=f'{{"n": {number}}}') for number in range(500, 503))
    log.place_entries()
    for entry in LogEntry.objects.filter(index__in=(0, 1, 255, 256, 500, 501)):
        with django_assert_max_num_queries(1):  # type: ignore[operator] # a fixture
            proof = log.prove(entry_id=entry.pk, at=now())
        assert proof.holds(), entry.index
        assert proof.checkpoint.size == row.size


def test_only_who_reads_everything_exports(nota: Paper) -> None:
    with pytest.raises(NotPermitted):
        log.export_log(by=acting(make_staff()), at=now())
    auditor = make_staff("auditor", staff_role="auditor")
    export = examination.read_export(log.export_log(by=acting(auditor), at=now()))
    assert examination.examine(export, []) == []
    assert [row.index for row in export.rows] == [0, 1]


def test_a_log_has_a_name_of_its_own(nota: Paper) -> None:
    name = LogCheckpoint.objects.get().log
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE documents_logentry, documents_logcheckpoint CASCADE")
        log.place_entries()
        assert log.sign_checkpoint(at=now()).log != name
