"""A changed byte, several signatories, and no policy of the ICP-Brasil; the tools of others are in tools.py."""

import io
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.models import Paper
from tests.documents.sheets import one_byte_changed
from tests.documents.tools import openssl_and_pyhanko_agree, pdfsig_accepts, run, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(joint: Paper, real_clock: None) -> Paper:
    """One signatory by their own key, one by the portal's seal."""
    return joint


@pytest.mark.needs("pdfsig", "certutil", "openssl")
def test_own_key_and_seal_in_one_file(paper: Paper, tmp_path: Path) -> None:
    pdfsig_accepts(paper, store(tmp_path), tmp_path)
    openssl_and_pyhanko_agree(paper, tmp_path)


@pytest.mark.needs("pdfsig")
def test_pdfsig_finds_one_changed_byte(paper: Paper, tmp_path: Path) -> None:
    file = tmp_path / "papel.pdf"
    file.write_bytes(one_byte_changed(paper.content))
    said = run("pdfsig", "-nocert", file)
    assert "Signature is Valid" not in said
    assert "Digest Mismatch" in said


def test_nothing_names_a_policy_of_the_icp_brasil(paper: Paper) -> None:
    for signature in PdfFileReader(io.BytesIO(paper.content)).embedded_regular_signatures:
        names = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
        assert "signature_policy_identifier" not in names
        assert signature.sig_object["/Reason"] == "SIMULADO – SEM VALOR LEGAL"
